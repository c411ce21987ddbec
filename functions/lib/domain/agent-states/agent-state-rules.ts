// The settings of the agent states, prepared for being asked once an event.
import type { AgentContact } from '../../../../schemas/agent-event.ts';
import { defaultAgentStates, type AgentStateRow } from '../../../../schemas/agent-state-table.ts';
import type { AgentStateSettings, Settings } from '../../../../schemas/settings.ts';
import { ConfigError } from '../errors.ts';
import { createAgentIds } from './agent-identity.ts';
import { toWord } from './event-word.ts';

export interface AgentStateRules {
  readonly settings: AgentStateSettings;
  /** The row of the table, whatever the case of the event ID. */
  readonly findRow: (eventId: string) => AgentStateRow | undefined;
  readonly isInScope: (contact: AgentContact) => boolean;
  readonly agentIdOf: (login: string) => string;
}

/**
 * The default table with the customer's rows over it, and the scope of contacts.
 * @throws {ConfigError} when an event ID is listed twice
 * @source docs/agent-states.md, From event to state
 */
export function createAgentStateRules(settings: AgentStateSettings, agents: Settings['agents']): AgentStateRules {
  const own = new Map<string, AgentStateRow>();
  for (const row of settings.table) {
    if (own.has(toWord(row.eventId)))
      throw new ConfigError(`agentStates.table: expected each event ID once, found "${row.eventId}" twice`);
    own.set(toWord(row.eventId), row);
  }
  const table = new Map([...defaultAgentStates.map((row) => [toWord(row.eventId), row] as const), ...own]);
  const channels = new Set(settings.channels.map(toWord));
  const outOfScopeMethods = new Set(settings.outOfScopeMethods.map(toWord));
  return {
    settings,
    findRow: (eventId) => table.get(toWord(eventId)),
    isInScope: ({ Channel, InitiationMethod }) =>
      channels.has(toWord(Channel)) && !outOfScopeMethods.has(toWord(InitiationMethod ?? '')),
    agentIdOf: createAgentIds(agents),
  };
}
