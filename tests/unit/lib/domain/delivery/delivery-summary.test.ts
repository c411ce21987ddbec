import { describe, expect, it } from '@jest/globals';
import {
  listWholeIntervals,
  summarizeDelivery,
} from '../../../../../functions/lib/domain/delivery/delivery-summary.ts';
import { CheckpointIncompleteError, HubRejectedError } from '../../../../../functions/lib/domain/errors.ts';

const staged = (...ids: string[]) =>
  ids.map((batchId, index) => ({ index, batchId, stagedKey: `batch-${batchId}`, recordCount: 10 }));
const acknowledged = (batchId: string, acceptedCount: number, ignoredAsOlderCount = 0, rejectedCount = 0) => ({
  ...{ batchId, acceptedCount, ignoredAsOlderCount, rejectedCount, rejectedIntervals: [] },
});

describe('summarizeDelivery', () => {
  it('adds up the batches; a record the hub holds in a newer version counts as delivered', () => {
    const acks = [acknowledged('a', 8, 1, 1), acknowledged('b', 10)];
    expect(summarizeDelivery(staged('a', 'b'), acks, 'QR.csv')).toEqual({
      ...{ status: 'DELIVERED', batchCount: 2, deliveredRecordCount: 19, ignoredAsOlderCount: 1 },
      rejectedRecordCount: 1,
    });
  });

  it('is delivered with nothing when nothing was staged', () => {
    expect(summarizeDelivery([], [], 'QR.csv')).toMatchObject({ status: 'DELIVERED', deliveredRecordCount: 0 });
  });

  it('refuses to call a file delivered while a batch lacks its acknowledgement', () => {
    const incomplete = () => summarizeDelivery(staged('a', 'b'), [acknowledged('b', 10)], 'QR.csv');
    expect(incomplete).toThrow(CheckpointIncompleteError);
    expect(incomplete).toThrow('1 of 2 batches of QR.csv');
  });

  it('leaves out acknowledgements of batches that were staged in another way before', () => {
    const acks = [acknowledged('a', 10), acknowledged('before', 7)];
    expect(summarizeDelivery(staged('a'), acks, 'QR.csv').deliveredRecordCount).toBe(10);
  });

  it('is an error when the hub refused every record, but not when it holds newer ones of them all', () => {
    const refused = () => summarizeDelivery(staged('a'), [acknowledged('a', 0, 0, 10)], 'QR.csv');
    expect(refused).toThrow(HubRejectedError);
    expect(refused).toThrow('all 10 records of QR.csv');
    expect(summarizeDelivery(staged('a'), [acknowledged('a', 0, 9, 1)], 'QR.csv').status).toBe('DELIVERED');
  });
});

describe('listWholeIntervals', () => {
  it('leaves out the intervals of which the hub refused a record, by the batches staged now', () => {
    const intervals = ['10:00', '10:15', '10:30'].map((intervalStart) => ({ intervalStart }));
    const batch = { ...{ acceptedCount: 1, ignoredAsOlderCount: 0, rejectedCount: 1 } };
    const acknowledgements = [
      { batchId: 'a', ...batch, rejectedIntervals: ['10:15'] },
      { batchId: 'staged-otherwise-before', ...batch, rejectedIntervals: ['10:30'] },
    ];
    const staged = [{ index: 0, batchId: 'a', stagedKey: 'batch-a', recordCount: 3 }];
    expect(listWholeIntervals(intervals, staged, acknowledgements).map(({ intervalStart }) => intervalStart)).toEqual([
      '10:00',
      '10:30',
    ]);
  });
});
