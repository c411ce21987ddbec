// ClassifyReport: which report a file is, told from its name and size alone.
import { checkIngestInput } from '../../schemas/checks/ingest-input.ts';
import type { ReportSettings } from '../../schemas/settings.ts';
import type { ClassifiedReport } from '../../schemas/state.ts';
import { classifyReport } from '../lib/domain/report-file/classify-report.ts';
import type { Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { parseStepInput } from '../lib/runtime/step-input.ts';

export interface ClassifyReportDeps {
  readonly settings: Pick<ReportSettings, 'unknownReports' | 'reloadWindowDays'>;
}

export const createHandler =
  ({ settings }: ClassifyReportDeps) =>
  (input: unknown): Promise<ClassifiedReport> =>
    Promise.try(() => classifyReport(parseStepInput(checkIngestInput, input).object, settings));

export const fromEnvironment = (environment: Environment) =>
  createHandler({ settings: loadSettings(environment).reports });

export const handler = toLambdaHandler('classify-report', fromEnvironment);
