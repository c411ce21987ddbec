// The checkpoint of a report file: which upload of its key is the newest, how far it has come, which batches the hub has.
import {
  checkpointKeys,
  reportStatuses,
  type BatchItem,
  type ReportCheckpointItem,
  type ReportStatus,
} from '../../../schemas/checkpoint-items.ts';
import type { SourceObject } from '../../../schemas/state.ts';
import type { ClaimedUpload } from '../domain/report-file/source-version.ts';
import type { CheckpointTable } from './checkpoint-table.ts';
import { readCount, readText, readTexts, readWord } from './item-fields.ts';

export type ReportCheckpoint = Omit<ReportCheckpointItem, 'pk' | 'sk' | 'updatedAt'>;
export type DeliveredBatch = Omit<BatchItem, 'pk' | 'sk' | 'updatedAt' | 'expiresAtEpochSeconds'>;
type ReportKey = Pick<SourceObject, 'bucket' | 'key'>;

export interface ReportCheckpoints {
  read(report: ReportKey): Promise<ReportCheckpoint | null>;
  /** Takes the checkpoint if it still is what was seen; false when somebody else was quicker. */
  claim(report: ReportKey, reportId: string, upload: ClaimedUpload, seen: ReportCheckpoint | null): Promise<boolean>;
  /** Moves the checkpoint on, if it still stands for that version; false when a newer upload has taken it. */
  mark(report: ReportKey, seen: ReportCheckpoint, status: ReportStatus, errorName?: string): Promise<boolean>;
  readBatch(report: ReportKey, sourceVersion: string, index: number): Promise<DeliveredBatch | null>;
  /** Batches the hub has acknowledged, by index. */
  listBatches(report: ReportKey, sourceVersion: string): Promise<DeliveredBatch[]>;
  /** Writes an acknowledgement down; of one batch the first one stays. */
  markBatch(report: ReportKey, sourceVersion: string, index: number, batch: DeliveredBatch): Promise<void>;
}

/** @throws {CheckpointUnavailableError} {AccessDeniedError} {ConfigError} from every method. */
export function createReportCheckpoints(
  table: CheckpointTable,
  acdName: string,
  checkpointDays: number,
): ReportCheckpoints {
  const partition = ({ bucket, key }: ReportKey) => checkpointKeys.report(acdName, bucket, key);
  const updatedAt = () => new Date(table.nowMs()).toISOString();
  const expiresAtEpochSeconds = () => Math.floor(table.nowMs() / 1000) + checkpointDays * 86_400;

  return {
    async read(report) {
      const item = await table.read({ pk: partition(report), sk: checkpointKeys.checkpoint });
      return item === null ? null : toCheckpoint(item);
    },
    claim: (report, reportId, { etag, checksum, uploadedAt, revision, contentSince, sourceVersion }, seen) =>
      table.writeIf(
        {
          pk: partition(report),
          sk: checkpointKeys.checkpoint,
          ...{ reportId, etag, uploadedAt, revision, contentSince, sourceVersion },
          ...(checksum === undefined ? {} : { checksum }),
          status: 'CLAIMED',
          updatedAt: updatedAt(),
        },
        seen === null ? {} : { sourceVersion: seen.sourceVersion, etag: seen.etag },
      ),
    mark: (report, seen, status, errorName) =>
      table.writeIf(
        {
          pk: partition(report),
          sk: checkpointKeys.checkpoint,
          ...seen,
          status,
          errorName,
          updatedAt: updatedAt(),
        },
        { sourceVersion: seen.sourceVersion },
      ),
    async readBatch(report, sourceVersion, index) {
      const item = await table.read({ pk: partition(report), sk: checkpointKeys.batch(sourceVersion, index) });
      return item === null ? null : toBatch(item);
    },
    async listBatches(report, sourceVersion) {
      const first = checkpointKeys.batchesOf(sourceVersion);
      const items = await table.list(partition(report), first, `${first}~`);
      return items.map(toBatch);
    },
    async markBatch(report, sourceVersion, index, batch) {
      const key = { pk: partition(report), sk: checkpointKeys.batch(sourceVersion, index) };
      const item = { ...key, ...batch, updatedAt: updatedAt(), expiresAtEpochSeconds: expiresAtEpochSeconds() };
      if (await table.writeIf(item, {})) return;
      const standing = await table.read(key);
      if (standing !== null && readText(standing, 'batchId') !== batch.batchId) await table.write(item);
    },
  };
}

function toCheckpoint(item: Record<string, unknown>): ReportCheckpoint {
  return {
    reportId: readText(item, 'reportId'),
    etag: readText(item, 'etag'),
    ...('checksum' in item ? { checksum: readText(item, 'checksum') } : {}),
    uploadedAt: readText(item, 'uploadedAt'),
    revision: readText(item, 'revision'),
    contentSince: readText(item, 'contentSince'),
    sourceVersion: readText(item, 'sourceVersion'),
    status: readWord(item, 'status', reportStatuses),
    ...('errorName' in item ? { errorName: readText(item, 'errorName') } : {}),
  };
}

function toBatch(item: Record<string, unknown>): DeliveredBatch {
  return {
    batchId: readText(item, 'batchId'),
    acceptedCount: readCount(item, 'acceptedCount'),
    ignoredAsOlderCount: readCount(item, 'ignoredAsOlderCount'),
    rejectedCount: readCount(item, 'rejectedCount'),
    rejectedIntervals: readTexts(item, 'rejectedIntervals'),
    ...('rejectsKey' in item ? { rejectsKey: readText(item, 'rejectsKey') } : {}),
  };
}
