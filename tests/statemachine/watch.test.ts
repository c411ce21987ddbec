// The watch over the real pipeline: what no event tells of is noticed, entered, and cleared when it is healed.
import '../../tools/local/quiet-telemetry.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricCounts } from '../../functions/lib/runtime/telemetry.ts';
import { createHandler, openWatch } from '../../functions/watch-intervals/handler.ts';
import type { WatchDeps } from '../../functions/watch-intervals/watch-intervals.ts';
import { createHandlers } from '../../tools/local/functions.ts';
import {
  interval,
  prefix,
  queueHeadings,
  queueReport,
  reportKey,
  runTime,
  startPipeline,
  type Pipeline,
} from './harness.ts';

let pipeline: Pipeline;
let isEventLost = false;
let opened: WatchDeps;

beforeAll(async () => {
  pipeline = await startPipeline({
    settings: { reports: { series: [{ kind: 'QR', series: 'QR-ended', endedAt: runTime(1) }] } },
    handlers: (environment) => {
      const startIngest = createHandlers(environment)['start-ingest']!;
      return {
        'start-ingest': (input) => (isEventLost ? Promise.resolve({ batchItemFailures: [] }) : startIngest(input)),
      };
    },
  });
  opened = openWatch(pipeline.stack.environment);
});
afterAll(() => pipeline.close());

const minutes = (count: number) => count * 60_000;
/** An instant at which the n-th run time has been due for a second. */
const dueMs = (n: number) => Date.parse(runTime(n)) + minutes(30) + 1000;
/** Later than the tolerance after every upload of the tests. */
const laterMs = () => Date.now() + minutes(12);

/** Reading an empty queue takes a second; only the tests about messages do. */
const emptyQueue: WatchDeps['queue'] = {
  receive: () => Promise.resolve([]),
  remove: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

const withQueue = () => ({ queue: opened.queue });

async function watch(nowMs: number, changes: Partial<WatchDeps> = {}) {
  const metrics: [string | null, MetricCounts][] = [];
  const run = createHandler({
    ...opened,
    nowMs: () => nowMs,
    countMetrics: (kind, counts) => metrics.push([kind, counts]),
    warn: () => undefined,
    reportFailure: () => undefined,
    queue: emptyQueue,
    ...changes,
  });
  try {
    return { report: await run(), metrics, error: null };
  } catch (error) {
    return { report: null, metrics, error };
  }
}

const upload = (series: string, n: number, body = queueReport([{ queue: series, n }])) =>
  pipeline.deliver(reportKey(series, n), body);

async function uploadWithoutEvent(key: string, body: string): Promise<void> {
  isEventLost = true;
  await pipeline.stack.upload(key, body);
  await pipeline.stack.idle();
  isEventLost = false;
}

const readEntries = async (series: string) =>
  (await opened.watchLedger.listMissing('QR')).filter((entry) => entry.series === series);

describe('an interval no file covers', () => {
  it('is missing once its report is overdue, is entered since when, and is healed by its late file', async () => {
    await upload('QR-hole', 1);
    await upload('QR-hole', 3);
    const before = await watch(dueMs(2) - 2000);
    expect(before.report!.missing!['QR-hole']).toEqual([]);

    const noticed = await watch(dueMs(3));
    expect(noticed.report!.missing!['QR-hole']).toEqual([interval(2)]);
    expect(noticed.metrics).toContainEqual(['QR', { IntervalsMissing: 1 }]);
    const firstNoticedAt = new Date(dueMs(3)).toISOString();
    expect(await readEntries('QR-hole')).toEqual([
      { series: 'QR-hole', intervalStart: interval(2), status: 'MISSING', firstNoticedAt, healedAt: null },
    ]);

    await watch(dueMs(3) + 1000);
    await upload('QR-hole', 2);
    const healed = await watch(dueMs(3) + 2000);
    expect(healed.metrics).toContainEqual(['QR', { IntervalsMissing: 0 }]);
    expect(await readEntries('QR-hole')).toMatchObject([
      { status: 'HEALED', firstNoticedAt, healedAt: new Date(dueMs(3) + 2000).toISOString() },
    ]);
  });

  it('is healed by the rows of a later file', async () => {
    await upload('QR-rows', 1);
    await upload('QR-rows', 3);
    expect((await watch(dueMs(3))).report!.missing!['QR-rows']).toEqual([interval(2)]);
    await upload('QR-rows', 4, queueReport([2, 3, 4].map((n) => ({ queue: 'QR-rows', n }))));
    expect((await watch(dueMs(4))).report!.missing!['QR-rows']).toEqual([]);
    expect(await readEntries('QR-rows')).toMatchObject([{ status: 'HEALED' }]);
  });

  it('is not missing when its report is there and empty', async () => {
    await upload('QR-empty', 1, `${queueHeadings}\n`);
    await upload('QR-empty', 2, `${queueHeadings}\n`);
    expect((await watch(dueMs(2))).report!.missing!['QR-empty']).toEqual([]);
  });

  it('is not missing after the end of its series, and before its first file', async () => {
    await upload('QR-ended', 1);
    expect((await watch(dueMs(20))).report!.missing!['QR-ended']).toEqual([]);
    await upload('QR-young', 18);
    expect((await watch(dueMs(20))).report!.missing!['QR-young']).toEqual([interval(19), interval(20)]);
  });

  it('is missing where the settings say that its report is scheduled, and no file of it ever came', async () => {
    const { rules } = opened;
    const never = { kind: 'QR', series: 'QR-never', startedAt: runTime(16) } as const;
    const scheduled = { rules: { ...rules, reports: { ...rules.reports, series: [...rules.reports.series, never] } } };
    const noticed = await watch(dueMs(18), scheduled);
    expect(noticed.report!.missing!['QR-never']).toEqual([interval(17), interval(18)]);

    expect(await readEntries('QR-never')).toMatchObject([{ status: 'MISSING' }, { status: 'MISSING' }]);

    // Without that setting, nobody expects it.
    expect((await watch(dueMs(18))).report!.missing!['QR-never']).toBeUndefined();
    expect(await readEntries('QR-never')).toMatchObject([{ status: 'NOT_EXPECTED' }, { status: 'NOT_EXPECTED' }]);

    // What was missed before the first file stays missed.
    await upload('QR-never', 18);
    expect((await watch(dueMs(18), scheduled)).report!.missing!['QR-never']).toEqual([interval(17)]);
  });

  it('is told from one whose file is quarantined', async () => {
    await upload('QR-bad', 1);
    expect((await upload('QR-bad', 2, 'no,report\n1,2\n')).status).toBe('FAILED');
    const { report } = await watch(dueMs(2), withQueue());
    expect(report).toMatchObject({ missing: { 'QR-bad': [] }, failedExecutionCount: 0 });
    expect(await pipeline.takeMessages('FAILED_EXECUTIONS_QUEUE_URL')).toEqual([]);
    expect(await pipeline.takeMessages('QUARANTINE_QUEUE_URL')).toHaveLength(1);
  });
});

describe('a file whose event was lost', () => {
  it('is left to its event for some minutes, then started, once', async () => {
    await upload('QR-lost', 1);
    await uploadWithoutEvent(reportKey('QR-lost', 2), queueReport([{ queue: 'QR-lost', n: 2 }]));
    expect((await watch(Date.now())).report!.startedFiles).toEqual([]);

    const { report } = await watch(laterMs());
    expect(report!.startedFiles).toEqual([reportKey('QR-lost', 2)]);
    expect(report!.missing!['QR-lost']).not.toContain(interval(2));
    await pipeline.stack.idle();
    expect(pipeline.newest(reportKey('QR-lost', 2)).status).toBe('SUCCEEDED');
    expect((await watch(laterMs())).report!.startedFiles).toEqual([]);
    expect(pipeline.executions(reportKey('QR-lost', 2))).toHaveLength(1);
  });

  it('is found when nothing of its series was ever seen, and when it belongs to none', async () => {
    const keys = [reportKey('QR-unseen', 1), `${prefix}QR-reload-unseen.csv`, `${prefix}Payroll.csv`];
    for (const key of keys) await uploadWithoutEvent(key, queueReport([{ queue: 'QR-unseen', n: 1 }]));
    expect((await watch(laterMs())).report!.startedFiles!.toSorted()).toEqual(keys.slice(0, 2).toSorted());
    await pipeline.stack.idle();
    expect((await watch(laterMs())).report!.startedFiles).toEqual([]);
  });

  it('is none when it lay in a folder before the settings named that folder', async () => {
    await watch(laterMs());
    const otherPrefix = 'connect/other/Reports/';
    const key = reportKey('QR-moved', 1).replace(prefix, otherPrefix);
    await uploadWithoutEvent(key, queueReport([{ queue: 'QR-moved', n: 1 }]));
    expect((await watch(Date.now() + minutes(120), { prefix: otherPrefix })).report!.startedFiles).toEqual([]);
  });

  it('is found when it replaces a file that was delivered', async () => {
    const first = await upload('QR-again', 1);
    const clock = Date.parse(first.input.object.uploadedAt) + 1000;
    while (Date.now() < clock) await new Promise((resolve) => setTimeout(resolve, 20));
    await uploadWithoutEvent(reportKey('QR-again', 1), queueReport([{ queue: 'QR-again', n: 1, handled: 5 }]));
    expect((await watch(laterMs())).report!.startedFiles).toEqual([reportKey('QR-again', 1)]);
    await pipeline.stack.idle();
    expect(pipeline.handled('QR-again')).toEqual({ [interval(1)]: 5 });
  });
});

describe('an execution that failed', () => {
  it('is counted until a redrive has healed it; then its message is removed', async () => {
    pipeline.hub.setDown(true);
    const failed = await upload('QR-down', 1);
    pipeline.hub.setDown(false);
    expect(failed.status).toBe('FAILED');
    for (const run of [1, 2]) {
      const { report, metrics } = await watch(laterMs() + run, withQueue());
      expect(report).toMatchObject({ failedExecutionCount: 1, removedMessageCount: 0 });
      expect(report!.missing!['QR-down']).not.toContain(interval(1));
      expect(metrics).toContainEqual([null, { ExecutionsFailed: 1 }]);
    }
    await pipeline.redrive(failed);
    expect((await watch(laterMs(), withQueue())).report).toMatchObject({
      ...{ failedExecutionCount: 0, removedMessageCount: 1 },
    });
    expect(await opened.watchLedger.listFailures()).toContainEqual(
      expect.objectContaining({ executionName: failed.name, verdict: 'HEALED' }),
    );
  });

  it('is healed by another execution that delivered the same upload', async () => {
    pipeline.hub.setDown(true);
    const failed = await upload('QR-twin', 1);
    pipeline.hub.setDown(false);
    expect((await watch(laterMs())).report).toMatchObject({ failedExecutionCount: 1 });
    await pipeline.startAgain(failed);
    expect((await watch(laterMs(), withQueue())).report).toMatchObject({
      ...{ failedExecutionCount: 0, removedMessageCount: 1 },
    });
  });

  it('before its file was entered anywhere is no lost file and no missing interval', async () => {
    await upload('QR-early', 1);
    pipeline.before('claim-checkpoint', () => {
      throw Object.assign(new Error('not permitted'), { name: 'AccessDeniedError' });
    });
    expect((await upload('QR-early', 2)).status).toBe('FAILED');
    const { report } = await watch(laterMs());
    expect(report).toMatchObject({ failedExecutionCount: 1, startedFiles: [] });
    expect(report!.missing!['QR-early']).not.toContain(interval(2));
    await pipeline.redrive(pipeline.newest(reportKey('QR-early', 2)));
    expect((await watch(laterMs())).report).toMatchObject({ failedExecutionCount: 0 });
  });
});

describe('a run of the watch', () => {
  it('says whether the bucket tells of its objects', async () => {
    const on = await watch(laterMs());
    expect(on.metrics).toContainEqual([null, { BucketEventsOff: 0 }]);
    expect(on.metrics).toContainEqual([null, { WatchRuns: 1 }]);
    const off = await watch(laterMs(), { bucketEvents: { isOn: () => Promise.resolve(false), cure: 'deploy again' } });
    expect(off.metrics).toContainEqual([null, { BucketEventsOff: 1 }]);
  });

  it('whose bucket and workflow cannot be asked still counts what is missing, and fails with the first error', async () => {
    const refused = new Error('no list for you');
    const { error, metrics } = await watch(laterMs(), {
      archive: { ...opened.archive, listFailed: () => Promise.reject(refused) },
      source: { ...opened.source, list: () => Promise.reject(new Error('no bucket either')) },
    });
    expect(error).toBe(refused);
    const names = metrics.flatMap(([, counts]) => Object.keys(counts));
    expect(names).toEqual([...Array.from({ length: 3 }, () => 'IntervalsMissing'), 'BucketEventsOff']);
  });
});
