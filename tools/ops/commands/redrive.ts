// acdhub redrive: brings failed executions to their end, and says of each why it is done so, or not.
import { parseStatusEvent } from '../../../functions/lib/domain/coverage/failed-executions.ts';
import type { Colors } from '../../local/run/colors.ts';
import { openStores, type Deployment } from '../deployment.ts';
import { createExecutionReader } from '../executions/execution-reader.ts';
import { findExecution } from '../executions/execution-search.ts';
import { listRunningRedrives, planAllFailed, planFor, type FailedPlan } from '../executions/failed-executions.ts';
import type { RedriveAction, RedriveStep } from '../executions/redrive-plan.ts';
import { runRedrives, type RedriveResult } from '../executions/redrive-run.ts';
import { toUploadId, type ExecutionOutcome } from '../executions/report-execution.ts';
import { parseDurationMs, parseInstantMs, shorten, toCountText, toTableLines } from '../lines.ts';
import { exitCodes, UsageError, type ExitCode } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import { holdQueue } from '../queues/held-queue.ts';
import { toEmptyLine } from '../queues/queue-messages.ts';
import { withTarget, type AddCommand, type Answer, type Session, type TargetFlags } from '../session.ts';
import { colorOutcome } from './executions.ts';

interface Flags extends TargetFlags {
  readonly allFailed?: true;
  readonly since: string;
  readonly until?: string;
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
  /**
   * What it led to: the execution that works on the file, and how that ended. null for a plan, where it was left, and where
   * nothing is known to have been begun when it was cut short.
   */
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
  /** There are more failed executions, or messages, than one call takes. */
  readonly isCut: boolean;
  /** Executions that started before this instant were not looked at, and what takes them. */
  readonly left: { readonly before: string; readonly command: string } | null;
  /** Names of executions that are being redriven or were started anew, and have not ended: no second redrive is due. */
  readonly runningRedrives: readonly string[];
  /** Of messages of failed-executions that somebody else holds, where none could be looked at. */
  readonly heldCount: number;
  readonly removedMessageCount: number;
  /** To be typed to do what is planned, or to go on where it was cut short; null when there is nothing to do. */
  readonly nextCommand: string | null;
}

/** Of executions to redrive at once: bounded, a later call takes the rest. */
const maxExecutions = 1000;
/** Of executions that ended badly, quarantined ones among them: each costs two calls of Step Functions. */
const maxLooks = 5000;
const maxMessages = 2000;
const holdSeconds = 300;
const presetSince = '45d';
const longestReason = 70;
const runningShown = 5;
const saidEvery = 1000;
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
One call takes ${maxExecutions} executions, newest first; where older ones are left it names the command for them (--until).

Exit code: 0 nothing is left to do · 1 a plan with something to do, or not everything came through. With --all-failed what
is left out does not count: it is listed with its cure. Named itself, an execution that is left with a cure makes it 1.`;

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

function toRunningLines(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const are = names.length === 1 ? 'is' : 'are';
  const rest = names.length > runningShown ? ` and ${names.length - runningShown} more` : '';
  const shown = names.slice(0, runningShown).join(', ');
  return [`${toCountText(names.length, 'redrive')} ${are} running already: ${shown}${rest}.`];
}

function toLeftLines({ isCut, left }: Redrive): string[] {
  if (left !== null) return [`What started before ${left.before} was not looked at: ${left.command}`];
  return isCut ? ['There are more: run it again afterwards.'] : [];
}

function toNoStepLine({ heldCount, runningRedrives }: Redrive): string {
  if (heldCount > 0) return toEmptyLine('failed-executions', heldCount);
  return runningRedrives.length > 0 ? 'No failed execution is left to redrive.' : 'No execution has failed.';
}

function toResultText({ action, reason, result }: RedriveLine, isDone: boolean, colors: Colors): string {
  if (result !== null)
    return `${colorOutcome(result.outcome, colors)}${result.error === null ? '' : ` ${result.error}`}`;
  return isDone && action !== 'leave' ? 'not known to have begun' : shorten(reason, longestReason);
}

function toLines(redrive: Redrive, colors: Colors): string[] {
  const { isDone, steps, removedMessageCount, nextCommand, runningRedrives } = redrive;
  const more = [...toRunningLines(runningRedrives), ...toLeftLines(redrive)];
  if (steps.length === 0) return [toNoStepLine(redrive), ...more];
  const rows = steps.map((step) => [
    step.execution,
    step.error ?? '',
    actionWords[step.action],
    toResultText(step, isDone, colors),
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
    ...(isDone && (nextCommand !== null || steps.some(({ result }) => result?.outcome === 'RUNNING'))
      ? [messagesGone]
      : []),
    ...more,
    ...(nextCommand === null ? [] : [`${isDone ? 'To go on' : 'To do it'}: ${nextCommand}`]),
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

function toExitCode(steps: readonly RedriveLine[], { isDone, isNamed }: RedriveRequest): ExitCode {
  const isOpen = ({ action, result, isHealed, cure }: RedriveLine): boolean =>
    action === 'leave' ? isNamed && !isHealed && cure !== null : !isDone || result === null || !hasCome(result.outcome);
  return steps.some(isOpen) ? exitCodes.attention : exitCodes.done;
}

export interface RedriveRequest {
  readonly steps: readonly RedriveStep[];
  readonly isCut: boolean;
  readonly left?: Redrive['left'];
  readonly runningRedrives?: readonly string[];
  readonly heldCount?: number;
  /** Somebody has named the executions, rather than all that failed: one that is left is not what was wanted. */
  readonly isNamed: boolean;
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
  request: RedriveRequest,
): Promise<Answer<Redrive>> {
  const { steps, isCut, left = null, runningRedrives = [], heldCount = 0, isDone } = request;
  const { maxWaitMs, atOnceCount, command } = request;
  const { clients, names, pollMs } = deployment;
  const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
  const toDoCount = steps.filter(({ action }) => action !== 'leave').length;
  let results: readonly RedriveResult[] = [];
  let stoppedBy: unknown;
  if (isDone && toDoCount > 0) {
    const progress = session.startProgress(toDoCount, 'executions');
    try {
      const { stateMachineArn } = names;
      const parts = { sfn: clients.sfn, stateMachineArn, reader, session, pollMs };
      const onEnd = (name: string): void => {
        progress.advance(name);
      };
      const work = await runRedrives(steps, { ...parts, onEnd }, { atOnceCount, maxWaitMs });
      results = work.results.filter((result) => result !== null);
      ({ stoppedBy } = work);
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
  let removedMessageCount = 0;
  if (isDone && stoppedBy === undefined) {
    try {
      removedMessageCount = await removeMessages(deployment, steps, results);
    } catch (error) {
      // What was redriven is to be said all the same; the frame says this after it.
      stoppedBy = error;
    }
  }
  const isOpen = !isDone || stoppedBy !== undefined;
  const data: Redrive = {
    ...{ isDone, steps: lines, isCut, left, runningRedrives, heldCount, removedMessageCount },
    nextCommand: isOpen && toDoCount > 0 ? command : null,
  };
  const exitCode = isCut || heldCount > 0 ? exitCodes.attention : toExitCode(lines, request);
  return { data, toLines, exitCode, stoppedBy };
}

/** Every failed execution of the time that is meant, and the redrives on their way. */
async function planAll(
  deployment: Deployment,
  session: Session,
  flags: Flags,
): Promise<FailedPlan & { runningRedrives: string[] }> {
  const { clients, names } = deployment;
  const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
  const sinceMs = session.nowMs() - parseDurationMs(flags.since);
  const untilMs = flags.until === undefined ? Infinity : parseInstantMs(flags.until, 'end');
  const running = await listRunningRedrives(reader, sinceMs);
  const plan = await planAllFailed(reader, openStores(deployment), {
    ...{ sinceMs, untilMs, limit: maxExecutions, lookLimit: maxLooks, running },
    onLook: (lookedAtCount) => {
      session.checkInterrupted();
      if (lookedAtCount % saidEvery === 0) session.say(`Looked at ${lookedAtCount} executions that ended badly …`);
    },
  });
  return { ...plan, runningRedrives: running.map(({ name }) => name) };
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
    .option('--until <time>', 'with --all-failed: only what started by then, a day in UTC or an instant')
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
        const common = {
          ...{ isDone: flags.yes === true, atOnceCount: flags.atOnce },
          maxWaitMs: flags.wait ? flags.waitMinutes * 60_000 : 0,
        };
        if (wanted !== undefined) {
          const execution = await findExecution(reader, wanted, session.nowMs());
          const steps = await planFor([execution], openStores(deployment));
          const command = `npx acdhub redrive ${execution.name} ${target} --yes`;
          return redriveSteps(deployment, session, { ...common, steps, isCut: false, isNamed: true, command });
        }
        const { steps, leftBefore, runningRedrives } = await planAll(deployment, session, flags);
        const since = flags.since === presetSince ? '' : ` --since ${flags.since}`;
        const toCommand = (until: string | undefined): string =>
          `npx acdhub redrive --all-failed${since}${until === undefined ? '' : ` --until ${until}`} ${target}`;
        return redriveSteps(deployment, session, {
          ...{ ...common, steps, isCut: leftBefore !== null, isNamed: false, runningRedrives },
          left: leftBefore === null ? null : { before: leftBefore, command: toCommand(leftBefore) },
          command: `${toCommand(flags.until)} --yes`,
        });
      }),
    );
};
