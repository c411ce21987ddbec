import { describe, expect, it } from '@jest/globals';
import type { ExecutionStart } from '../../../../functions/lib/domain/report-file/report-identity.ts';
import type { Deployment } from '../../../../tools/ops/deployment.ts';
import type { ExecutionReader } from '../../../../tools/ops/executions/execution-reader.ts';
import { toReloadFile } from '../../../../tools/ops/reload-plan.ts';
import { runReload, type ReloadParts } from '../../../../tools/ops/reload-run.ts';

const files = [1, 2, 3].map((n) => ({ key: `QR-${n}.csv`, kind: 'QR', series: 'QR', runTime: `${n}` }) as const);
const options = { reloadedAt: '2026-11-22T12:00:00.000Z', atOnceCount: 2, maxWaitMs: 0 };

interface Line {
  /** Messages waiting in the Historical queue, look by look; 0 afterwards. */
  readonly waiting?: number[];
  readonly isBusy?: boolean[];
  /** The start of this file finds no connection. */
  readonly failsAt?: string;
}

function reload({ waiting = [], isBusy = [], failsAt }: Line) {
  const started: string[] = [];
  const pauses: string[] = [];
  let nowMs = 0;
  const sqs = {
    send: () => Promise.resolve({ Attributes: { ApproximateNumberOfMessages: String(waiting.shift() ?? 0) } }),
  };
  const object = { bucket: 'b', etag: 'e', sizeBytes: 1, uploadedAt: '2026-11-20T12:00:00.000Z' };
  const parts: ReloadParts = {
    deployment: {
      clients: { sqs },
      names: { historicalQueueUrl: 'q', sourceBucket: 'b' },
      pollMs: 60_000,
    } as unknown as Deployment,
    stores: {
      source: {
        head: (_bucket: string, key: string) => Promise.resolve(key === 'QR-2.csv' ? null : { ...object, key }),
        open: () => Promise.reject(new Error('not read')),
      },
      workflow: {
        start: ({ input }: ExecutionStart) => {
          if (input.object.key === failsAt)
            return Promise.reject(Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' }));
          started.push(`${input.object.key} ${input.revision}`);
          return Promise.resolve('started');
        },
      },
    } as unknown as ReloadParts['stores'],
    reader: {
      toArn: (name: string) => name,
      isRunningCountBelow: () => Promise.resolve(!(isBusy.shift() ?? false)),
    } as unknown as ExecutionReader,
    session: {
      nowMs: () => nowMs,
      checkInterrupted: () => undefined,
      wait: (ms) => {
        nowMs += ms;
        return Promise.resolve();
      },
    },
    progress: { advance: () => undefined, stop: () => undefined, pause: (reason) => pauses.push(reason) },
  };
  return { started, pauses, done: runReload(files, parts, options) };
}

describe('runReload', () => {
  it('starts each file with the revision of the reload, and says which have gone', async () => {
    const { started, done } = reload({});
    expect((await done).results.map((result) => result?.outcome)).toEqual(['RUNNING', 'GONE', 'RUNNING']);
    expect(started).toEqual([`QR-1.csv ${options.reloadedAt}`, `QR-3.csv ${options.reloadedAt}`]);
  });

  it('begins nothing else after a lost connection, and knows what it has started', async () => {
    const { started, done } = reload({ failsAt: 'QR-3.csv' });
    const { results, stoppedBy } = await done;
    expect(stoppedBy).toMatchObject({ code: 'ECONNREFUSED' });
    expect(results.map((result) => result?.outcome)).toEqual(['RUNNING', 'GONE', undefined]);
    expect(started).toHaveLength(1);
  });

  it('gives way while uploads wait or many executions run', async () => {
    const { pauses, started, done } = reload({ waiting: [3, 3, 3, 3], isBusy: [true, true] });
    await done;
    expect(pauses.length).toBeGreaterThanOrEqual(4);
    expect(started).toHaveLength(2);
  });

  it('gives up after half an hour in which live files get nowhere, and says how to go on', async () => {
    const { started, done } = reload({ waiting: Array.from({ length: 500 }, () => 1) });
    const { results, stoppedBy } = await done;
    expect(String(stoppedBy)).toContain('Live files have been waiting for half an hour');
    expect(results).toEqual([null, null, null]);
    expect(started).toEqual([]);
  });
});

describe('toReloadFile', () => {
  const range = { fromMs: Date.parse('2026-11-20T00:00:00Z'), toMs: Date.parse('2026-11-21T00:00:00Z') };

  it('takes a file by the interval before its run time: 96 of them a day', () => {
    const names = Array.from({ length: 200 }, (_, index) => {
      const runTime = new Date(Date.parse('2026-11-19T12:00:00Z') + index * 900_000)
        .toISOString()
        .replace('.000Z', 'Z');
      return `p/QR-${runTime}.csv`;
    });
    const found = names.map((key) => toReloadFile(key, range)).filter((file) => file !== null);
    expect(found).toHaveLength(96);
    expect(found[0]!.runTime).toBe('2026-11-20T00:15:00.000Z');
    expect(found.at(-1)!.runTime).toBe('2026-11-21T00:00:00.000Z');
  });

  it('leaves out foreign files, reload files and other series', () => {
    expect(toReloadFile('p/Other-2026-11-20T12:00:00Z.csv', range)).toBeNull();
    expect(toReloadFile('p/QR-reload-2026-11-20T12:00:00Z.csv', range)).toBeNull();
    expect(toReloadFile('p/QR-EMEA-2026-11-20T12:00:00Z.csv', { ...range, series: 'QR' })).toBeNull();
    expect(toReloadFile('p/QR-EMEA-2026-11-20T12:00:00Z.csv', { ...range, kind: 'AQR' })).toBeNull();
  });
});
