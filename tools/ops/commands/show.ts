// acdhub show: one execution from its file to its end, with everything needed to decide what to do.
import type { Colors } from '../../local/run/colors.ts';
import type { FileResult } from '../../local/run/file-result.ts';
import { toFileResult } from '../../local/run/file-result.ts';
import { readRejects } from '../../local/run/staged-details.ts';
import { openStores, type Deployment } from '../deployment.ts';
import { findCure, type ErrorCure } from '../executions/error-cures.ts';
import { createExecutionReader } from '../executions/execution-reader.ts';
import { findExecution } from '../executions/execution-search.ts';
import { explainHealed } from '../executions/redrive-plan.ts';
import type { ReportExecution } from '../executions/report-execution.ts';
import { toStatePath, type PathStep } from '../executions/state-path.ts';
import { shorten, toCountText, toDurationText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes } from '../ops-errors.ts';
import { withTarget, type AddCommand, type TargetFlags } from '../session.ts';
import { colorOutcome } from './executions.ts';

export interface ShownExecution {
  readonly execution: ReportExecution;
  readonly path: readonly PathStep[];
  readonly result: FileResult;
  readonly rejectedCount: number;
  /** null where nothing is to be cured. */
  readonly cure: (ErrorCure & { readonly command: string | null }) | null;
  /** Why nothing needs to be done any more, although it failed. */
  readonly healed: string | null;
}

const examples = `
Examples:
  npx acdhub show --stage acme QR-2026-11-22T12-00-00Z-4f1c…        an execution, by its name or ARN
  npx acdhub show --stage acme QR-2026-11-22T12:00:00Z.csv          the newest execution of a file, by its name
  npx acdhub show --stage acme 'connect/acme/Reports/QR-….csv' --json`;

const rejectsShown = 20;
const longestCell = 90;

/** Everything known of one execution. */
export async function readShownExecution(
  deployment: Deployment,
  wanted: string,
  nowMs: number,
): Promise<ShownExecution> {
  const { clients, names, target } = deployment;
  const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
  const stores = openStores(deployment);
  const execution = await findExecution(reader, wanted, nowMs);
  const events = await reader.history(execution.arn);
  const { name, status, error, cause, input, outcome } = execution;
  const { result, places } = toFileResult(
    {
      ...{ name, status, input: JSON.stringify(input ?? {}) },
      ...(error === null ? {} : { error }),
      ...(cause === null ? {} : { cause }),
    },
    events,
  );
  const { rejects, rejectedCount } = await readRejects(stores.staging, places);
  const hasFailed = outcome === 'FAILED' || outcome === 'QUARANTINED';
  const healed = hasFailed && input !== null ? explainHealed(await stores.checkpoints.read(input.object), input) : null;
  const command = outcome === 'FAILED' && input !== null ? `npx acdhub redrive ${name} ${target} --yes` : null;
  return {
    execution,
    path: toStatePath(events),
    result: { ...result, rejects },
    rejectedCount,
    cure: hasFailed && healed === null ? { ...findCure(error), command } : null,
    healed,
  };
}

function toFacts({ execution, result }: ShownExecution, colors: Colors): [string, string][] {
  const { input, outcome, startedAt, endedAt, redriveCount } = execution;
  const ended = endedAt === null ? 'still running' : `ended ${toTimeText(endedAt)}`;
  const isReload = input !== null && input.revision > input.object.uploadedAt;
  const counts = [
    result.rows === null ? '– rows' : toCountText(result.rows, 'row'),
    `${toCountText(result.delivered, 'record')} delivered`,
    `${result.unchanged} unchanged`,
    `${result.rejected} rejected`,
    ...(result.ignoredAsOlder > 0 ? [`${result.ignoredAsOlder} older than the hub's`] : []),
    ...(result.outOfScope > 0 ? [`${result.outOfScope} out of scope`] : []),
  ];
  const spacing = result.spacing === null ? [] : [['Run times', toSpacingText(result)] satisfies [string, string]];
  return [
    ['Execution', execution.name],
    ['Outcome', colorOutcome(outcome, colors)],
    ['File', input === null ? '(started by hand with another input)' : `${input.object.bucket}/${input.object.key}`],
    ...(input === null
      ? []
      : [
          [
            'Uploaded',
            `${toTimeText(input.object.uploadedAt)}${isReload ? `, reloaded ${toTimeText(input.revision)}` : ''}`,
          ] satisfies [string, string],
        ]),
    ['Started', `${toTimeText(startedAt)}, ${ended}${redriveCount > 0 ? `, redriven ${redriveCount} times` : ''}`],
    ['Counts', counts.join(', ')],
    ...spacing,
  ];
}

function toSpacingText({ spacing, missing, missingCount }: FileResult): string {
  return missingCount === 0
    ? String(spacing)
    : `${String(spacing)}: ${missingCount} missing before it, ${missing.slice(0, 4).map(toTimeText).join(', ')}${missingCount > 4 ? ' …' : ''}`;
}

function toPathLines(path: readonly PathStep[], colors: Colors): string[] {
  const rows = path.map(({ state, count, enteredAt, tookMs, failedAttemptCount, error, cause }) => [
    count > 1 ? `${state} ×${count}` : state,
    toTimeText(enteredAt),
    tookMs === null ? '–' : toDurationText(tookMs),
    failedAttemptCount === 0 ? '' : String(failedAttemptCount),
    error === null ? '' : colors.red(shorten(`${error}: ${cause ?? ''}`, longestCell)),
  ]);
  return toTableLines(['State', 'Entered', 'Took', 'Failures', 'Last failure'], rows);
}

function toLines(shown: ShownExecution, colors: Colors): string[] {
  const { execution, path, result, rejectedCount, cure, healed } = shown;
  const facts = toFacts(shown, colors).map(([label, text]) => ` ${label.padEnd(10)} ${text}`);
  const rejects = result.rejects
    .slice(0, rejectsShown)
    .map(({ line, column, value, reason }) => [
      line === null ? '–' : String(line),
      column ?? '–',
      shorten(value ?? '', longestCell),
      reason,
    ]);
  return [
    ...facts,
    '',
    ...toPathLines(path, colors),
    ...(rejects.length === 0 ? [] : ['', colors.bold(`Rejects (${rejects.length} of ${rejectedCount})`)]),
    ...toTableLines(['Line', 'Column', 'Value', 'Reason'], rejects),
    ...(result.notes.length === 0 ? [] : ['', colors.bold('Notes'), ...result.notes.map((note) => ` - ${note}`)]),
    ...(execution.error === null ? [] : ['', `${colors.red(execution.error)}: ${execution.cause ?? ''}`]),
    ...(healed === null ? [] : ['', `Nothing to do: ${healed}.`]),
    ...(cure === null ? [] : ['', `${colors.bold('Do')} ${cure.cure}`]),
    ...(cure?.command == null ? [] : [`   ${cure.command}`]),
  ];
}

export const addShow: AddCommand = (program, session) => {
  withTarget(program.command('show'))
    .summary('one execution: its path, its counts, its rejects, its cure')
    .description(
      'Shows one execution: its way through the states, where and why it failed, counts, rejects, and what to do.',
    )
    .argument('<execution>', 'name or ARN of an execution, or the key or name of a report file')
    .addHelpText('after', `${examples}\n\nExit code 1 when something is to be done about it.`)
    .action((wanted: string, flags: TargetFlags) =>
      session.onDeployment('show', flags, async (deployment) => {
        const data = await readShownExecution(deployment, wanted, session.nowMs());
        return { data, toLines, exitCode: data.cure === null ? exitCodes.done : exitCodes.attention };
      }),
    );
};
