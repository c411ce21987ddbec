// What an agent's snapshot says, as the hub shows it: one state, its activity code, open or closed.
import type { AgentContact, AgentSnapshot } from '../../../../schemas/agent-event.ts';
import { logoffActivityCode } from '../../../../schemas/agent-state-table.ts';
import type { AgentStateRecord } from '../../../../schemas/agent-states.ts';
import type { AgentStateRules } from './agent-state-rules.ts';
import { chooseContact } from './contact-priority.ts';
import { toWord } from './event-word.ts';

/** What the hub shows of an agent: two equal ones are the same state. */
export type ShownState = Omit<AgentStateRecord, 'startTime' | 'eventTime' | 'sourceEventId' | 'sequence'>;
type StateWords = Omit<ShownState, 'agentValue' | 'agentId'>;

/** A state read from a snapshot. */
export interface SnapshotState {
  readonly words: StateWords;
  /** null when the agent's status is shown. */
  readonly contactId: string | null;
  /** When this state began by the snapshot's own account: a text that may be no instant; see readStartMs. */
  readonly startedAt: string | null | undefined;
  readonly isOffline: boolean;
}

type StatusType = 'ROUTABLE' | 'CUSTOM' | 'OFFLINE';
type AgentStatus = NonNullable<AgentSnapshot['AgentStatus']>;

/** The state of LOGIN or LOGOUT. */
export function toLoginState(eventId: 'LOGIN' | 'LOGOUT', rules: AgentStateRules): StateWords {
  return toWords(eventId, rules, null, { status: eventId === 'LOGIN' ? 'Open' : 'Closed', activityCode: null });
}

/**
 * The state a snapshot stands for; null when it names neither a status nor a contact that is shown.
 * @source docs/agent-states.md
 */
export function readSnapshotState(
  snapshot: AgentSnapshot,
  shownContactId: string | null,
  rules: AgentStateRules,
): SnapshotState | null {
  const status = snapshot.AgentStatus ?? null;
  const type = status === null ? 'ROUTABLE' : readStatusType(status, rules);
  const isOffline = type === 'OFFLINE';
  const contacts = (snapshot.Contacts ?? []).filter(rules.isInScope);
  const contact = chooseContact({ contacts, isStatusClosed: type !== 'ROUTABLE', shownContactId }, rules.settings);
  if (contact !== null) {
    const words = toWords(toContactEventId(contact), rules, toMediaType(contact), {
      status: rules.settings.unmapped.contact,
      activityCode: null,
    });
    return { words, contactId: contact.ContactId ?? null, startedAt: contact.StateStartTimestamp, isOffline };
  }
  if (status === null) return null;
  const words = toWords(status.Name, rules, null, toUnmappedStatus(type, rules));
  return { words, contactId: null, startedAt: status.StartTimestamp, isOffline };
}

/** Old events carry no type: Offline is known by its name, another one by the table's word for it. */
function readStatusType({ Name, Type }: AgentStatus, rules: AgentStateRules): StatusType {
  switch (toWord(Type ?? '')) {
    case 'routable':
      return 'ROUTABLE';
    case 'custom':
      return 'CUSTOM';
    case 'offline':
      return 'OFFLINE';
  }
  if (toWord(Name) === 'offline') return 'OFFLINE';
  return rules.findRow(Name)?.status === 'Closed' ? 'CUSTOM' : 'ROUTABLE';
}

function toUnmappedStatus(
  type: StatusType,
  { settings }: AgentStateRules,
): Pick<StateWords, 'status' | 'activityCode'> {
  if (type === 'OFFLINE') return { status: 'Closed', activityCode: logoffActivityCode };
  return { status: type === 'CUSTOM' ? settings.unmapped.custom : settings.unmapped.routable, activityCode: null };
}

/** A listed state goes by the table's spelling and words, an unlisted one by its own and the words given. */
function toWords(
  eventId: string,
  rules: AgentStateRules,
  mediaType: StateWords['mediaType'],
  unmapped: Pick<StateWords, 'status' | 'activityCode'>,
): StateWords {
  const row = rules.findRow(eventId);
  if (row === undefined) return { eventId, eventReason: '', ...unmapped, mapped: false, mediaType };
  const { activityCode, status, eventReason = '' } = row;
  return { eventId: row.eventId, eventReason, activityCode, status, mapped: true, mediaType };
}

function toContactEventId({ Channel, InitiationMethod, State }: AgentContact): string {
  return `${Channel.trim()}-${InitiationMethod?.trim() || 'UNKNOWN'}-${State.trim()}`;
}

function toMediaType({ Channel }: AgentContact): StateWords['mediaType'] {
  const channel = toWord(Channel);
  return channel === 'voice' || channel === 'chat' ? channel : null;
}

/** Milliseconds since 1970; null where the snapshot does not say. */
export function readStartMs({ startedAt }: Pick<SnapshotState, 'startedAt'>): number | null {
  const ms = /^\d{4}-\d{2}-\d{2}T/.test(startedAt ?? '') ? Date.parse(startedAt ?? '') : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
