// CompleteReport: all batches are acknowledged; the ledger and the checkpoint say so, never before.
import { checkCompleteReportInput } from '../../schemas/checks/complete-report-input.ts';
import type { CompleteReportInput, Delivery } from '../../schemas/state.ts';
import { listWholeIntervals, summarizeDelivery, supersededDelivery } from '../lib/domain/delivery/delivery-summary.ts';
import { toIntervalToHubSeconds } from '../lib/domain/delivery/interval-to-hub.ts';
import { CheckpointIncompleteError, StateInputError } from '../lib/domain/errors.ts';
import { isSuperseded } from '../lib/domain/report-file/source-version.ts';
import type { IntervalLedger } from '../lib/io/interval-ledger-store.ts';
import { readManifest } from '../lib/io/manifests.ts';
import type { ReportCheckpoints } from '../lib/io/report-checkpoints.ts';
import type { SeriesLedger } from '../lib/io/series-ledger.ts';
import type { StagingBucket } from '../lib/io/staging-bucket.ts';
import { openStagingBucket } from '../lib/runtime/buckets.ts';
import type { Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { parseStepInput } from '../lib/runtime/step-input.ts';
import { openTables } from '../lib/runtime/tables.ts';
import { countMetrics, type CountMetrics } from '../lib/runtime/telemetry.ts';

export interface CompleteReportDeps {
  readonly checkpoints: Pick<ReportCheckpoints, 'read' | 'listBatches' | 'mark'>;
  readonly staging: Pick<StagingBucket, 'read'>;
  readonly intervals: Pick<IntervalLedger, 'markDelivered'>;
  readonly ledger: Pick<SeriesLedger, 'readArrival' | 'writeArrival'>;
  readonly countMetrics: CountMetrics;
  readonly nowMs: () => number;
}

export const createHandler = (deps: CompleteReportDeps) => (input: unknown) =>
  completeReport(deps, parseStepInput(checkCompleteReportInput, input));

async function completeReport(deps: CompleteReportDeps, input: CompleteReportInput): Promise<Delivery> {
  const { checkpoints, staging, intervals, ledger } = deps;
  const { object, report, claim, rows } = input;
  const { kind, series, runTime } = report;
  const { sourceVersion, isResend } = claim;
  if (kind === null) throw new StateInputError('A file without a report kind cannot be completed');
  const checkpoint = await checkpoints.read(object);
  if (rows.status === 'SUPERSEDED' || checkpoint === null || isSuperseded(checkpoint, claim)) return supersededDelivery;

  const manifest = rows.manifestKey === null ? null : await readManifest(staging, rows.manifestKey);
  if (manifest === null)
    throw new CheckpointIncompleteError(
      'The manifest of the staged report is gone; start a new execution with the same input',
    );
  const acknowledged = await checkpoints.listBatches(object, sourceVersion);
  const delivery = summarizeDelivery(manifest.batches, acknowledged, report.fileName);

  const whole = listWholeIntervals(manifest.intervals, manifest.batches, acknowledged);
  await intervals.markDelivered({ kind, series, sourceVersion, isResend }, whole);
  if (series !== null && runTime !== null) {
    const key = { kind, series, runTime };
    const arrival = await ledger.readArrival(key);
    if (arrival?.sourceVersion === sourceVersion) {
      const counts = {
        rowCount: manifest.rowCount,
        rejectedRowCount: manifest.rejectedRowCount + delivery.rejectedRecordCount,
      };
      await ledger.writeArrival(key, { ...arrival, ...counts, status: 'DELIVERED' }, arrival);
    }
  }
  if (!(await checkpoints.mark(object, checkpoint, 'DELIVERED'))) return supersededDelivery;
  const live = { runTime, uploadedAt: object.uploadedAt, isResend, intervals: manifest.intervals };
  const intervalToHubSeconds = toIntervalToHubSeconds(live, deps.nowMs());
  deps.countMetrics(kind, {
    ReportsDelivered: 1,
    RecordsDelivered: delivery.deliveredRecordCount,
    RecordsRejected: delivery.rejectedRecordCount,
    ...(intervalToHubSeconds === null ? {} : { IntervalToHubSeconds: intervalToHubSeconds }),
  });
  return delivery;
}

export const fromEnvironment = (environment: Environment) =>
  createHandler({
    ...openTables(environment, loadSettings(environment)),
    staging: openStagingBucket(environment),
    countMetrics,
    nowMs: Date.now,
  });

export const handler = toLambdaHandler('complete-report', fromEnvironment);
