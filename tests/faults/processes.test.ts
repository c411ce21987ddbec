// Functions in processes of their own, killed or frozen by the operating system at a chosen point; the state machine, the stores
// and the hub live on and the run is taken up again.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { HubAccessKey } from '../../functions/lib/io/hub-secret.ts';
import { toClientOptions } from '../../functions/lib/runtime/clients.ts';
import { checkpointKeys } from '../../schemas/checkpoint-items.ts';
import {
  interval,
  nextSecond,
  queueReport,
  reportKey,
  runTime,
  startPipeline,
  type Pipeline,
} from '../statemachine/harness.ts';
import { findViolations } from './oracle.ts';
import { readPipelineOutcome } from './pipeline-outcome.ts';
import type { Upload } from './simulation/generated-uploads.ts';
import { createStepSandboxes, type Stopped } from './step-sandboxes.ts';

let hubKey: HubAccessKey;
let pipeline: Pipeline;
const sandboxes = createStepSandboxes(() => hubKey);
beforeAll(async () => {
  pipeline = await startPipeline({ handlers: sandboxes.handlers, settings: { batches: { maxRecords: 1 } } });
  hubKey = pipeline.hub.credentials;
});
afterEach(() => {
  pipeline.hub.refuse(null);
});
afterAll(async () => {
  await sandboxes.close();
  await pipeline.close();
});

const limitMs = 120_000;
const kill = ({ kill: killProcess }: Stopped) => {
  killProcess();
};

/** A file that can never pass, under the key of a good one. */
const toBad = (good: Upload): Upload => ({
  ...good,
  body: 'Agent,Online time\nanna,900\n',
  rows: [],
  error: 'ReportHeaderError',
});

/** Three records in as many batches, and a row that is rejected. */
function createUpload(series: string, handled: number): Upload {
  const rows = [5, 6, 7].map((n) => ({ queue: series, n, handled: handled + n }));
  return {
    key: reportKey(series, 7),
    atMs: Date.now(),
    body: `${queueReport(rows)}${series},${runTime(5)},${runTime(5)},1,1,0,0,1,1\n`,
    ...{ runTime: runTime(7), series, isReload: false },
    rows: rows.map(({ n, handled: figure }) => ({ entity: `${interval(n)}|${series}|`, handled: figure })),
    ...{ refusedEntities: [], badLines: [5], error: null },
  };
}

/** Delivers through whatever was planned; the ids of the batches the hub was asked to take. */
async function deliver(upload: Upload) {
  pipeline.takeRequests();
  const execution = await pipeline.deliver(upload.key, upload.body);
  return { execution, batchIds: pipeline.takeRequests().batchIds };
}

/** Every item of the checkpoint table that names the series, in order. */
async function listItems(series: string) {
  const { environment } = pipeline.stack;
  const client = new DynamoDBClient(toClientOptions(environment, 'DYNAMODB'));
  const scan = new ScanCommand({ TableName: environment['CHECKPOINT_TABLE']!, ConsistentRead: true });
  const { Items = [] } = await DynamoDBDocumentClient.from(client).send(scan);
  client.destroy();
  const text = (item: object) => JSON.stringify(item);
  return Items.filter((item) => text(item).includes(series)).toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

const judge = async (...uploads: Upload[]) => findViolations(await readPipelineOutcome(pipeline, uploads));

describe('a process that is killed', () => {
  it.each([0, 1, 2])(
    '[fault 1] between the answer of the hub and the mark of batch %i sends the same bytes again, and nothing counts twice',
    async (skip) => {
      const upload = createUpload(`QR-unmarked ${skip}`, 10);
      sandboxes.stopNext('deliver-batch', { call: 'hub.postReport', when: 'after' }, kill, skip);
      const { execution, batchIds } = await deliver(upload);
      expect(execution.states.at(-1)).toBe('ReportDelivered');
      expect([batchIds.length, new Set(batchIds).size]).toEqual([4, 3]);
      expect(await judge(upload)).toEqual([]);
    },
    limitMs,
  );

  it.each([
    ['deliver-batch', 'hub.postReport', 'before', 3],
    ['deliver-batch', 'checkpoints.markBatch', 'after', 3],
    ['transform-rows', 'intervals.settle', 'after', 3],
    ['transform-rows', 'staging.writeOnce', 'after', 3],
    ['complete-report', 'intervals.markDelivered', 'after', 3],
    ['complete-report', 'checkpoints.mark', 'after', 3],
  ] as const)(
    '[fault 2] in %s, at %s, %s the call, is followed by one that goes on',
    async (functionKey, call, when, requestCount) => {
      const upload = createUpload(`QR-killed ${call} ${when}`, 20);
      sandboxes.stopNext(functionKey, { call, when }, kill);
      const { execution, batchIds } = await deliver(upload);
      expect(execution.states.at(-1)).toBe('ReportDelivered');
      expect(batchIds).toHaveLength(requestCount);
      expect(await judge(upload)).toEqual([]);
    },
    limitMs,
  );

  it(
    '[fault 2] while the hub works on its request is followed by one that sends the same batch',
    async () => {
      const upload = createUpload('QR-killed mid-send', 30);
      let isFirst = true;
      sandboxes.stopNext('deliver-batch', null, kill);
      // The first batch is the one in a process of its own; the others may reach the hub before it.
      pipeline.hub.refuse((_, { intervalStart }) => {
        if (isFirst && intervalStart === interval(5)) {
          sandboxes.killRunning();
          isFirst = false;
        }
        return null;
      });
      const { execution, batchIds } = await deliver(upload);
      expect([isFirst, batchIds.length, new Set(batchIds).size]).toEqual([false, 4, 3]);
      expect(execution.states.at(-1)).toBe('ReportDelivered');
      expect(await judge(upload)).toEqual([]);
    },
    limitMs,
  );

  it(
    '[fault 2] while it writes a quarantine down announces the file under one id',
    async () => {
      const bad = toBad(createUpload('QR-killed quarantine', 40));
      sandboxes.stopNext('quarantine-report', { call: 'queue.send', when: 'after' }, kill);
      const { execution } = await deliver(bad);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'ReportHeaderError' });
      expect(await judge(bad)).toEqual([]);
    },
    limitMs,
  );
});

describe('a process that is frozen and wakes up late', () => {
  it.each(['before', 'after'] as const)(
    '[fault 3] %s its request to the hub changes nothing that a newer upload has delivered meanwhile',
    async (when) => {
      const series = `QR-zombie ${when}`;
      const old = createUpload(series, 50);
      const { promise: frozen, resolve } = Promise.withResolvers<Stopped>();
      sandboxes.stopNext('deliver-batch', { call: 'hub.postReport', when }, (stopped) => {
        stopped.freeze();
        resolve(stopped);
      });
      await pipeline.stack.upload(old.key, old.body);
      const zombie = await frozen;
      await nextSecond();
      const newer = createUpload(series, 70);
      await deliver(newer);
      expect(await judge(old, newer)).toEqual([]);

      expect(await zombie.wake()).toMatchObject({ what: 'done' });
      await pipeline.stack.idle();
      expect(await judge(old, newer)).toEqual([]);
      expect(pipeline.executions(old.key).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    },
    limitMs,
  );

  it.each([
    ['intervals.markDelivered', 'delivered'],
    ['ledger.writeArrival', 'delivered'],
    ['checkpoints.mark', 'delivered'],
    ['checkpoints.mark', 'quarantined'],
  ] as const)(
    '[fault 3] before %s changes no item of a newer upload that was %s meanwhile',
    async (call, fate) => {
      const series = `QR-late ${call} ${fate}`;
      const old = createUpload(series, 110);
      const { promise: frozen, resolve } = Promise.withResolvers<Stopped>();
      sandboxes.stopNext('complete-report', { call, when: 'before' }, (stopped) => {
        stopped.freeze();
        resolve(stopped);
      });
      await deliver(old);
      const zombie = await frozen;
      await nextSecond();
      const again = createUpload(series, 130);
      const { execution } = await deliver(fate === 'delivered' ? again : toBad(again));
      const items = await listItems(series);
      const checkpoint = items.find(({ sk }) => sk === checkpointKeys.checkpoint);
      expect(checkpoint).toMatchObject({ status: fate.toUpperCase(), revision: execution.input.revision });

      const end = await zombie.wake();
      expect(await listItems(series)).toEqual(items);
      expect(end).toMatchObject({ what: 'done', result: { status: 'SUPERSEDED' } });
    },
    limitMs,
  );

  it(
    '[fault 3] in the middle of its own file finds its batch delivered by the process that replaced it',
    async () => {
      const upload = createUpload('QR-twin', 90);
      const { promise: frozen, resolve } = Promise.withResolvers<Stopped>();
      sandboxes.stopNext('deliver-batch', { call: 'hub.postReport', when: 'before' }, (stopped) => {
        stopped.freeze();
        resolve(stopped);
      });
      const { execution } = await deliver(upload);
      expect(execution.states.at(-1)).toBe('ReportDelivered');
      const zombie = await frozen;
      expect(await zombie.wake()).toMatchObject({ what: 'done', result: { status: 'DELIVERED' } });
      expect(await judge(upload)).toEqual([]);
    },
    limitMs,
  );
});

describe('a process whose time runs out', () => {
  it(
    '[fault 17] while it stages, sends, marks or completes is followed by one that goes on: only the batches still missing go out, each once',
    async () => {
      const upload = createUpload('QR-out of time', 150);
      const timedOut: Stopped[] = [];
      const runOut = (stopped: Stopped) => {
        stopped.freeze('Sandbox.Timedout');
        timedOut.push(stopped);
      };
      sandboxes.stopNext('transform-rows', { call: 'staging.writeOnce', when: 'after' }, runOut);
      sandboxes.stopNext('deliver-batch', { call: 'hub.postReport', when: 'before' }, runOut);
      sandboxes.stopNext('deliver-batch', { call: 'checkpoints.markBatch', when: 'after' }, runOut);
      sandboxes.stopNext('complete-report', { call: 'checkpoints.mark', when: 'before' }, runOut);
      const { execution, batchIds } = await deliver(upload);
      // The platform never wakes such a process.
      for (const stopped of timedOut) stopped.kill();
      expect([execution.states.at(-1), timedOut.length]).toEqual(['ReportDelivered', 4]);
      expect(batchIds.toSorted()).toEqual(execution.output.rows.batches.map(({ batchId }) => batchId).toSorted());
      expect(batchIds).toHaveLength(3);
      expect(await judge(upload)).toEqual([]);
    },
    limitMs,
  );
});
