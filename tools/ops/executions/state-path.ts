// The way of an execution through the state machine, told from its history: which states, when, how long, what failed there.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { readCauseMessage } from '../../local/run/file-result.ts';

export interface PathStep {
  readonly state: string;
  readonly enteredAt: string;
  /** null while it runs, or where the history does not say when it was left. */
  readonly tookMs: number | null;
  /** How often it was entered one after another: once for each batch. */
  readonly count: number;
  /** Attempts of the function that failed, in all. */
  readonly failedAttemptCount: number;
  /** Of the last failed attempt; null when the state was left in peace. */
  readonly error: string | null;
  readonly cause: string | null;
}

interface Visit {
  readonly state: string;
  readonly enteredMs: number;
  leftMs: number | null;
  failedAttemptCount: number;
  error: string | null;
  cause: string | null;
}

/** Error and cause of an event that tells of a failed attempt; undefined for all others. */
function readFailure(
  event: HistoryEvent,
): { readonly error?: string | undefined; readonly cause?: string | undefined } | undefined {
  return (
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.lambdaFunctionScheduleFailedEventDetails ??
    event.lambdaFunctionStartFailedEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails
  );
}

const isQuestion = (state: string): boolean => /^Is[A-Z]/.test(state);

/**
 * Steps in the order they were entered, questions left out. Iterations of a Map run side by side: events belong to the
 * state their chain of `previousEventId` leads to, and neighbours of one name are told as one step.
 */
export function toStatePath(events: readonly HistoryEvent[]): PathStep[] {
  const visits: Visit[] = [];
  const visitOf = new Map<number, Visit>();
  for (const event of events) {
    const atMs = event.timestamp?.getTime() ?? 0;
    const state = event.stateEnteredEventDetails?.name;
    const before = visitOf.get(event.previousEventId ?? 0);
    const current: Visit | undefined =
      state === undefined
        ? before
        : { state, enteredMs: atMs, leftMs: null, failedAttemptCount: 0, error: null, cause: null };
    if (current === undefined) continue;
    visitOf.set(event.id ?? 0, current);
    if (state !== undefined) visits.push(current);
    if (event.stateExitedEventDetails?.name === current.state) current.leftMs = atMs;
    const failure = readFailure(event);
    if (failure === undefined) continue;
    current.failedAttemptCount += 1;
    current.error = failure.error ?? 'unknown';
    current.cause = readCauseMessage(failure.cause ?? '');
  }
  const groups: Visit[][] = [];
  for (const visit of visits.filter(({ state }) => !isQuestion(state))) {
    const last = groups.at(-1);
    if (last?.[0]?.state === visit.state) last.push(visit);
    else groups.push([visit]);
  }
  return groups.flatMap(toStep);
}

function toStep(visits: readonly Visit[]): PathStep[] {
  const [first] = visits;
  if (first === undefined) return [];
  const leftMs = visits.map((visit) => visit.leftMs).filter((ms) => ms !== null);
  const failed = visits.findLast(({ error }) => error !== null);
  return [
    {
      state: first.state,
      enteredAt: new Date(first.enteredMs).toISOString(),
      tookMs: leftMs.length < visits.length ? null : Math.max(...leftMs) - first.enteredMs,
      count: visits.length,
      failedAttemptCount: visits.reduce((sum, visit) => sum + visit.failedAttemptCount, 0),
      error: failed?.error ?? null,
      cause: failed?.cause ?? null,
    },
  ];
}
