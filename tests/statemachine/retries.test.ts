// A hub that fails, for a while or for long: what is retried, where an execution stops, and how it is taken up again.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueueRecord } from '../../schemas/hub-records.ts';
import { interval, listRepeatedApplications, queueReport, reportKey, startPipeline, type Pipeline } from './harness.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ settings: { batches: { maxRecords: 2 } } });
});
afterEach(() => {
  pipeline.hub.setDown(false);
  pipeline.hub.refuse(null);
  expect(listRepeatedApplications(pipeline.hub)).toEqual([]);
});
afterAll(() => pipeline.close());

const countState = (states: readonly string[], name: string) => states.filter((state) => state === name).length;
/** Ten records in five batches. */
const tenRows = (queue: string) =>
  queueReport(Array.from({ length: 10 }, (_, index) => ({ queue: `${queue} ${index}`, n: 4 })));
const standing = (queue: string) =>
  pipeline.hub.records('QR').filter(({ record }) => (record as QueueRecord).queueValue.startsWith(`${queue} `)).length;
const answersOf = () => pipeline.hub.requests.map(({ status }) => status);

/** Takes one file to the point where the hub has two of its five batches and is down for the rest. */
async function deliverPartly(series: string) {
  const { promise: isDown, resolve: goDown } = Promise.withResolvers<undefined>();
  for (const work of [() => undefined, () => undefined, () => isDown, () => isDown, () => isDown]) {
    pipeline.before('deliver-batch', async () => {
      await work();
    });
  }
  pipeline.after('deliver-batch', () => undefined);
  pipeline.after('deliver-batch', () => {
    pipeline.hub.setDown(true);
    goDown(undefined);
  });
  pipeline.takeRequests();
  const failed = await pipeline.deliver(reportKey(series, 4), tenRows(series));
  return { failed, sent: pipeline.takeRequests().batchIds };
}

describe('a hub that fails for a moment', () => {
  it('with 503 twice is asked again, and the file is delivered', async () => {
    pipeline.takeRequests();
    pipeline.hub.misbehave([{ status: 503 }, { status: 503 }]);
    const key = reportKey('QR-busy', 4);
    const execution = await pipeline.deliver(key, queueReport([{ queue: 'busy', n: 4 }]));
    expect(execution.states.at(-1)).toBe('ReportDelivered');
    expect(answersOf().slice(-3)).toEqual([503, 503, 202]);
    expect(new Set(pipeline.takeRequests().batchIds).size).toBe(1);
    expect(pipeline.handled('busy')).toEqual({ [interval(4)]: 8 });
  });

  it('with 429 and a short Retry-After is asked again within the same step', async () => {
    pipeline.hub.misbehave([{ status: 429, headers: { 'Retry-After': '1' } }]);
    const execution = await pipeline.deliver(reportKey('QR-slow', 4), queueReport([{ queue: 'slow', n: 4 }]));
    const failures = pipeline.stack.workflows
      .history(execution.arn)
      .filter(({ type }) => type === 'LambdaFunctionFailed');
    expect(failures).toEqual([]);
    expect(answersOf().slice(-2)).toEqual([429, 202]);
    expect(execution.states.at(-1)).toBe('ReportDelivered');
  });

  it.each([
    ['takes the batch and cuts the connection', { applyFirst: true, cut: 'before-answer' }],
    ['takes the batch and answers 500', { applyFirst: true, status: 500 }],
    ['cuts its answer in the middle', { cut: 'mid-body' }],
    ['answers with counts that do not add up', { applyFirst: true, status: 202, body: { accepted: 0, rejected: [] } }],
  ] as const)('[fault 8] and %s applies every record once', async (name, misbehaviour) => {
    pipeline.hub.misbehave([misbehaviour]);
    const execution = await pipeline.deliver(reportKey(`QR-${name}`, 4), tenRows(name));
    expect(execution.output.delivery).toMatchObject({ status: 'DELIVERED', deliveredRecordCount: 10 });
    expect(standing(name)).toBe(10);
  });

  it.each([
    ['finds a batch too large', { status: 413 }],
    ['refuses a batch without naming a record', { status: 422, body: { reason: 'something in it' } }],
  ] as const)('and %s gets it in parts, each record once', async (name, misbehaviour) => {
    pipeline.hub.misbehave([misbehaviour]);
    pipeline.takeRequests();
    const execution = await pipeline.deliver(reportKey(`QR-${name}`, 4), tenRows(name));
    expect(execution.output.delivery).toMatchObject({ deliveredRecordCount: 10, rejectedRecordCount: 0 });
    expect(pipeline.takeRequests()).toMatchObject({ count: 7, records: 12 });
    expect(standing(name)).toBe(10);
  });
});

describe('a hub that stays down', () => {
  it('fails the execution at DeliverBatch, redrivable, and announces it', async () => {
    await pipeline.takeMessages('FAILED_EXECUTIONS_QUEUE_URL');
    pipeline.hub.setDown(true);
    const failed = await pipeline.deliver(reportKey('QR-down', 4), queueReport([{ queue: 'down', n: 4 }]));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'HubUnavailableError', redriveStatus: 'REDRIVABLE' });
    expect(failed.states.at(-1)).toBe('DeliverBatch');
    expect(failed.cause).toContain('503');
    const messages = await pipeline.takeMessages('FAILED_EXECUTIONS_QUEUE_URL');
    expect(messages).toMatchObject([{ detail: { name: failed.name, status: 'FAILED' } }]);
    expect(await pipeline.takeMessages('QUARANTINE_QUEUE_URL')).toEqual([]);
  });

  it('[fault 17] and comes back: a redrive delivers the rest, and no delivered batch is sent again', async () => {
    const { failed, sent } = await deliverPartly('QR-resumed');
    expect(failed).toMatchObject({ status: 'FAILED', error: 'HubUnavailableError' });
    expect(sent).toHaveLength(2);
    expect(standing('QR-resumed')).toBe(4);

    pipeline.hub.setDown(false);
    const redriven = await pipeline.redrive(failed);
    expect(redriven.status).toBe('SUCCEEDED');
    expect(redriven.output.delivery).toMatchObject({ status: 'DELIVERED', batchCount: 5, deliveredRecordCount: 10 });
    expect(countState(redriven.states, 'TransformRows')).toBe(1);
    const { batchIds } = pipeline.takeRequests();
    expect(batchIds).toHaveLength(3);
    expect(batchIds.filter((id) => sent.includes(id))).toEqual([]);
    expect(standing('QR-resumed')).toBe(10);
  });

  it('and comes back: a new execution with the same input sends the same batches, only those the hub lacks', async () => {
    const { failed, sent } = await deliverPartly('QR-anew');
    const staged = await pipeline.listKeys('STAGING_BUCKET');
    pipeline.hub.setDown(false);
    const anew = await pipeline.startAgain(failed);
    expect(anew.output.delivery).toMatchObject({ status: 'DELIVERED', deliveredRecordCount: 10 });
    const { batchIds } = pipeline.takeRequests();
    expect(batchIds).toHaveLength(3);
    expect([...sent, ...batchIds].toSorted()).toEqual(anew.output.rows.batches.map((b) => b.batchId).toSorted());
    expect(await pipeline.listKeys('STAGING_BUCKET')).toEqual(staged);

    const redriven = await pipeline.redrive(failed);
    expect(redriven.status).toBe('SUCCEEDED');
    expect(pipeline.takeRequests().count).toBe(0);
  });

  it('and comes back while a redrive and a new execution run side by side: each record is applied once', async () => {
    const { failed } = await deliverPartly('QR-twins');
    pipeline.hub.setDown(false);
    pipeline.stack.workflows.start({ name: 'twin', input: JSON.stringify(failed.input) });
    const redriven = await pipeline.redrive(failed);
    const outcomes = pipeline.executions(reportKey('QR-twins', 4)).map(({ output }) => output.delivery.status);
    expect(redriven.status).toBe('SUCCEEDED');
    expect(outcomes).toEqual(['DELIVERED', 'DELIVERED']);
    expect(standing('QR-twins')).toBe(10);
  });
});

describe('two executions of the same input from the start', () => {
  it('side by side stage the same batches and apply each record once', async () => {
    // The first one is held before its rows are read until the second one has got as far.
    const { promise: second, resolve: release } = Promise.withResolvers<undefined>();
    pipeline.before('transform-rows', () => second);
    pipeline.before('transform-rows', () => {
      release(undefined);
    });
    const key = reportKey('QR-pair', 4);
    await pipeline.stack.upload(key, tenRows('QR-pair'));
    await pipeline.waitFor(() => pipeline.executions(key).length > 0, `an execution of ${key}`);
    pipeline.stack.workflows.start({ name: 'pair', input: JSON.stringify(pipeline.newest(key).input) });
    await pipeline.stack.idle();
    const [one, two] = pipeline.executions(key);
    expect(one!.output.rows.batches).toEqual(two!.output.rows.batches);
    expect([one!.output.delivery.status, two!.output.delivery.status]).toEqual(['DELIVERED', 'DELIVERED']);
    expect(standing('QR-pair')).toBe(10);
  });
});

describe('a failure that is neither passing nor the file’s fault', () => {
  it('stops at its own step with a cause that says what to do, and a redrive goes on there', async () => {
    pipeline.hub.misbehave([{ status: 403 }]);
    const failed = await pipeline.deliver(reportKey('QR-denied', 4), queueReport([{ queue: 'denied', n: 4 }]));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'HubAccessError', redriveStatus: 'REDRIVABLE' });
    expect(countState(failed.states, 'DeliverBatch')).toBe(1);
    const redriven = await pipeline.redrive(failed);
    expect(redriven.states.at(-1)).toBe('ReportDelivered');
    expect(countState(redriven.states, 'TransformRows')).toBe(1);
  });

  it.each(['classify-report', 'claim-checkpoint', 'validate-spacing', 'transform-rows', 'complete-report'])(
    'of %s after its work, before its answer, leaves nothing that a redrive does not take up',
    async (functionKey) => {
      pipeline.after(functionKey, () => {
        throw new Error('The sandbox was lost');
      });
      const failed = await pipeline.deliver(reportKey(`QR-${functionKey}`, 4), tenRows(functionKey));
      expect(failed).toMatchObject({ status: 'FAILED', error: 'Error', redriveStatus: 'REDRIVABLE' });
      const redriven = await pipeline.redrive(failed);
      expect(redriven.states.at(-1)).toBe('ReportDelivered');
      expect(standing(functionKey)).toBe(10);
    },
  );
});
