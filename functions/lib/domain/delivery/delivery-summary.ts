// What the hub's acknowledgements of all batches of a file come to.
import type { Delivery, StagedBatch } from '../../../../schemas/state.ts';
import { CheckpointIncompleteError, HubRejectedError } from '../errors.ts';

export interface BatchAcknowledgement {
  readonly batchId: string;
  readonly acceptedCount: number;
  readonly ignoredAsOlderCount: number;
  readonly rejectedCount: number;
  readonly rejectedIntervals: readonly string[];
}

export const supersededDelivery: Delivery = {
  status: 'SUPERSEDED',
  batchCount: 0,
  deliveredRecordCount: 0,
  ignoredAsOlderCount: 0,
  rejectedRecordCount: 0,
};

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/**
 * Sums over the staged batches; acknowledgements of others, staged earlier in another way, do not count. An older record the hub ignored counts as delivered: it holds a newer one.
 * @throws {CheckpointIncompleteError} when a staged batch has no acknowledgement
 * @throws {HubRejectedError} when the hub refused every record: nothing was delivered, the file goes to quarantine
 */
export function summarizeDelivery(
  staged: readonly StagedBatch[],
  acknowledged: readonly BatchAcknowledgement[],
  fileName: string,
): Delivery {
  const byId = new Map(acknowledged.map((batch) => [batch.batchId, batch]));
  const ours = staged.map((batch) => byId.get(batch.batchId)).filter((batch) => batch !== undefined);
  const missing = staged.filter((batch) => !byId.has(batch.batchId));
  if (missing.length > 0) {
    throw new CheckpointIncompleteError(
      `${missing.length} of ${staged.length} batches of ${fileName} have no acknowledgement of the hub in the checkpoint; redrive the execution`,
    );
  }
  const ignoredAsOlderCount = sum(ours.map((batch) => batch.ignoredAsOlderCount));
  const deliveredRecordCount = sum(ours.map((batch) => batch.acceptedCount)) + ignoredAsOlderCount;
  const rejectedRecordCount = sum(ours.map((batch) => batch.rejectedCount));
  if (deliveredRecordCount === 0 && rejectedRecordCount > 0) {
    throw new HubRejectedError(
      `The hub refused all ${rejectedRecordCount} records of ${fileName}; the reasons lie in the staging bucket beside the batches (hub-rejects-….csv)`,
      { context: { rejectedRecordCount } },
    );
  }
  return {
    status: 'DELIVERED',
    batchCount: staged.length,
    deliveredRecordCount,
    ignoredAsOlderCount,
    rejectedRecordCount,
  };
}

/** The intervals the hub holds whole: those with a refused record are sent again by the next file that has them. */
export function listWholeIntervals<T extends { readonly intervalStart: string }>(
  intervals: readonly T[],
  staged: readonly StagedBatch[],
  acknowledged: readonly BatchAcknowledgement[],
): T[] {
  const stagedIds = new Set(staged.map((batch) => batch.batchId));
  const rejected = new Set(
    acknowledged.filter((batch) => stagedIds.has(batch.batchId)).flatMap((batch) => batch.rejectedIntervals),
  );
  return intervals.filter(({ intervalStart }) => !rejected.has(intervalStart));
}
