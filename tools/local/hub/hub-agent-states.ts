// Agent states in the reference hub: the newest transition of each agent, fenced by event time and sequence, and every one applied.
import { isDeepStrictEqual } from 'node:util';
import type { AgentStateRecord, AgentStatesMessage, FeedHeartbeat } from '../../../schemas/agent-states.ts';
import type { HubAcknowledgement, RejectedRecord } from '../../../schemas/hub-messages.ts';

/** Refuses a transition by giving a reason, or lets it pass with null. */
export type StateRefusalRule = (state: AgentStateRecord) => string | null;

export class HubAgentStates {
  /** Each transition that was applied, in order. */
  readonly transitions: AgentStateRecord[] = [];
  readonly heartbeats: FeedHeartbeat[] = [];
  refusalRule: StateRefusalRule | null = null;
  readonly #standing = new Map<string, AgentStateRecord>();

  /** What the RTA screen shows, by agent. */
  get standing(): ReadonlyMap<string, AgentStateRecord> {
    return this.#standing;
  }

  apply({ stateData }: Pick<AgentStatesMessage, 'stateData'>): HubAcknowledgement {
    const rejected: RejectedRecord[] = [];
    let ignoredAsOlder = 0;
    for (const [index, state] of stateData.entries()) {
      const reason = this.refusalRule?.(state) ?? null;
      const standing = this.#standing.get(state.agentValue);
      const order = standing === undefined ? 1 : compareTransitions(state, standing);
      if (reason !== null) rejected.push({ index, reason });
      else if (order < 0) ignoredAsOlder += 1;
      else if (order > 0) {
        this.#standing.set(state.agentValue, state);
        this.transitions.push(state);
      } else if (!isDeepStrictEqual(standing, state)) {
        rejected.push({ index, reason: `another state stands here under the same sequence ${state.sequence}` });
      }
    }
    return { accepted: stateData.length - ignoredAsOlder - rejected.length, ignoredAsOlder, rejected };
  }
}

function compareTransitions(left: AgentStateRecord, right: AgentStateRecord): number {
  const [a, b] =
    left.eventTime === right.eventTime ? [left.sequence, right.sequence] : [left.eventTime, right.eventTime];
  return a === b ? 0 : a < b ? -1 : 1;
}
