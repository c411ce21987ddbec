// The failed executions there are, with what is to be done about each.
import { mapConcurrently } from '../../../functions/lib/io/concurrency.ts';
import type { Stores } from '../deployment.ts';
import type { ExecutionReader } from './execution-reader.ts';
import { isNewName, planRedrives, type KeyCheckpoint, type RedriveStep } from './redrive-plan.ts';
import { failedStatuses, type ReportExecution } from './report-execution.ts';

const callsAtOnce = 8;
const looksAtOnce = 100;
const maxRunning = 1000;

/** Plans for the executions given; reads the checkpoint of each file. `others`: see planRedrives. */
export async function planFor(
  executions: readonly ReportExecution[],
  { checkpoints }: Pick<Stores, 'checkpoints'>,
  others: readonly ReportExecution[] = [],
): Promise<RedriveStep[]> {
  const objects = new Map(
    executions.flatMap(({ input }) => (input === null ? [] : [[input.object.key, input.object]])),
  );
  const entries = await mapConcurrently(
    [...objects],
    callsAtOnce,
    async ([key, object]): Promise<[string, KeyCheckpoint | null]> => [key, await checkpoints.read(object)],
  );
  return planRedrives(executions, new Map(entries), others);
}

export interface FailedRequest {
  readonly sinceMs: number;
  /** Started then or earlier. */
  readonly untilMs?: number;
  /** Of executions there is something to do about; what is quarantined, healed or overtaken does not count. */
  readonly limit: number;
  /** Of executions altogether: each is asked for. */
  readonly lookLimit: number;
  /** Redrives on their way: their files need no second one. */
  readonly running?: readonly ReportExecution[];
  readonly onLook?: (lookedAtCount: number) => void;
}

export interface FailedPlan {
  readonly steps: readonly RedriveStep[];
  /** Executions that started before this instant were not looked at; null when all were. */
  readonly leftBefore: string | null;
}

/** Executions that failed in that time, newest first; a hundred more than `limit` at most. */
export async function planAllFailed(
  reader: Pick<ExecutionReader, 'list' | 'describeAll'>,
  stores: Pick<Stores, 'checkpoints'>,
  { sinceMs, untilMs = Infinity, limit, lookLimit, running = [], onLook }: FailedRequest,
): Promise<FailedPlan> {
  const { executions, isCut } = await reader.list({
    ...{ statuses: failedStatuses, sinceMs, limit: lookLimit },
    isWanted: ({ startedAtMs }) => startedAtMs <= untilMs,
  });
  const steps: RedriveStep[] = [];
  let lookedAtCount = 0;
  let toDoCount = 0;
  while (lookedAtCount < executions.length && toDoCount < limit) {
    const described = await reader.describeAll(executions.slice(lookedAtCount, lookedAtCount + looksAtOnce));
    const planned = await planFor(described, stores, [...running, ...steps.map(({ execution }) => execution)]);
    steps.push(...planned);
    toDoCount += planned.filter(({ action }) => action !== 'leave').length;
    lookedAtCount = Math.min(lookedAtCount + looksAtOnce, executions.length);
    onLook?.(lookedAtCount);
  }
  const last = executions[lookedAtCount - 1];
  const isLeft = isCut || lookedAtCount < executions.length;
  return { steps, leftBefore: isLeft && last !== undefined ? new Date(last.startedAtMs).toISOString() : null };
}

/** Redriven executions, and files started anew, that have not ended yet: somebody is at work on them. */
export async function listRunningRedrives(reader: ExecutionReader, sinceMs: number): Promise<ReportExecution[]> {
  const { executions } = await reader.list({
    ...{ statuses: ['RUNNING'], sinceMs, limit: maxRunning },
    isWanted: ({ name, redriveCount }) => redriveCount > 0 || isNewName(name),
  });
  const described = await reader.describeAll(executions);
  return described.filter(({ outcome }) => outcome === 'RUNNING');
}
