// From mapped records to what lies in the staging bucket: batches of the intervals that have to be sent, and the rejects.
import type { ReportManifest } from '../../schemas/manifest.ts';
import type { ReportKind } from '../../schemas/report-kind.ts';
import type { Settings } from '../../schemas/settings.ts';
import type { Claim, StagedBatch } from '../../schemas/state.ts';
import { groupByInterval, planBatches, toHubReportContent } from '../lib/domain/batch-plan.ts';
import { encodeHubReport } from '../lib/domain/hub-body.ts';
import { toStagingFolder } from '../lib/domain/report-identity.ts';
import type { MappedReport } from '../lib/domain/report-rows.ts';
import type { IntervalLedger } from '../lib/io/interval-ledger-store.ts';
import { toRejectsCsv } from '../lib/io/rejects-csv.ts';
import type { StagingBucket } from '../lib/io/staging-bucket.ts';

export interface StageReportDeps {
  readonly staging: Pick<StagingBucket, 'write'>;
  readonly intervals: Pick<IntervalLedger, 'settle'>;
  readonly settings: Pick<Settings, 'acd' | 'batches'>;
}

export interface StageReportRequest {
  readonly kind: ReportKind;
  readonly series: string | null;
  readonly reportId: string;
  readonly claim: Claim;
  readonly mapped: MappedReport;
}

/** Stages everything but the manifest, which the caller writes last. The ledger knows of every decision before this returns. */
export async function stageReport(deps: StageReportDeps, request: StageReportRequest): Promise<ReportManifest> {
  const { kind, series, reportId, claim, mapped } = request;
  const folder = toStagingFolder(reportId, claim.sourceVersion);
  const groups = groupByInterval(mapped.records);
  const isResend = claim.isResend || series === null;
  const settled = await deps.intervals.settle(
    { kind, series, sourceVersion: claim.sourceVersion, isResend },
    groups.map(({ intervalStart, contentHash, records }) => ({
      intervalStart,
      contentHash,
      recordCount: records.length,
    })),
  );
  const toSend = groups.filter((_, index) => settled[index]?.action === 'send').flatMap((group) => group.records);

  const batches: StagedBatch[] = [];
  for (const records of planBatches(toSend, deps.settings.batches)) {
    const content = toHubReportContent(records, claim.sourceVersion);
    const { batchId, body } = encodeHubReport(kind, deps.settings.acd.name, content);
    const stagedKey = `${folder}batch-${batchId}.json.gz`;
    await deps.staging.write(stagedKey, body, 'application/gzip');
    batches.push({ index: batches.length, batchId, stagedKey, recordCount: records.length });
  }
  const rejectsKey = mapped.rejects.length > 0 ? `${folder}rejects.csv` : null;
  if (rejectsKey !== null)
    await deps.staging.write(rejectsKey, toRejectsCsv(mapped.header, mapped.rejects), 'text/csv');

  return {
    formatVersion: 1,
    sourceVersion: claim.sourceVersion,
    rowCount: mapped.rowCount,
    recordCount: mapped.records.length,
    unchangedRecordCount: mapped.records.length - toSend.length,
    rejectedRowCount: mapped.rejects.length,
    outOfScopeRowCount: mapped.outOfScopeRowCount,
    summedRowCount: mapped.summedRowCount,
    mixedDirectionRowCount: mapped.rejects.filter((reject) => reject.rule === 'mixed-direction').length,
    serviceLevelSeconds: mapped.serviceLevelSeconds,
    rejectsKey,
    notes: mapped.notes,
    intervals: settled,
    batches,
  };
}
