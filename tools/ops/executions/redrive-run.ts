// Carries out a redrive plan, a few files at a time, and waits for what becomes of them.
import { RedriveExecutionCommand, StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { fingerprint } from '../../../functions/lib/domain/fingerprint.ts';
import { readAwsError } from '../../../functions/lib/io/aws-errors.ts';
import { workUntilStopped, type Pace, type StoppableWork } from '../stoppable-work.ts';
import { waitForEnd } from './execution-end.ts';
import type { ExecutionReader } from './execution-reader.ts';
import { toNewName, type RedriveStep } from './redrive-plan.ts';
import type { ExecutionOutcome, ReportExecution } from './report-execution.ts';

export interface RedriveResult {
  readonly step: RedriveStep;
  /** The execution that works on the file now: another one when it was started anew. */
  readonly name: string;
  /** RUNNING when it was not waited for, or not long enough. */
  readonly outcome: ExecutionOutcome;
  readonly error: string | null;
  readonly cause: string | null;
}

export interface RedriveRunParts {
  readonly sfn: SFNClient;
  readonly stateMachineArn: string;
  readonly reader: ExecutionReader;
  readonly session: Pace;
  readonly pollMs: number;
  readonly onEnd: (name: string) => void;
}

export interface RedriveRunOptions {
  readonly atOnceCount: number;
  /** 0: do not wait. */
  readonly maxWaitMs: number;
}

/** Results in the order of the steps that are not left out; RUNNING for what was begun when it was cut short. */
export async function runRedrives(
  steps: readonly RedriveStep[],
  parts: RedriveRunParts,
  { atOnceCount, maxWaitMs }: RedriveRunOptions,
): Promise<StoppableWork<RedriveResult>> {
  return workUntilStopped<RedriveStep, RedriveResult>(
    steps.filter(({ action }) => action !== 'leave'),
    { limit: atOnceCount, session: parts.session },
    async (step, session, keep) => {
      const arn = step.action === 'redrive' ? await redrive(step.execution, parts) : await startAnew(step, parts);
      const name = arn.slice(arn.lastIndexOf(':') + 1);
      keep({ step, name, outcome: 'RUNNING', error: null, cause: null });
      const ended = maxWaitMs === 0 ? null : await waitForEnd(arn, { ...parts, session }, maxWaitMs);
      if (ended !== null) keep({ step, name, outcome: ended.outcome, error: ended.error, cause: ended.cause });
      parts.onEnd(name);
    },
  );
}

/** The same token for the same failure: a second call, by this operator or another, starts nothing. */
async function redrive(execution: ReportExecution, parts: RedriveRunParts): Promise<string> {
  const { arn, redriveCount } = execution;
  try {
    const clientToken = fingerprint([arn, String(redriveCount)]);
    await parts.sfn.send(new RedriveExecutionCommand({ executionArn: arn, clientToken }));
    return arn;
  } catch (error) {
    if (readAwsError(error)?.name !== 'ExecutionNotRedrivable') throw error;
    // Somebody else was quicker, or its 14 days ended since the plan was made.
    const now = await parts.reader.describe(arn);
    return now?.outcome === 'FAILED' ? startAnew({ execution }, parts) : arn;
  }
}

async function startAnew({ execution }: Pick<RedriveStep, 'execution'>, parts: RedriveRunParts): Promise<string> {
  const name = toNewName(execution.name);
  const { stateMachineArn } = parts;
  try {
    await parts.sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(execution.input) }));
  } catch (error) {
    if (readAwsError(error)?.name !== 'ExecutionAlreadyExists') throw error;
  }
  return parts.reader.toArn(name);
}
