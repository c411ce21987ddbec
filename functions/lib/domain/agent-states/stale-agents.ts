// Agents that should have sent a heartbeat and did not.
import type { AgentStateRecord } from '../../../../schemas/agent-states.ts';
import { lastOrdinal, toTransitionSequence } from './agent-position.ts';
import type { AgentStateRules } from './agent-state-rules.ts';
import { readSnapshotState } from './agent-state.ts';
import type { AgentState } from './agent-transitions.ts';

export interface KnownAgent {
  readonly agentArn: string;
  readonly state: AgentState;
}

/** An agent with the transition that shows it as Offline, and the state to remember once the hub has it. */
export interface OfflineAgent extends KnownAgent {
  readonly transition: AgentStateRecord;
  readonly offline: AgentState;
}

/** Agents that are signed in, not Offline, and silent for `agentStates.staleAfterSeconds`. */
export function listStaleAgents(
  agents: readonly KnownAgent[],
  { settings }: AgentStateRules,
  nowMs: number,
): readonly KnownAgent[] {
  return agents.filter(
    ({ state }) => !state.isLoggedOut && !state.isOffline && nowMs - state.atMs > settings.staleAfterSeconds * 1000,
  );
}

/** Whether the stream as a whole is silent: then its agents are not to blame. */
export function isFeedSilent(lastEventMs: number | null, { settings }: AgentStateRules, nowMs: number): boolean {
  return lastEventMs === null || nowMs - lastEventMs > settings.staleAfterSeconds * 1000;
}

/**
 * How many signed-in agents fell silent together with the whole stream; 0 while events come. An agent that was left signed in and went
 * silent earlier is none of them: agents send something every 120 s, so that a stream that stops leaves all of them at about its last event.
 */
export function countCutOffAgents(
  stale: readonly KnownAgent[],
  lastEventMs: number | null,
  rules: AgentStateRules,
  nowMs: number,
): number {
  if (lastEventMs === null || !isFeedSilent(lastEventMs, rules, nowMs)) return 0;
  const sinceMs = lastEventMs - rules.settings.staleAfterSeconds * 1000;
  return stale.filter(({ state }) => state.atMs >= sinceMs).length;
}

/**
 * The transition to Offline, placed directly behind the agent's last event: any event that was only late still wins. It depends on nothing
 * but the agent's state and the settings, so that a repeat is the same transition. Agents the hub was never told of are left out.
 */
export function toOfflineAgents(stale: readonly KnownAgent[], rules: AgentStateRules): readonly OfflineAgent[] {
  const offline = readSnapshotState({ AgentStatus: { Name: 'Offline', Type: 'OFFLINE' } }, null, rules);
  return stale.flatMap(({ agentArn, state }) => {
    if (state.shown === null || offline === null) return [];
    const { agentValue, agentId } = state.shown;
    const shown = { agentValue, agentId, ...offline.words };
    const transition = {
      ...shown,
      startTime: new Date(state.atMs + rules.settings.staleAfterSeconds * 1000).toISOString(),
      eventTime: new Date(state.atMs).toISOString(),
      sourceEventId: state.recentEventIds.at(-1) ?? 'none',
      sequence: toTransitionSequence(state.sequenceNumber, lastOrdinal),
    };
    return [{ agentArn, state, transition, offline: { ...state, shown, shownContactId: null, isOffline: true } }];
  });
}
