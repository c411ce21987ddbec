// The list to enter in WFM: every queue, login and agent state seen, and what it is called at the hub.
import { createAgentStateRules } from '../../../functions/lib/domain/agent-states/agent-state-rules.ts';
import type { Settings } from '../../../schemas/settings.ts';
import type { SeenEntities, Sighting } from './seen-entities.ts';

export interface Entity extends Readonly<Sighting> {
  readonly type: 'queue' | 'agent' | 'agentState';
  /** In Amazon Connect. */
  readonly name: string;
  /** What WFM has to know: name of the queue, ID of the agent, activity code and status of the state. */
  readonly hubName: string;
  /** ownName: nothing is set, and nothing needs to be. unmapped: an agent state no table knows. */
  readonly mapping: 'ownName' | 'settings' | 'defaultTable' | 'unmapped';
  readonly mediaTypes: readonly string[];
  readonly serviceLevelSeconds: readonly number[];
  /** Series for a queue; for an agent the kinds of reports, and STATES. */
  readonly seenIn: readonly string[];
}

const none = { mediaTypes: [], serviceLevelSeconds: [], seenIn: [] };
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function listQueues({ queues }: SeenEntities, settings: Settings['queues']): Entity[] {
  return [...queues.values()].map(({ name: hubName, firstSeen, lastSeen, mediaTypes, serviceLevels, series }) => {
    // Records carry the name at the hub.
    const own = settings.filter((queue) => (queue.hubQueue ?? queue.name) === hubName);
    return {
      ...{ type: 'queue', name: own.map(({ name }) => name).join(', ') || hubName, hubName, firstSeen, lastSeen },
      mapping: own.length === 0 ? 'ownName' : 'settings',
      mediaTypes: [...mediaTypes.keys()].toSorted(byCodeUnit),
      serviceLevelSeconds: [...serviceLevels.keys()].toSorted((a, b) => a - b),
      seenIn: [...series.keys()].toSorted(byCodeUnit),
    };
  });
}

function listAgents({ agents }: SeenEntities, settings: Settings['agents']): Entity[] {
  const ids = new Map(settings.map(({ login, agentId }) => [login, agentId]));
  return [...agents.values()].map(({ login, firstSeen, lastSeen, kinds }) => ({
    ...{ type: 'agent', name: login, hubName: ids.get(login) ?? login, firstSeen, lastSeen, ...none },
    mapping: ids.has(login) ? 'settings' : 'ownName',
    seenIn: [...kinds].toSorted(byCodeUnit),
  }));
}

function listStates({ states }: SeenEntities, { agentStates, agents }: Settings): Entity[] {
  const { findRow } = createAgentStateRules(agentStates, agents);
  const own = new Set(agentStates.table.map(({ eventId }) => eventId.trim().toLowerCase()));
  return [...states.values()].map(({ eventId, firstSeen, lastSeen }) => {
    const row = findRow(eventId);
    const isOwn = own.has(eventId.trim().toLowerCase());
    return {
      ...{ type: 'agentState', name: eventId, firstSeen, lastSeen, ...none },
      hubName: row === undefined ? '' : `${row.activityCode} / ${row.status}`,
      mapping: row === undefined ? 'unmapped' : isOwn ? 'settings' : 'defaultTable',
    };
  });
}

/** Queues, then agents, then states, each by name. */
export function listEntities(seen: SeenEntities, settings: Settings): Entity[] {
  return [listQueues(seen, settings.queues), listAgents(seen, settings.agents), listStates(seen, settings)].flatMap(
    (entities) => entities.toSorted((a, b) => byCodeUnit(a.name, b.name)),
  );
}
