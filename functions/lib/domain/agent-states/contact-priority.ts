// Which of an agent's contacts is shown, and whether one is shown at all or the agent's status.
import type { AgentContact } from '../../../../schemas/agent-event.ts';
import type { AgentStateSettings } from '../../../../schemas/settings.ts';
import { toWord } from './event-word.ts';

type Rank = AgentStateSettings['priority'][number];

const ranksByState = new Map<string, Rank>([
  ['connected', 'connected'],
  ['connected_onhold', 'connected'],
  ['onhold', 'connected'],
  ['paused', 'connected'],
  ['connecting', 'connecting'],
  ['incoming', 'connecting'],
  ['pending', 'connecting'],
  ['ended', 'ended'],
  ['missed', 'missed'],
  ['rejected', 'missed'],
  ['error', 'missed'],
]);

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
  const placeOf = (rank: Rank) => {
    const place = priority.indexOf(rank);
    return place === -1 ? priority.length : place;
  };
  const statusPlace = isStatusClosed ? placeOf('closedStatus') : priority.length;
  let chosen: AgentContact | null = null;
  let chosenPlace = statusPlace;
  for (const contact of contacts) {
    const place = placeOf(ranksByState.get(toWord(contact.State)) ?? 'connecting');
    if (place >= statusPlace || place > chosenPlace) continue;
    const isEarlier =
      chosen === null || place < chosenPlace || compareEquals(contact, chosen, shownContactId, preferredChannel) < 0;
    if (!isEarlier) continue;
    chosen = contact;
    chosenPlace = place;
  }
  return chosen;
}

/** Below 0 when the left one of two contacts of one rank goes before the right one. */
function compareEquals(
  left: AgentContact,
  right: AgentContact,
  shownContactId: string | null,
  preferredChannel: string,
): number {
  const channel = toWord(preferredChannel);
  return (
    Number(isSame(right, shownContactId)) - Number(isSame(left, shownContactId)) ||
    Number(toWord(right.Channel) === channel) - Number(toWord(left.Channel) === channel) ||
    toStartMs(left) - toStartMs(right) ||
    compareText(left.ContactId ?? '', right.ContactId ?? '')
  );
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
