// The same key more than once: announced twice, sent again, changed, overtaken. The newest upload's figures stand in the
// hub, and every record of every version is applied once.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  interval,
  listRepeatedApplications,
  nextSecond,
  queueReport,
  reportKey,
  startPipeline,
  type Execution,
  type Pipeline,
} from './harness.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterEach(() => {
  pipeline.hub.setDown(false);
  expect(listRepeatedApplications(pipeline.hub)).toEqual([]);
});
afterAll(() => pipeline.close());

const keyOf = (queue: string) => reportKey(`QR-${queue}`, 8);
const report = (queue: string, handled: number) => queueReport([{ queue, n: 8, handled }]);
const ends = (executions: readonly Execution[]) => executions.map(({ states }) => states.at(-1));

/** Uploads in the next second and waits until that upload's execution has ended, while others may be held. */
async function overtake(key: string, body: string): Promise<void> {
  await nextSecond();
  const count = pipeline.executions(key).length;
  await pipeline.stack.upload(key, body);
  const isDelivered = () => pipeline.executions(key)[count]?.status === 'SUCCEEDED';
  await pipeline.waitFor(isDelivered, `the second upload of ${key}`);
}

describe('an upload', () => {
  it('[fault 4] announced twice has one execution and is sent once', async () => {
    await pipeline.deliver(keyOf('notified'), report('notified', 8));
    pipeline.takeRequests();
    await pipeline.stack.notify(keyOf('notified'));
    await pipeline.stack.idle();
    expect(pipeline.executions(keyOf('notified'))).toHaveLength(1);
    expect(pipeline.takeRequests().count).toBe(0);
  });

  it('of the same bytes again is a re-send: every record goes out again under a newer version', async () => {
    const first = await pipeline.deliver(keyOf('resent'), report('resent', 8));
    pipeline.takeRequests();
    await nextSecond();
    const second = await pipeline.deliver(keyOf('resent'), report('resent', 8));
    expect(second.name).not.toBe(first.name);
    expect(second.output.claim.isResend).toBe(true);
    expect(second.output.claim.sourceVersion > first.output.claim.sourceVersion).toBe(true);
    expect(second.output.rows).toMatchObject({ unchangedRecordCount: 0 });
    expect(pipeline.takeRequests()).toMatchObject({ count: 1, records: 1 });
    expect(pipeline.queueRecords('resent')[0]!.sourceVersion).toBe(second.output.claim.sourceVersion);
  });

  it('of other bytes replaces the figures', async () => {
    await pipeline.deliver(keyOf('changed'), report('changed', 8));
    await nextSecond();
    const second = await pipeline.deliver(keyOf('changed'), report('changed', 5));
    expect(second.output.claim.isResend).toBe(false);
    expect(pipeline.handled('changed')).toEqual({ [interval(8)]: 5 });
  });

  it('[fault 5] of other bytes within the same second of S3’s clock wins over the one before it', async () => {
    // A slow machine may need more than one go to get both into one second.
    const hurry = async (queue: string) => {
      await nextSecond();
      const first = await pipeline.deliver(keyOf(queue), report(queue, 8));
      const second = await pipeline.deliver(keyOf(queue), report(queue, 5));
      return { queue, first, second, isOneSecond: first.input.object.uploadedAt === second.input.object.uploadedAt };
    };
    let hasty = await hurry('hasty 0');
    for (let go = 1; go < 5 && !hasty.isOneSecond; go += 1) hasty = await hurry(`hasty ${go}`);
    const { queue, first, second, isOneSecond } = hasty;
    expect(isOneSecond).toBe(true);
    expect(second.name).not.toBe(first.name);
    expect(pipeline.handled(queue)).toEqual({ [interval(8)]: 5 });
    expect((await pipeline.startAgain(first)).states.at(-1)).toBe('ReportSuperseded');
    expect(pipeline.handled(queue)).toEqual({ [interval(8)]: 5 });
  });

  it('goes back to earlier bytes as the newest upload of all', async () => {
    await pipeline.deliver(keyOf('back'), report('back', 8));
    await nextSecond();
    await pipeline.deliver(keyOf('back'), report('back', 5));
    await nextSecond();
    const third = await pipeline.deliver(keyOf('back'), report('back', 8));
    expect(third.output.claim.isResend).toBe(false);
    expect(pipeline.handled('back')).toEqual({ [interval(8)]: 8 });
  });

  it('that was deleted before its event is looked at starts nothing and blocks nothing', async () => {
    await pipeline.stack.notify(keyOf('back'));
    const body = {
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'amazon-connect-local' }, object: { key: 'gone' } },
    };
    await pipeline.sendNotice(JSON.stringify(body));
    await pipeline.stack.idle();
    expect(pipeline.executions('gone')).toEqual([]);
  });
});

describe('an execution that a newer upload overtakes', () => {
  it('before its rows are read ends as superseded', async () => {
    pipeline.before('transform-rows', () => overtake(keyOf('early'), report('early', 5)));
    await pipeline.deliver(keyOf('early'), report('early', 8));
    expect(ends(pipeline.executions(keyOf('early')))).toEqual(['ReportSuperseded', 'ReportDelivered']);
    expect(pipeline.handled('early')).toEqual({ [interval(8)]: 5 });
  });

  it('between TransformRows and DeliverBatch sends nothing any more', async () => {
    pipeline.takeRequests();
    pipeline.before('deliver-batch', () => overtake(keyOf('middle'), report('middle', 5)));
    await pipeline.deliver(keyOf('middle'), report('middle', 8));
    expect(ends(pipeline.executions(keyOf('middle')))).toEqual(['ReportSuperseded', 'ReportDelivered']);
    expect(pipeline.takeRequests().count).toBe(1);
    expect(pipeline.handled('middle')).toEqual({ [interval(8)]: 5 });
  });

  it('after its batch was delivered does not take the file’s checkpoint back', async () => {
    pipeline.before('complete-report', () => overtake(keyOf('late'), report('late', 5)));
    await pipeline.deliver(keyOf('late'), report('late', 8));
    const [first, second] = pipeline.executions(keyOf('late'));
    expect(ends([first!, second!])).toEqual(['ReportSuperseded', 'ReportDelivered']);
    expect(pipeline.handled('late')).toEqual({ [interval(8)]: 5 });
    expect((await pipeline.startAgain(second!)).states.at(-1)).toBe('ReportAlreadyDelivered');
  });

  it('while it is failed ends as superseded when it is redriven', async () => {
    pipeline.hub.setDown(true);
    const failed = await pipeline.deliver(keyOf('failed'), report('failed', 8));
    expect(failed.status).toBe('FAILED');
    pipeline.hub.setDown(false);
    await nextSecond();
    await pipeline.deliver(keyOf('failed'), report('failed', 5));
    pipeline.takeRequests();
    const redriven = await pipeline.redrive(failed);
    expect(redriven).toMatchObject({ status: 'SUCCEEDED', output: { delivery: { status: 'SUPERSEDED' } } });
    expect(redriven.states.at(-1)).toBe('ReportSuperseded');
    expect(pipeline.takeRequests().count).toBe(0);
    expect(pipeline.handled('failed')).toEqual({ [interval(8)]: 5 });
  });

  it('before it was started ends as superseded at its claim', async () => {
    const first = await pipeline.deliver(keyOf('stale'), report('stale', 8));
    await nextSecond();
    await pipeline.deliver(keyOf('stale'), report('stale', 5));
    pipeline.takeRequests();
    const again = await pipeline.startAgain(first);
    expect(again.states).toEqual([
      'ClassifyReport',
      'IsKnownReport',
      'ClaimCheckpoint',
      'IsClaimed',
      'ReportSuperseded',
    ]);
    expect(pipeline.takeRequests().count).toBe(0);
    expect(pipeline.handled('stale')).toEqual({ [interval(8)]: 5 });
  });
});
