// Which transitions of a batch are not worth sending, since a newer one of the same agent stands in the same batch.
import type { BatchTransition } from './agent-batch.ts';
import type { ShownState } from './agent-state.ts';
import { isSameState } from './agent-transitions.ts';

export interface CoalescingRules {
  /** What the hub shows of an agent before this batch. */
  readonly shownBefore: (agentArn: string) => ShownState | null;
  /** A state that lasted less is left out; 0 keeps all. LOGIN and LOGOUT are moments, not states, and always stay. */
  readonly minimumMs: number;
  /** Of what happened before, only an agent's newest state counts. */
  readonly installedAtMs: number;
}

/**
 * The transitions to send, in the order given. The last one of each agent always stays, unless leaving others out made it a repetition.
 * @source docs/agent-states.md, What is sent
 */
export function coalesceTransitions(
  transitions: readonly BatchTransition[],
  { shownBefore, minimumMs, installedAtMs }: CoalescingRules,
): readonly BatchTransition[] {
  if (minimumMs === 0 && installedAtMs === -Infinity) return transitions;
  const nextOfAgent = new Map<string, BatchTransition>();
  const kept = transitions.toReversed().filter((transition) => {
    const next = nextOfAgent.get(transition.agentArn);
    nextOfAgent.set(transition.agentArn, transition);
    if (next === undefined) return true;
    const { startTime, eventTime, eventId } = transition.state;
    if (Date.parse(eventTime) < installedAtMs) return false;
    const isMoment = ['LOGIN', 'LOGOUT'].includes(eventId.toUpperCase());
    return isMoment || Date.parse(next.state.startTime) - Date.parse(startTime) >= minimumMs;
  });
  if (kept.length === transitions.length) return transitions;

  const shown = new Map<string, ShownState | null>();
  return kept.toReversed().filter(({ agentArn, state }) => {
    const previous = shown.get(agentArn) ?? shownBefore(agentArn);
    shown.set(agentArn, state);
    return previous === null || !isSameState(previous, state);
  });
}
