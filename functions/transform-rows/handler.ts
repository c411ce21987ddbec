// TransformRows: the file's rows become records, batches and rejects in the staging bucket. What is staged stays as it is:
// every later attempt finds the manifest and goes on with the same bytes.
import { checkTransformRowsInput } from '../../schemas/checks/transform-rows-input.ts';
import type { Settings } from '../../schemas/settings.ts';
import type { TransformedRows, TransformRowsInput } from '../../schemas/state.ts';
import { ReportRejectedRowsError, StateInputError } from '../lib/domain/errors.ts';
import { supersededRows, toTransformedRows } from '../lib/domain/report-rows/transformed-rows.ts';
import type { IntervalLedger } from '../lib/io/interval-ledger-store.ts';
import { readManifest, toManifestKey, writeManifest } from '../lib/io/manifests.ts';
import type { SourceBucket } from '../lib/io/source-bucket.ts';
import type { StagingBucket } from '../lib/io/staging-bucket.ts';
import { openSourceBucket, openStagingBucket } from '../lib/runtime/buckets.ts';
import type { Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { parseStepInput } from '../lib/runtime/step-input.ts';
import { openTables } from '../lib/runtime/tables.ts';
import { countMetrics, type CountMetrics } from '../lib/runtime/telemetry.ts';
import { readReport } from './read-report.ts';
import { stageRejects, stageReport } from './stage-report.ts';

export interface TransformRowsDeps {
  readonly source: Pick<SourceBucket, 'open'>;
  readonly staging: Pick<StagingBucket, 'read' | 'write' | 'writeOnce'>;
  readonly intervals: Pick<IntervalLedger, 'settle'>;
  readonly settings: Settings;
  readonly countMetrics: CountMetrics;
}

export const createHandler = (deps: TransformRowsDeps) => (input: unknown) =>
  transformRows(deps, parseStepInput(checkTransformRowsInput, input));

async function transformRows(deps: TransformRowsDeps, input: TransformRowsInput): Promise<TransformedRows> {
  const { object, report, claim } = input;
  const { kind, series, runTime, reportId } = report;
  if (kind === null) throw new StateInputError('A file without a report kind has no rows to transform');
  const manifestKey = toManifestKey(reportId, claim.sourceVersion);
  const staged = await readManifest(deps.staging, manifestKey);
  if (staged !== null) return toTransformedRows(staged, manifestKey);

  const opened = await deps.source.open(object);
  if (opened.status === 'replaced') return supersededRows;
  const context = { kind, runTime, uploadedAt: object.uploadedAt, settings: deps.settings };
  const mapped = await readReport(opened.body, object, context);
  if (mapped.refusal !== null) {
    const rejectsKey = await stageRejects(deps.staging, { reportId, claim, mapped });
    throw new ReportRejectedRowsError(
      `${mapped.refusal.message}. All rejected rows: staging bucket, ${String(rejectsKey)}`,
      {
        context: mapped.refusal.context,
      },
    );
  }
  const source = { bucket: object.bucket, key: object.key, kind, series, runTime };
  const manifest = await stageReport(deps, { source, reportId, claim, mapped });
  const standing = await writeManifest(deps.staging, manifestKey, manifest);
  deps.countMetrics(kind, {
    RowsRead: standing.rowCount,
    RowsRejected: standing.rejectedRowCount - standing.mixedDirectionRowCount,
    RowsMixedDirection: standing.mixedDirectionRowCount,
    RowsOutOfScope: standing.outOfScopeRowCount,
  });
  return toTransformedRows(standing, manifestKey);
}

export const fromEnvironment = (environment: Environment) => {
  const settings = loadSettings(environment);
  return createHandler({
    source: openSourceBucket(environment),
    staging: openStagingBucket(environment),
    intervals: openTables(environment, settings).intervals,
    settings,
    countMetrics,
  });
};

export const handler = toLambdaHandler('transform-rows', fromEnvironment);
