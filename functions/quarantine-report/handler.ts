// QuarantineReport: a file that can never pass is set aside with its reason. The cure is a corrected upload, not a redrive.
import { SQSClient } from '@aws-sdk/client-sqs';
import { checkQuarantineReportInput } from '../../schemas/checks/quarantine-report-input.ts';
import type { Quarantine, QuarantineReportInput } from '../../schemas/state.ts';
import { fingerprint } from '../lib/domain/fingerprint.ts';
import { explainQuarantine } from '../lib/domain/report-file/quarantine-cause.ts';
import { toQuarantineKey, toRejectsKey } from '../lib/domain/report-file/report-identity.ts';
import { createQuarantineQueue, type QuarantineQueue } from '../lib/io/quarantine-queue.ts';
import type { ReportCheckpoints } from '../lib/io/report-checkpoints.ts';
import type { SeriesLedger } from '../lib/io/series-ledger.ts';
import type { StagingBucket } from '../lib/io/staging-bucket.ts';
import { openStagingBucket } from '../lib/runtime/buckets.ts';
import { toClientOptions } from '../lib/runtime/clients.ts';
import { requireVariable, type Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { parseStepInput } from '../lib/runtime/step-input.ts';
import { openTables } from '../lib/runtime/tables.ts';
import { countMetrics, type CountMetrics } from '../lib/runtime/telemetry.ts';

export interface QuarantineReportDeps {
  readonly checkpoints: Pick<ReportCheckpoints, 'read' | 'mark'>;
  readonly ledger: Pick<SeriesLedger, 'readArrival' | 'writeArrival'>;
  readonly staging: Pick<StagingBucket, 'copyFrom'>;
  readonly queue: QuarantineQueue;
  readonly countMetrics: CountMetrics;
}

export const createHandler = (deps: QuarantineReportDeps) => (input: unknown) =>
  quarantineReport(deps, parseStepInput(checkQuarantineReportInput, input));

async function quarantineReport(deps: QuarantineReportDeps, input: QuarantineReportInput): Promise<Quarantine> {
  const { object, report, claim, rows } = input;
  const { error, cause } = explainQuarantine(input.error);
  const quarantineKey = toQuarantineKey(object);
  const isCopied = await deps.staging.copyFrom(object, quarantineKey);
  const copyKey = isCopied ? quarantineKey : null;

  const isRefusedByShare = error === 'ReportRejectedRowsError' && report !== undefined && claim !== undefined;
  const rejectsKey = isRefusedByShare ? toRejectsKey(report.reportId, claim.sourceVersion) : (rows?.rejectsKey ?? null);

  // The message goes out before the marks: a repeat is recognised by its id, a lost one would be noticed by nobody.
  await deps.queue.send({
    quarantineId: fingerprint([object.bucket, object.key, object.etag, input.revision]),
    ...{ bucket: object.bucket, key: object.key, etag: object.etag, uploadedAt: object.uploadedAt },
    ...{ error, cause, copyKey, rejectsKey },
  });
  const checkpoint = await deps.checkpoints.read(object);
  if (checkpoint !== null && checkpoint.sourceVersion === claim?.sourceVersion) {
    await deps.checkpoints.mark(object, checkpoint, 'QUARANTINED', error);
  }
  if (report?.kind && report.series !== null && report.runTime !== null) {
    const key = { kind: report.kind, series: report.series, runTime: report.runTime };
    const arrival = await deps.ledger.readArrival(key);
    if (arrival !== null && arrival.sourceVersion === claim?.sourceVersion) {
      await deps.ledger.writeArrival(key, { ...arrival, status: 'QUARANTINED' }, arrival);
    }
  }
  deps.countMetrics(report?.kind ?? null, { ReportsQuarantined: 1 });
  return { error, cause, copyKey, rejectsKey };
}

export const fromEnvironment = (environment: Environment) =>
  createHandler({
    ...openTables(environment, loadSettings(environment)),
    staging: openStagingBucket(environment),
    queue: createQuarantineQueue(
      new SQSClient(toClientOptions(environment, 'SQS')),
      requireVariable(environment, 'QUARANTINE_QUEUE_URL'),
    ),
    countMetrics,
  });

export const handler = toLambdaHandler('quarantine-report', fromEnvironment);
