// What has become of the agent events of a run so far: each record once, however often its batch was tried.
import type { AgentEventResult } from '../../../functions/agent-events/process-agent-events.ts';
import type { RecordOutcome } from '../../../functions/lib/domain/agent-states/agent-batch.ts';
import { ConnectorError } from '../../../functions/lib/domain/errors.ts';
import type { AgentStateRecord } from '../../../schemas/agent-states.ts';
import type { AgentEventObserver } from './observed-agent-events.ts';

/**
 * Distinct records by how they ended. received = delivered + unchanged + outOfScope + duplicates + stale + deadLettered,
 * and, in a run that failed, those not delivered; unmapped is a part of delivered.
 */
export interface AgentEventCounts {
  /** Lines given. */
  readonly received: number;
  /** At least one transition was sent. */
  readonly delivered: number;
  /** Nothing new to the hub, or too short to be sent (setting agentStates.minimumSeconds). */
  readonly unchanged: number;
  /** Only contacts changed that are not shown. */
  readonly outOfScope: number;
  /** Delivered with a state that is not in the table. */
  readonly unmapped: number;
  readonly duplicates: number;
  readonly stale: number;
  readonly deadLettered: number;
}

export interface AgentEventLog extends AgentEventObserver {
  /** Records that ended. */
  readonly endedCount: number;
  /** Grows with everything that goes forward: records that end, transitions the hub takes. */
  readonly stepCount: number;
  /** Why the last attempt failed; null when none did since something went forward. */
  readonly failure: string | null;
  /** An error that does not pass by waiting: somebody has to act. */
  readonly isStuck: boolean;
  /** In the order the hub took them. */
  readonly posted: readonly AgentStateRecord[];
  /** Of the records that ended, in the order of the stream. */
  listSequenceNumbers(): readonly string[];
  count(receivedCount: number): AgentEventCounts;
}

const countNames = {
  delivered: 'delivered',
  unchanged: 'unchanged',
  coalesced: 'unchanged',
  outOfScope: 'outOfScope',
  duplicate: 'duplicates',
  stale: 'stale',
  deadLettered: 'deadLettered',
} as const satisfies Record<RecordOutcome, keyof AgentEventCounts>;

/** By length, then as text: numbers of any length, without leading zeros. */
function compareSequenceNumbers(a: string, b: string): number {
  return a.length - b.length || (a === b ? 0 : a < b ? -1 : 1);
}

function toMessage(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** @param onTrouble called with the reason of the first failure after something went forward */
export function createAgentEventLog(onTrouble: (reason: string) => void): AgentEventLog {
  const results = new Map<string, AgentEventResult>();
  const posted = new Map<string, AgentStateRecord>();
  let stepCount = 0;
  let failure: string | null = null;
  let isStuck = false;
  const goForward = (): void => {
    stepCount += 1;
    [failure, isStuck] = [null, false];
  };
  return {
    onResults(ended) {
      for (const result of ended) {
        const key = `${result.shardId}:${result.sequenceNumber}`;
        if (!results.has(key)) results.set(key, result);
      }
      if (ended.length > 0) goForward();
    },
    onPosted(states) {
      for (const state of states) posted.set(`${state.agentValue} ${state.sequence}`, state);
      goForward();
    },
    onFailure(error) {
      const reason = toMessage(error);
      if (failure === null) onTrouble(reason);
      failure = reason;
      isStuck = error instanceof ConnectorError && error.errorClass === 'operator';
    },
    get endedCount() {
      return results.size;
    },
    get stepCount() {
      return stepCount;
    },
    get failure() {
      return failure;
    },
    get isStuck() {
      return isStuck;
    },
    get posted() {
      return [...posted.values()];
    },
    listSequenceNumbers: () =>
      [...results.values()].map(({ sequenceNumber }) => sequenceNumber).toSorted(compareSequenceNumbers),
    count(receivedCount) {
      const counts = {
        ...{ received: receivedCount, delivered: 0, unchanged: 0, outOfScope: 0 },
        ...{ unmapped: 0, duplicates: 0, stale: 0, deadLettered: 0 },
      };
      for (const { outcome, isUnmapped } of results.values()) {
        counts[countNames[outcome]] += 1;
        if (isUnmapped && outcome === 'delivered') counts.unmapped += 1;
      }
      return counts;
    },
  };
}
