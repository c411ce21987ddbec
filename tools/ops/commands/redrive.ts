// acdhub redrive: brings failed executions to their end, and says of each why it is done so, or not.
import { parseStatusEvent } from '../../../functions/lib/domain/coverage/failed-executions.ts';
import type { Colors } from '../../local/run/colors.ts';
import { openStores, type Deployment } from '../deployment.ts';
import { createExecutionReader } from '../executions/execution-reader.ts';
import { findExecution } from '../executions/execution-search.ts';
import { planAllFailed, planFor } from '../executions/failed-executions.ts';
import type { RedriveAction, RedriveStep } from '../executions/redrive-plan.ts';
import { runRedrives, type RedriveResult } from '../executions/redrive-run.ts';
import { toUploadId, type ExecutionOutcome } from '../executions/report-execution.ts';
import { parseDurationMs, shorten, toCountText, toTableLines } from '../lines.ts';
import { exitCodes, UsageError, type ExitCode } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import { holdQueue } from '../queues/held-queue.ts';
import { withTarget, type AddCommand, type Answer, type Session, type TargetFlags } from '../session.ts';
import { colorOutcome } from './executions.ts';

interface Flags extends TargetFlags {
  readonly allFailed?: true;
  readonly since: string;
  readonly yes?: true;
  readonly wait: boolean;
  readonly waitMinutes: number;
  readonly atOnce: number;
}

interface RedriveLine {
  readonly execution: string;
  readonly key: string | null;
  readonly error: string | null;
  readonly action: RedriveAction;
  readonly reason: string;
  readonly cure: string | null;
  readonly isHealed: boolean;
  /** What it led to: the execution that works on the file, and how that ended. null for a plan, and where it was left. */
  readonly result: {
    readonly execution: string;
    readonly outcome: ExecutionOutcome;
    readonly error: string | null;
    readonly cause: string | null;
  } | null;
}

export interface Redrive {
  readonly isDone: boolean;
  readonly steps: readonly RedriveLine[];
  /** There are more failed executions than one call takes. */
  readonly isCut: boolean;
  readonly removedMessageCount: number;
  /** To be typed to do what is planned; null when it was done, or there is nothing to do. */
  readonly nextCommand: string | null;
}

/** Of failed executions at once: bounded, a later call takes the rest. */
const maxExecutions = 1000;
const maxMessages = 2000;
const holdSeconds = 300;
const presetSince = '45d';
const longestReason = 70;
const messagesGone =
  'Their messages in failed-executions stay until they have ended; run redrive again, or let the watch clear them.';

const examples = `
Examples:
  npx acdhub redrive --stage acme --all-failed             shows what would be done
  npx acdhub redrive --stage acme --all-failed --yes       does it, and waits for the outcome
  npx acdhub redrive --stage acme QR-2026-11-22T12-00-00Z-4f1c… --yes --no-wait

A redrive goes on at the step that failed; batches the hub has acknowledged are not sent again. After 14 days Step
Functions cannot redrive any more: the file is then started anew with the same input, which is as safe. Quarantined files
are left out: their cure is a corrected upload. Messages in failed-executions are removed once the file has come through.

Exit code: 0 nothing is left to do · 1 a plan with something to do, or not everything came through.`;

const actionWords: Readonly<Record<RedriveAction, string>> = {
  redrive: 'redrive',
  'start-anew': 'start anew',
  leave: 'leave',
};

function toLine(step: RedriveStep, result: RedriveResult | undefined): RedriveLine {
  const { execution, action, reason, cure, isHealed } = step;
  return {
    ...{ execution: execution.name, key: execution.input?.object.key ?? null, error: execution.error },
    ...{ action, reason, cure, isHealed },
    result:
      result === undefined
        ? null
        : { execution: result.name, outcome: result.outcome, error: result.error, cause: result.cause },
  };
}

function toLines({ isDone, steps, isCut, removedMessageCount, nextCommand }: Redrive, colors: Colors): string[] {
  if (steps.length === 0) return ['No execution has failed.'];
  const rows = steps.map(({ execution, action, reason, result, error }) => [
    execution,
    error ?? '',
    actionWords[action],
    result === null
      ? shorten(reason, longestReason)
      : `${colorOutcome(result.outcome, colors)}${result.error === null ? '' : ` ${result.error}`}`,
  ]);
  const cures = [
    ...new Set(steps.flatMap(({ cure, error }) => (cure === null ? [] : [`${error ?? 'unknown'}: ${cure}`]))),
  ];
  const counts = Map.groupBy(steps, ({ action }) => action);
  const sum = [...counts].map(([action, { length }]) => `${length} to ${actionWords[action]}`).join(', ');
  return [
    ...toTableLines(['Execution', 'Failed with', 'Action', isDone ? 'Outcome' : 'Why'], rows),
    ...(cures.length === 0
      ? []
      : ['', colors.bold(isDone ? 'What the errors mean' : 'Before you go on'), ...cures.map((cure) => ` - ${cure}`)]),
    '',
    isDone
      ? `${toCountText(removedMessageCount, 'message')} removed from failed-executions.`
      : `${sum}. Nothing was done yet.`,
    ...(isDone && steps.some(({ result }) => result?.outcome === 'RUNNING') ? [messagesGone] : []),
    ...(isCut ? ['There are more: run it again afterwards.'] : []),
    ...(nextCommand === null ? [] : [`To do it: ${nextCommand}`]),
  ];
}

const hasCome = (outcome: ExecutionOutcome): boolean => !['RUNNING', 'FAILED', 'QUARANTINED'].includes(outcome);

/** Takes the messages of files that have come through out of the queue of failed executions. */
async function removeMessages(
  { clients, names }: Deployment,
  steps: readonly RedriveStep[],
  results: readonly RedriveResult[],
): Promise<number> {
  const doneUploads = new Set(
    [
      ...results.filter(({ outcome }) => hasCome(outcome)).map(({ step }) => step),
      ...steps.filter(({ isHealed }) => isHealed),
    ].flatMap(({ execution: { input } }) => (input === null ? [] : [toUploadId(input)])),
  );
  const doneArns = new Set(
    steps
      .filter(({ execution: { input } }) => input !== null && doneUploads.has(toUploadId(input)))
      .map(({ execution }) => execution.arn),
  );
  if (doneArns.size === 0) return 0;
  return holdQueue(
    clients.sqs,
    names.failedExecutionsQueueUrl,
    { maxCount: maxMessages, holdSeconds },
    async (queue) => {
      const done = queue.messages.filter(({ body }) => doneArns.has(parseStatusEvent(body) ?? ''));
      for (const { messageId } of done) await queue.remove(messageId);
      return done.length;
    },
  );
}

function toExitCode(steps: readonly RedriveLine[], isDone: boolean): ExitCode {
  const isOpen = ({ action, result, isHealed, cure }: RedriveLine): boolean =>
    action === 'leave' ? !isHealed && cure !== null : !isDone || result === null || !hasCome(result.outcome);
  return steps.some(isOpen) ? exitCodes.attention : exitCodes.done;
}

export interface RedriveRequest {
  readonly steps: readonly RedriveStep[];
  readonly isCut: boolean;
  readonly isDone: boolean;
  /** 0: do not wait for the outcome. */
  readonly maxWaitMs: number;
  readonly atOnceCount: number;
  /** What to type to do it. */
  readonly command: string;
}

/** Carries a plan out, or shows it. */
export async function redriveSteps(
  deployment: Deployment,
  session: Session,
  { steps, isCut, isDone, maxWaitMs, atOnceCount, command }: RedriveRequest,
): Promise<Answer<Redrive>> {
  const { clients, names, pollMs } = deployment;
  const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
  const toDoCount = steps.filter(({ action }) => action !== 'leave').length;
  let results: RedriveResult[] = [];
  if (isDone && toDoCount > 0) {
    const progress = session.startProgress(toDoCount, 'executions');
    try {
      const { stateMachineArn } = names;
      const parts = { sfn: clients.sfn, stateMachineArn, reader, session, pollMs };
      const onEnd = (name: string): void => {
        progress.advance(name);
      };
      results = await runRedrives(steps, { ...parts, onEnd }, { atOnceCount, maxWaitMs });
    } finally {
      progress.stop();
    }
  }
  const lines = steps.map((step) =>
    toLine(
      step,
      results.find((result) => result.step === step),
    ),
  );
  const data: Redrive = {
    isDone,
    steps: lines,
    isCut,
    removedMessageCount: isDone ? await removeMessages(deployment, steps, results) : 0,
    nextCommand: isDone || toDoCount === 0 ? null : command,
  };
  return { data, toLines, exitCode: isCut ? exitCodes.attention : toExitCode(lines, isDone) };
}

export const addRedrive: AddCommand = (program, session) => {
  withTarget(program.command('redrive'))
    .summary('bring failed executions to their end')
    .description(
      'Redrives failed executions, or starts their files anew where that is not possible. Shows the plan first.',
    )
    .argument('[execution]', 'name or ARN of an execution, or the key or name of a report file')
    .option('--all-failed', 'every failed execution whose file has not come through since')
    .option('--since <span>', 'with --all-failed: how far back', presetSince)
    .option('--yes', 'do it')
    .option('--no-wait', 'do not wait for the outcome')
    .option('--wait-minutes <count>', 'longest wait for one execution', parseCount(1, 720), 60)
    .option('--at-once <count>', 'executions on their way at a time', parseCount(1, 50), 10)
    .addHelpText('after', examples)
    .action((wanted: string | undefined, flags: Flags) =>
      session.onDeployment('redrive', flags, async (deployment) => {
        if ((wanted === undefined) === (flags.allFailed === undefined)) {
          throw new UsageError(
            'Which execution? Name one, or say --all-failed; npx acdhub executions --failed lists them',
          );
        }
        const { clients, names, target } = deployment;
        const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
        const stores = openStores(deployment);
        const sinceMs = session.nowMs() - parseDurationMs(flags.since);
        const { steps, isCut } =
          wanted === undefined
            ? await planAllFailed(reader, stores, { sinceMs, limit: maxExecutions })
            : { steps: await planFor([await findExecution(reader, wanted, session.nowMs())], stores), isCut: false };
        const since = flags.since === presetSince ? '' : ` --since ${flags.since}`;
        const what = wanted === undefined ? `--all-failed${since}` : (steps[0]?.execution.name ?? '');
        return redriveSteps(deployment, session, {
          ...{ steps, isCut, isDone: flags.yes === true, atOnceCount: flags.atOnce },
          maxWaitMs: flags.wait ? flags.waitMinutes * 60_000 : 0,
          command: `npx acdhub redrive ${what} ${target} --yes`,
        });
      }),
    );
};
