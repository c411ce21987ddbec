// A batch of stream records folded over what is known of their agents: transitions in order of arrival, nothing sent yet.
import type { AgentStateRecord } from '../../../../schemas/agent-states.ts';
import type { DecodedRecord, Poison } from './agent-record.ts';
import { coalesceTransitions } from './agent-state-coalescing.ts';
import type { AgentStateRules } from './agent-state-rules.ts';
import { applyEvent, type AgentEventOutcome, type AgentState } from './agent-transitions.ts';

/** `coalesced`: its transitions gave way to a newer one of the same agent, by setting or because it is from before the installation. */
export type RecordOutcome = AgentEventOutcome | 'coalesced' | 'deadLettered';

export interface BatchTransition {
  /** Position of its record in the batch. */
  readonly recordIndex: number;
  readonly agentArn: string;
  readonly state: AgentStateRecord;
}

export interface RecordResult {
  readonly outcome: RecordOutcome;
  readonly isUnmapped: boolean;
  readonly isNameGuessed: boolean;
  readonly poison: Poison | null;
}

export interface FoldedBatch {
  /** To be sent, in order of arrival. */
  readonly transitions: readonly BatchTransition[];
  /** By record. */
  readonly results: readonly RecordResult[];
  /** New states of the agents an event was applied to. */
  readonly states: ReadonlyMap<string, AgentState>;
  /** First record that makes a transition, sent or coalesced; null when none does. */
  readonly firstTransitionIndex: number | null;
  /** EventTimestamp of the newest applied event. */
  readonly newestEventMs: number | null;
}

/**
 * Applies the records one after another. An event the rules fail on is poison like one that cannot be read: it must not block its shard.
 * @param known states of the agents in the batch before it
 * @param installedAtMs of what happened earlier, only the newest state of each agent in the batch is sent
 */
export function foldBatch(
  records: readonly DecodedRecord[],
  known: ReadonlyMap<string, AgentState>,
  rules: AgentStateRules,
  installedAtMs: number,
): FoldedBatch {
  const states = new Map<string, AgentState>();
  const made: BatchTransition[] = [];
  let newestEventMs: number | null = null;

  const results = records.map(({ received, poison }, recordIndex): RecordResult => {
    if (received === undefined) return toDeadLettered(poison);
    const agentArn = received.event.AgentARN;
    try {
      const applied = applyEvent(states.get(agentArn) ?? known.get(agentArn) ?? null, received, rules);
      if (applied.outcome !== 'duplicate' && applied.outcome !== 'stale' && applied.agentState !== null) {
        states.set(agentArn, applied.agentState);
        newestEventMs = Math.max(newestEventMs ?? received.atMs, received.atMs);
      }
      let isUnmapped = false;
      for (const state of applied.transitions) {
        made.push({ recordIndex, agentArn, state });
        if (!state.mapped) isUnmapped = true;
      }
      return { outcome: applied.outcome, isUnmapped, isNameGuessed: applied.isNameGuessed, poison: null };
    } catch (error) {
      const reason = `The rules cannot apply this event: ${error instanceof Error ? error.message : String(error)}`;
      return toDeadLettered({ fault: 'rule', reason });
    }
  });

  const transitions = coalesceTransitions(made, {
    shownBefore: (agentArn) => known.get(agentArn)?.shown ?? null,
    minimumMs: rules.settings.minimumSeconds * 1000,
    installedAtMs,
  });
  return {
    transitions,
    results: transitions.length === made.length ? results : markCoalesced(results, transitions),
    states,
    firstTransitionIndex: made[0]?.recordIndex ?? null,
    newestEventMs,
  };
}

/** A record none of whose transitions is sent. */
function markCoalesced(results: readonly RecordResult[], transitions: readonly BatchTransition[]): RecordResult[] {
  const sentIndexes = new Set(transitions.map(({ recordIndex }) => recordIndex));
  return results.map((result, index) =>
    result.outcome === 'delivered' && !sentIndexes.has(index) ? { ...result, outcome: 'coalesced' } : result,
  );
}

function toDeadLettered(poison: Poison): RecordResult {
  return { outcome: 'deadLettered', isUnmapped: false, isNameGuessed: false, poison };
}
