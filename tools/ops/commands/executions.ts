// acdhub executions: what the state machine has worked on, newest first.
import { Option } from 'commander';
import { reportKinds, type ReportKind } from '../../../schemas/report-kind.ts';
import type { Colors } from '../../local/run/colors.ts';
import { createExecutionReader } from '../executions/execution-reader.ts';
import { failedStatuses, type ReportExecution } from '../executions/report-execution.ts';
import { parseDurationMs, shorten, toCountText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import { withTarget, type AddCommand, type TargetFlags } from '../session.ts';

interface Flags extends TargetFlags {
  readonly failed?: true;
  readonly kind?: ReportKind;
  readonly since: string;
  readonly limit: number;
}

interface Executions {
  readonly since: string;
  readonly executions: readonly ReportExecution[];
  /** There are more than `--limit`. */
  readonly isCut: boolean;
}

const examples = `
Examples:
  npx acdhub executions --stage acme                        the last 24 hours, at most 50
  npx acdhub executions --stage acme --failed --since 14d   what failed as long as it can be redriven
  npx acdhub executions --local --kind QR --json

Exit code 1 when one of those shown has failed or was quarantined.`;

const longestError = 60;

/** Colours an outcome by what it asks of the reader. */
export function colorOutcome(outcome: string, colors: Colors): string {
  if (outcome === 'FAILED' || outcome === 'QUARANTINED') return colors.red(outcome);
  return outcome === 'RUNNING' ? colors.yellow(outcome) : colors.green(outcome);
}

function toLines({ since, executions, isCut }: Executions, colors: Colors): string[] {
  if (executions.length === 0) return [`No execution has started since ${toTimeText(since)}.`];
  const rows = executions.map(({ startedAt, outcome, name, deliveredRecordCount, rejectedRowCount, error, cause }) => [
    toTimeText(startedAt),
    colorOutcome(outcome, colors),
    deliveredRecordCount === null ? '–' : String(deliveredRecordCount),
    rejectedRowCount === null ? '–' : String(rejectedRowCount),
    name,
    error === null ? '' : shorten(`${error}: ${cause ?? ''}`, longestError),
  ]);
  return [
    ...toTableLines(['Started', 'Outcome', 'Delivered', 'Rejected', 'Execution', 'Error'], rows),
    '',
    `${toCountText(executions.length, 'execution')} since ${toTimeText(since)}${isCut ? '; there are more: --limit' : ''}`,
  ];
}

export const addExecutions: AddCommand = (program, session) => {
  withTarget(program.command('executions'))
    .summary('list executions, newest first')
    .description('Lists executions of report-ingest with their outcome, newest first.')
    .option('--failed', 'only what failed, was stopped or timed out; quarantined files are among them')
    .addOption(new Option('--kind <kind>', 'only one report kind').choices(reportKinds))
    .option('--since <span>', 'how far back, e.g. 90m, 24h, 14d', '24h')
    .option('--limit <count>', 'at most so many', parseCount(1, 1000), 50)
    .addHelpText('after', examples)
    .action((flags: Flags) =>
      session.onDeployment('executions', flags, async ({ clients, names }) => {
        const sinceMs = session.nowMs() - parseDurationMs(flags.since);
        const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
        const { kind } = flags;
        const { executions, isCut } = await reader.list({
          statuses: flags.failed === true ? failedStatuses : [],
          sinceMs,
          limit: flags.limit,
          // The name of an execution begins with the end of the file's name: a long one may have lost its kind.
          isWanted: ({ name }) => kind === undefined || name.length > longestUncut || name.startsWith(kind),
        });
        const described = await reader.describeAll(executions);
        const data: Executions = {
          since: new Date(sinceMs).toISOString(),
          executions: described.filter((execution) => kind === undefined || execution.kind === kind),
          isCut,
        };
        const hasBad = data.executions.some(({ outcome }) => outcome === 'FAILED' || outcome === 'QUARANTINED');
        return { data, toLines, exitCode: hasBad ? exitCodes.attention : exitCodes.done };
      }),
    );
};

/** A readable part of 46 characters may be cut; a dash and 32 hex digits follow it. */
const longestUncut = 78;
