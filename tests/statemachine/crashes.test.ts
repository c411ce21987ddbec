// The process dies between any two calls to the outside: once before and once after each call a file needs. What is
// redriven afterwards, or retried by hand, ends with the same figures, each record applied once.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { interval, listRepeatedApplications, queueReport, reportKey, runTime, startPipeline } from './harness.ts';
import type { Pipeline } from './harness.ts';
import { createObservedHandlers, type AroundCall } from './observed-handlers.ts';

/** Counts the calls to the outside and dies at one of them. */
const crash = { calls: 0, at: 0, when: 'after' as 'before' | 'after', called: '' };
let hubKey = { accessKeyId: '', accessKeySecret: '' };
let pipeline: Pipeline;

class SandboxLostError extends Error {
  override readonly name = 'SandboxLostError';
}

/** Any call may be the one at which the process dies. */
const mortally: AroundCall = async (call, run) => {
  crash.calls += 1;
  const isLast = crash.calls === crash.at;
  const lose = () => {
    crash.called = call;
    throw new SandboxLostError(`${crash.when} ${crash.called}`);
  };
  if (isLast && crash.when === 'before') lose();
  const result = await run();
  if (isLast) lose();
  return result;
};

beforeAll(async () => {
  pipeline = await startPipeline({
    handlers: (environment) => createObservedHandlers(environment, () => hubKey, mortally),
    settings: { batches: { maxRecords: 2 } },
  });
  hubKey = pipeline.hub.credentials;
});
afterEach(() => {
  crash.at = 0;
});
afterAll(() => pipeline.close());

const arm = (at: number, when: 'before' | 'after') => {
  Object.assign(crash, { calls: 0, at, when, called: '' });
};

/** Three records in two batches and one reject; a file of the same series before it makes one interval unchanged. */
async function deliverWithCrash(series: string, at: number, when: 'before' | 'after') {
  const known = { queue: series, n: 4, handled: 8 };
  await pipeline.deliver(reportKey(series, 4), queueReport([known]));
  arm(at, when);
  const rejected = `${series},${runTime(5)},${runTime(5)},1,1,0,0,1,1\n`;
  const rows = [5, 6, 7].map((n) => ({ queue: series, n, handled: n }));
  return pipeline.deliver(reportKey(series, 7), queueReport([known, ...rows]) + rejected);
}

const expected = { [interval(4)]: 8, [interval(5)]: 5, [interval(6)]: 6, [interval(7)]: 7 };

// Some 30 calls, each with two files: longer than the usual limit on a busy machine.
const limitMs = 120_000;

describe('a file', () => {
  it.each(['before', 'after'] as const)(
    '[faults 1, 2] whose process dies %s any of its calls ends delivered after a redrive, each record applied once',
    async (when) => {
      const lostAt: string[] = [];
      for (let at = 1; ; at += 1) {
        const series = `QR-lost ${when} ${at}`;
        const failed = await deliverWithCrash(series, at, when);
        if (crash.called === '') break;
        lostAt.push(crash.called);
        expect(failed).toMatchObject({ status: 'FAILED', error: 'SandboxLostError', redriveStatus: 'REDRIVABLE' });
        const redriven = await pipeline.redrive(failed);
        expect([crash.called, redriven.states.at(-1)]).toEqual([crash.called, 'ReportDelivered']);
        expect(redriven.output.rows).toMatchObject({ recordCount: 4, unchangedRecordCount: 1, rejectedRowCount: 1 });
        expect(pipeline.handled(series)).toEqual(expected);
        expect(await pipeline.readCoverage('QR', series, 7)).toMatchObject({ status: 'DELIVERED', rowCount: 5 });
        expect(listRepeatedApplications(pipeline.hub)).toEqual([]);
      }
      expect(new Set(lostAt)).toEqual(
        new Set([
          ...['checkpoints.read', 'checkpoints.claim', 'checkpoints.readBatch', 'checkpoints.markBatch'],
          ...['checkpoints.listBatches', 'checkpoints.mark', 'ledger.readLastRunTime', 'ledger.readArrival'],
          ...['ledger.writeArrival', 'ledger.advance', 'intervals.settle', 'intervals.markDelivered'],
          ...['source.open', 'staging.read', 'staging.write', 'staging.writeOnce', 'hub.postReport'],
        ]),
      );
    },
    limitMs,
  );

  it.each(['before', 'after'] as const)(
    '[faults 1, 2] whose process dies %s any of its calls is finished by a new execution under the same batch ids',
    async (when) => {
      let isPostMet = false;
      for (let at = 1; ; at += 1) {
        const series = `QR-unmarked ${when} ${at}`;
        pipeline.takeRequests();
        const failed = await deliverWithCrash(series, at, when);
        if (crash.called === '') break;
        const { called } = crash;
        arm(0, when);
        const anew = await pipeline.startAgain(failed);
        expect([called, anew.status]).toEqual([called, 'SUCCEEDED']);
        expect(pipeline.handled(series)).toEqual(expected);
        expect(await pipeline.readCoverage('QR', series, 7)).toMatchObject({ status: 'DELIVERED', rowCount: 5 });
        expect(listRepeatedApplications(pipeline.hub)).toEqual([]);
        const { batchIds } = pipeline.takeRequests();
        // One batch of the file before it, two of this one; a batch sent again has the id it had.
        expect(new Set(batchIds).size).toBe(3);
        if (called !== 'hub.postReport') continue;
        isPostMet = true;
        expect(anew.output.delivery).toMatchObject({ status: 'DELIVERED', deliveredRecordCount: 3 });
        const known = anew.output.rows.batches.map(({ batchId }) => batchId);
        expect(batchIds.slice(1).every((id) => known.includes(id!))).toBe(true);
      }
      expect(isPostMet).toBe(true);
    },
    limitMs,
  );
});

describe('a quarantine', () => {
  it.each(['before', 'after'] as const)(
    '[fault 2] whose process dies %s any of its calls is finished by a redrive, announced at most twice under one id',
    async (when) => {
      for (let at = 1; ; at += 1) {
        const key = reportKey(`QR-set aside ${when} ${at}`, 4);
        await pipeline.takeMessages('QUARANTINE_QUEUE_URL');
        pipeline.before('quarantine-report', () => {
          arm(at, when);
        });
        const failed = await pipeline.deliver(key, 'Agent,Online time\nanna,900\n');
        if (crash.called === '') {
          expect(at).toBeGreaterThan(5);
          expect(failed.error).toBe('ReportHeaderError');
          return;
        }
        expect(failed.error).toBe('SandboxLostError');
        const redriven = await pipeline.redrive(failed);
        expect(redriven).toMatchObject({ status: 'FAILED', error: 'ReportHeaderError' });
        const messages = await pipeline.takeMessages('QUARANTINE_QUEUE_URL');
        expect([1, 2]).toContain(messages.length);
        expect(new Set(messages.map(({ quarantineId }) => quarantineId)).size).toBe(1);
        expect(await pipeline.readCoverage('QR', `QR-set aside ${when} ${at}`, 4)).toMatchObject({
          status: 'QUARANTINED',
        });
        crash.called = '';
      }
    },
  );
});
