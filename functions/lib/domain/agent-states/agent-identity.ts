// Who an agent is at the hub. Reports and agent states must agree on it, or adherence shows two agents where there is one.
import type { Settings } from '../../../../schemas/settings.ts';

/** The hub's ID of an agent by login: the login itself unless the settings map it. */
export function createAgentIds(agents: Settings['agents']): (login: string) => string {
  const ids = new Map(agents.map(({ login, agentId }) => [login, agentId]));
  return (login) => ids.get(login) ?? login;
}
