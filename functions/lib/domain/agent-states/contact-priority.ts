// Which of an agent's contacts is shown, and whether one is shown at all or the agent's status.
import type { AgentContact } from '../../../../schemas/agent-event.ts';
import type { AgentStateSettings } from '../../../../schemas/settings.ts';

type Rank = AgentStateSettings['priority'][number];

const ranksByState: Readonly<Record<string, Rank>> = {
  CONNECTED: 'connected',
  CONNECTED_ONHOLD: 'connected',
  ONHOLD: 'connected',
  PAUSED: 'connected',
  CONNECTING: 'connecting',
  INCOMING: 'connecting',
  PENDING: 'connecting',
  ENDED: 'ended',
  MISSED: 'missed',
  REJECTED: 'missed',
  ERROR: 'missed',
};

export interface PriorityQuestion {
  /** In scope only. */
  readonly contacts: readonly AgentContact[];
  /** The agent's status is one of type CUSTOM or OFFLINE. */
  readonly isStatusClosed: boolean;
  readonly shownContactId: string | null;
}

/**
 * The contact to show, or null for the agent's status. A state Amazon Connect may add one day ranks with the connecting ones:
 * something is going on, and the planner sees it as unmapped.
 * Ties: the contact shown before, else the preferred channel, else the earliest start, else the lower ID.
 * @source docs/agent-states.md, Several things at once
 */
export function chooseContact(
  { contacts, isStatusClosed, shownContactId }: PriorityQuestion,
  { priority, preferredChannel }: Pick<AgentStateSettings, 'priority' | 'preferredChannel'>,
): AgentContact | null {
  const toPlace = (rank: Rank) => {
    const place = priority.indexOf(rank);
    return place === -1 ? priority.length : place;
  };
  const statusPlace = isStatusClosed ? toPlace('closedStatus') : priority.length;
  const channel = preferredChannel.toUpperCase();
  const candidates = contacts
    .map((contact) => ({ contact, place: toPlace(ranksByState[contact.State.toUpperCase()] ?? 'connecting') }))
    .filter(({ place }) => place < statusPlace)
    .sort(
      (a, b) =>
        a.place - b.place ||
        Number(isSame(b.contact, shownContactId)) - Number(isSame(a.contact, shownContactId)) ||
        Number(b.contact.Channel.toUpperCase() === channel) - Number(a.contact.Channel.toUpperCase() === channel) ||
        toStartMs(a.contact) - toStartMs(b.contact) ||
        compareText(a.contact.ContactId ?? '', b.contact.ContactId ?? ''),
    );
  return candidates[0]?.contact ?? null;
}

function isSame(contact: AgentContact, shownContactId: string | null): boolean {
  return shownContactId !== null && contact.ContactId === shownContactId;
}

/** A contact without a readable start comes last. */
function toStartMs({ ConnectedToAgentTimestamp, StateStartTimestamp }: AgentContact): number {
  const startMs = Date.parse(ConnectedToAgentTimestamp ?? StateStartTimestamp ?? '');
  return Number.isNaN(startMs) ? Number.MAX_SAFE_INTEGER : startMs;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
