import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  countBatch,
  listRemaining,
  toKinesisEvent,
  type StreamRecord,
} from '../../../../../tools/local/aws/stream-batch.ts';

const toRecord = (sequenceNumber: string, sizeBytes = 1): StreamRecord => ({
  sequenceNumber,
  partitionKey: 'agent',
  data: new Uint8Array(sizeBytes),
  arrivedAtMs: 1_795_348_800_125,
});
const records = ['1', '2', '3', '4', '5'].map((id) => toRecord(id));
const listIds = (batches: readonly (readonly StreamRecord[])[]) =>
  batches.map((batch) => batch.map(({ sequenceNumber }) => sequenceNumber).join(''));
const report = (...ids: unknown[]) => ({
  answer: { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) },
});

describe('listRemaining', () => {
  it.each([
    ['no answer', { answer: undefined }, []],
    ['null', { answer: null }, []],
    ['an answer without a list', { answer: {} }, []],
    ['a null list', { answer: { batchItemFailures: null } }, []],
    ['an empty list', report(), []],
    ['one reported record', report('3'), ['345']],
    ['several reported records: the lowest counts', report('4', '2', '5'), ['2345']],
    ['the first record reported', report('1'), ['12345']],
    ['an unknown sequence number', report('3', '9'), ['123', '45']],
    ['an empty sequence number', report(''), ['123', '45']],
    ['a null sequence number', report(null), ['123', '45']],
    ['an entry of another shape', { answer: { batchItemFailures: [{ id: '3' }] } }, ['123', '45']],
    ['a list that is none', { answer: { batchItemFailures: 'all' } }, ['123', '45']],
    ['a function that threw', { error: new Error('crash') }, ['123', '45']],
  ])('reads %s as AWS does', (_what, result, remaining) => {
    expect(listIds(listRemaining(records, result))).toEqual(remaining);
  });

  it('leaves a single record whole', () => {
    expect(listIds(listRemaining([toRecord('1')], { error: 'crash' }))).toEqual(['1']);
  });

  it('halves a batch until the crashing record is alone, loses none and keeps the order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), (count, choice) => {
        const batch = Array.from({ length: count }, (_, index) => toRecord(String(index)));
        const crashing = batch[choice % count]!;
        const done: string[] = [];
        let waiting: readonly (readonly StreamRecord[])[] = [batch];
        for (let [first, ...later] = waiting; first !== undefined; [first, ...later] = waiting) {
          const isCrash = first.length > 1 && first.includes(crashing);
          if (!isCrash) done.push(...first.map(({ sequenceNumber }) => sequenceNumber));
          waiting = [...(isCrash ? listRemaining(first, { error: 'crash' }) : []), ...later];
        }
        expect(done).toEqual(batch.map(({ sequenceNumber }) => sequenceNumber));
      }),
    );
  });
});

describe('countBatch', () => {
  it('stops at the batch size', () => {
    expect([countBatch(records, 2), countBatch(records, 100), countBatch([], 100)]).toEqual([2, 5, 0]);
  });

  it('stops before the event passes 6 MiB, where the data takes a third more room', () => {
    const large = Array.from({ length: 8 }, (_, index) => toRecord(String(index), 1024 * 1024));
    expect(countBatch(large, 100)).toBe(4);
  });
});

describe('toKinesisEvent', () => {
  it('has the shape Lambda gives it', () => {
    const streamArn = 'arn:aws:kinesis:eu-central-1:000000000000:stream/agent-events';
    const data = Buffer.from('{"EventId":"ä"}');
    const { Records } = toKinesisEvent([{ ...toRecord('49'), data }], { streamArn, shardId: 'shardId-000000000001' });
    expect(Records).toEqual([
      {
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: 'agent',
          sequenceNumber: '49',
          data: data.toString('base64'),
          approximateArrivalTimestamp: 1_795_348_800.125,
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: 'shardId-000000000001:49',
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: expect.stringMatching(/^arn:aws:iam::\d{12}:role\//),
        awsRegion: 'eu-central-1',
        eventSourceARN: streamArn,
      },
    ]);
  });
});
