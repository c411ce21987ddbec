// ValidateSpacing: how the run time stands to those of its series, and that it arrived. Never alarms: files come in any order.
import { checkValidateSpacingInput } from '../../schemas/checks/validate-spacing-input.ts';
import type { Spacing, ValidateSpacingInput } from '../../schemas/state.ts';
import { CheckpointConflictError } from '../lib/domain/errors.ts';
import { judgeSpacing } from '../lib/domain/report-file/spacing.ts';
import type { RunTimeKey, SeriesLedger } from '../lib/io/series-ledger.ts';
import type { Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { parseStepInput } from '../lib/runtime/step-input.ts';
import { openTables } from '../lib/runtime/tables.ts';

export interface ValidateSpacingDeps {
  readonly ledger: Pick<SeriesLedger, 'readLastRunTime' | 'advance' | 'readArrival' | 'writeArrival'>;
}

const maxTries = 8;

export const createHandler = (deps: ValidateSpacingDeps) => (input: unknown) =>
  validateSpacing(deps, parseStepInput(checkValidateSpacingInput, input));

async function validateSpacing({ ledger }: ValidateSpacingDeps, input: ValidateSpacingInput): Promise<Spacing> {
  const { kind, series, runTime, reportId } = input.report;
  if (kind === null || series === null || runTime === null) {
    return judgeSpacing({ runTime: null, lastRunTime: null, isKnownRunTime: false });
  }
  const { sourceVersion } = input.claim;
  const key: RunTimeKey = { kind, series, runTime };
  for (let tries = 0; tries < maxTries; tries += 1) {
    const lastRunTime = await ledger.readLastRunTime(kind, series);
    const seen = await ledger.readArrival(key);
    // A second attempt of the same version finds its own entry and repeats its verdict.
    const isOurs = seen?.sourceVersion === sourceVersion;
    const spacing = isOurs ? seen.spacing : judgeSpacing({ runTime, lastRunTime, isKnownRunTime: seen !== null });
    const isNewest = seen === null || seen.sourceVersion <= sourceVersion;
    const isWritten =
      isOurs ||
      !isNewest ||
      (await ledger.writeArrival(key, { reportId, sourceVersion, spacing, status: 'RECEIVED' }, seen));
    if (isWritten && (await ledger.advance(key, lastRunTime))) return spacing;
  }
  throw new CheckpointConflictError(
    `The ledger of series ${series} changed ${maxTries} times while ${runTime} was entered`,
  );
}

export const fromEnvironment = (environment: Environment) =>
  createHandler({ ledger: openTables(environment, loadSettings(environment)).ledger });

export const handler = toLambdaHandler('validate-spacing', fromEnvironment);
