// One staged batch, from the staging bucket to the hub and into the checkpoint.
import { gunzipSync } from 'node:zlib';
import type { RejectedRecord } from '../../schemas/hub-messages.ts';
import type { HubRecord } from '../../schemas/hub-records.ts';
import type { DeliverBatchInput } from '../../schemas/state.ts';
import { deliverBatch } from '../lib/domain/delivery/batch-delivery.ts';
import { encodeHubReport } from '../lib/domain/delivery/hub-body.ts';
import { parseStagedReport } from '../lib/domain/delivery/staged-report.ts';
import { CheckpointIncompleteError, StateInputError } from '../lib/domain/errors.ts';
import { toStagingFolder } from '../lib/domain/report-file/report-identity.ts';
import { isSuperseded } from '../lib/domain/report-file/source-version.ts';
import type { HubClient } from '../lib/io/hub-client.ts';
import { toHubRejectsCsv } from '../lib/io/hub-rejects-csv.ts';
import type { ReportCheckpoints } from '../lib/io/report-checkpoints.ts';
import type { StagingBucket } from '../lib/io/staging-bucket.ts';

export interface DeliverBatchDeps {
  readonly checkpoints: Pick<ReportCheckpoints, 'read' | 'readBatch' | 'markBatch'>;
  readonly staging: Pick<StagingBucket, 'read' | 'write'>;
  readonly hub: HubClient;
  readonly acdName: string;
}

/** What the console shows of a batch; the state machine itself does not use it. */
export interface DeliveredBatchReport {
  readonly status: 'DELIVERED' | 'ALREADY_DELIVERED' | 'SUPERSEDED';
  readonly batchId: string;
  readonly recordCount: number;
  readonly rejectedCount: number;
}

/**
 * Delivers the batch unless the hub has acknowledged it, or a newer upload has taken over. Rejects are written before the mark:
 * a crash in between repeats the request under the same key and writes the same rejects again.
 * @throws the errors of the hub client and the stores; {CheckpointIncompleteError} when the staged body is gone
 */
export async function deliverStagedBatch(
  deps: DeliverBatchDeps,
  input: DeliverBatchInput,
): Promise<DeliveredBatchReport> {
  const { checkpoints, staging, hub, acdName } = deps;
  const { object, report, claim, batch } = input;
  const { kind } = report;
  if (kind === null) throw new StateInputError('A file without a report kind has no batches');
  const answer = { batchId: batch.batchId, recordCount: batch.recordCount };
  if (isSuperseded(await checkpoints.read(object), claim)) return { status: 'SUPERSEDED', ...answer, rejectedCount: 0 };
  const earlier = await checkpoints.readBatch(object, claim.sourceVersion, batch.index);
  // Another id under this index: the version was staged anew after its manifest had expired or changed its form.
  if (earlier?.batchId === batch.batchId)
    return { status: 'ALREADY_DELIVERED', ...answer, rejectedCount: earlier.rejectedCount };

  const body = await staging.read(batch.stagedKey);
  if (body === null) {
    throw new CheckpointIncompleteError(
      `The staged batch ${batch.stagedKey} is gone; start a new execution with the same input`,
    );
  }
  const content = parseStagedReport(gunzipSync(body));
  const delivery = await deliverBatch(
    content,
    body,
    (batchId, bytes, recordCount) => hub.postReport({ kind, batchId, body: bytes, recordCount }),
    (derived) => encodeHubReport(kind, acdName, derived),
  );
  const rejectsKey = `${toStagingFolder(report.reportId, claim.sourceVersion)}hub-rejects-${batch.index}.csv`;
  if (delivery.rejected.length > 0) {
    await staging.write(rejectsKey, toHubRejectsCsv(content.reportData, delivery.rejected), 'text/csv');
  }
  await checkpoints.markBatch(object, claim.sourceVersion, batch.index, {
    batchId: batch.batchId,
    acceptedCount: delivery.acceptedCount,
    ignoredAsOlderCount: delivery.ignoredAsOlderCount,
    rejectedCount: delivery.rejected.length,
    rejectedIntervals: listIntervals(content.reportData, delivery.rejected),
    ...(delivery.rejected.length > 0 ? { rejectsKey } : {}),
  });
  return { status: 'DELIVERED', ...answer, rejectedCount: delivery.rejected.length };
}

/** Starts of the intervals the rejected records belong to, each once. */
function listIntervals(records: readonly HubRecord[], rejected: readonly RejectedRecord[]): string[] {
  return [...new Set(rejected.flatMap(({ index }) => records[index]?.intervalStart ?? []))];
}
