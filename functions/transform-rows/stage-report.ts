// From mapped records to what lies in the staging bucket: batches of the intervals that have to be sent, and the rejects.
import type { ManifestSource, ReportManifest } from '../../schemas/manifest.ts';
import type { Settings } from '../../schemas/settings.ts';
import type { Claim, StagedBatch } from '../../schemas/state.ts';
import { planBatches, summarizeIntervals, toHubReportContent } from '../lib/domain/delivery/batch-plan.ts';
import { encodeHubReport } from '../lib/domain/delivery/hub-body.ts';
import { noteOvertakenIntervals } from '../lib/domain/delivery/overtaken-intervals.ts';
import { noteVanishedRecords } from '../lib/domain/delivery/vanished-records.ts';
import { toRejectsKey, toStagingFolder } from '../lib/domain/report-file/report-identity.ts';
import type { MappedReport } from '../lib/domain/report-rows/mapped-report.ts';
import type { IntervalLedger } from '../lib/io/interval-ledger-store.ts';
import { toRejectsCsv } from '../lib/io/rejects-csv.ts';
import type { StagingBucket } from '../lib/io/staging-bucket.ts';

export interface StageReportDeps {
  readonly staging: Pick<StagingBucket, 'write'>;
  readonly intervals: Pick<IntervalLedger, 'settle'>;
  readonly settings: Pick<Settings, 'acd' | 'batches'>;
}

export interface StageReportRequest {
  readonly source: ManifestSource;
  readonly reportId: string;
  readonly claim: Claim;
  readonly mapped: MappedReport;
}

/** Stages everything but the manifest, which the caller writes last. The ledger knows of every decision before this returns. */
export async function stageReport(deps: StageReportDeps, request: StageReportRequest): Promise<ReportManifest> {
  const { source, reportId, claim, mapped } = request;
  const { kind, series } = source;
  const folder = toStagingFolder(reportId, claim.sourceVersion);
  const isResend = claim.isResend || series === null;
  const settled = await deps.intervals.settle(
    { kind, series, sourceVersion: claim.sourceVersion, isResend },
    summarizeIntervals(mapped.records),
  );
  const toSend = settled.filter(({ action }) => action === 'send');
  const startsToSend = new Set(toSend.map(({ intervalStart }) => intervalStart));
  const records = Iterator.from(mapped.records).filter(({ intervalStart }) => startsToSend.has(intervalStart));

  const batches: StagedBatch[] = [];
  for (const batch of planBatches(records, deps.settings.batches)) {
    const content = toHubReportContent(batch.records, claim.sourceVersion);
    const { batchId, body } = encodeHubReport(kind, deps.settings.acd.name, content, batch.recordsJson);
    const stagedKey = `${folder}batch-${batchId}.json.gz`;
    await deps.staging.write(stagedKey, body, 'application/gzip');
    batches.push({ index: batches.length, batchId, stagedKey, recordCount: batch.records.length });
  }
  const rejectsKey = await stageRejects(deps.staging, request);

  return {
    formatVersion: 1,
    source,
    sourceVersion: claim.sourceVersion,
    rowCount: mapped.rowCount,
    recordCount: mapped.recordCount,
    unchangedRecordCount: mapped.recordCount - toSend.reduce((sum, { recordCount }) => sum + recordCount, 0),
    rejectedRowCount: mapped.rejects.length,
    outOfScopeRowCount: mapped.outOfScopeRowCount,
    summedRowCount: mapped.summedRowCount,
    mixedDirectionRowCount: mapped.rejects.filter((reject) => reject.rule === 'mixed-direction').length,
    mixedDirectionQueues: mapped.mixedDirectionQueues,
    serviceLevelSeconds: mapped.serviceLevelSeconds,
    rejectsKey,
    notes: [
      // First: the console shows ten, and this one says that figures of the file are not at the hub.
      ...noteOvertakenIntervals(settled),
      ...mapped.notes,
      // A rejected row is missing for a reason of its own, which the rejects give.
      ...(mapped.rejects.length > 0 ? [] : noteVanishedRecords(settled)),
    ],
    intervals: settled,
    batches,
  };
}

/** Writes the rejects file, also of a report that is refused as a whole; null when no row was rejected. */
export async function stageRejects(
  staging: Pick<StagingBucket, 'write'>,
  { reportId, claim, mapped }: Pick<StageReportRequest, 'reportId' | 'claim' | 'mapped'>,
): Promise<string | null> {
  if (mapped.rejects.length === 0) return null;
  const rejectsKey = toRejectsKey(reportId, claim.sourceVersion);
  await staging.write(rejectsKey, toRejectsCsv(mapped.header, mapped.rejects), 'text/csv');
  return rejectsKey;
}
