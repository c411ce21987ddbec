// One agent event applied to what is known of its agent: which transitions it makes, or why it makes none.
import type { AgentContact, AgentSnapshot } from '../../../../schemas/agent-event.ts';
import type { AgentStateRecord } from '../../../../schemas/agent-states.ts';
import { toInstant } from '../interval.ts';
import { comparePositions, toTransitionSequence } from './agent-position.ts';
import type { ReceivedEvent } from './agent-record.ts';
import type { AgentStateRules } from './agent-state-rules.ts';
import { readSnapshotState, readStartMs, toLoginState, type ShownState } from './agent-state.ts';
import { toWord } from './event-word.ts';

/** What is remembered of an agent between two events. */
export interface AgentState {
  /** Time and sequence number of the last applied event. */
  readonly atMs: number;
  readonly sequenceNumber: string;
  /** EventIds of the last applied events, the newest last. */
  readonly recentEventIds: readonly string[];
  /** The last login an event named; null while none did. */
  readonly agentValue: string | null;
  /** What the hub was told last. */
  readonly shown: ShownState | null;
  readonly shownContactId: string | null;
  readonly isLoggedOut: boolean;
  /** The agent's status is of type OFFLINE: no heartbeats are to be expected for long. */
  readonly isOffline: boolean;
  /** Stands for the status and contacts of the last snapshot. */
  readonly snapshotKey: string;
  /** Stands for the contacts that are not shown; empty when there are none. */
  readonly hiddenContactsKey: string;
}

export type AgentEventOutcome = 'delivered' | 'unchanged' | 'outOfScope' | 'duplicate' | 'stale';

export interface AppliedEvent {
  /** The state given when the event changes nothing at all (a duplicate or stale one). */
  readonly agentState: AgentState | null;
  /** In order. */
  readonly transitions: readonly AgentStateRecord[];
  readonly outcome: AgentEventOutcome;
  /** No event has ever named the agent: the last part of its ARN stands for the login. */
  readonly isNameGuessed: boolean;
}

const recentEventCount = 16;

/**
 * Applies one event. An event not later than the last applied one is stale, one whose EventId is known a duplicate.
 * @source docs/agent-states.md, What is sent
 */
export function applyEvent(before: AgentState | null, received: ReceivedEvent, rules: AgentStateRules): AppliedEvent {
  const { event, atMs, sequenceNumber } = received;
  const ignore = (outcome: AgentEventOutcome): AppliedEvent => ({
    agentState: before,
    transitions: [],
    outcome,
    isNameGuessed: false,
  });
  if (before?.recentEventIds.includes(event.EventId)) return ignore('duplicate');
  if (before !== null && comparePositions(received, before) <= 0) return ignore('stale');

  const current = event.CurrentAgentSnapshot ?? null;
  const agentValue = readLogin(current) ?? readLogin(event.PreviousAgentSnapshot) ?? before?.agentValue ?? null;
  const sentValue = agentValue ?? (event.AgentARN.split('/').at(-1) || event.AgentARN);
  const identity = { agentValue: sentValue, agentId: rules.agentIdOf(sentValue) };
  const type = toWord(event.EventType);

  const snapshot = current ?? (type === 'logout' ? event.PreviousAgentSnapshot : null) ?? null;
  const snapshotKey = snapshot === null ? (before?.snapshotKey ?? '') : toSnapshotKey(snapshot);
  const wasLoggedOut = before?.isLoggedOut ?? false;
  const isIgnored =
    wasLoggedOut && (type === 'heart_beat' || (type !== 'login' && snapshotKey === before?.snapshotKey));
  const derived =
    current === null || type === 'logout' || isIgnored
      ? null
      : readSnapshotState(current, before?.shownContactId ?? null, rules);

  const transitions: AgentStateRecord[] = [];
  let shown = before?.shown ?? null;
  const show = (words: Omit<ShownState, 'agentValue' | 'agentId'>, startMs: number): void => {
    const { eventId, eventReason, activityCode, status, mapped, mediaType } = words;
    const next: ShownState = { ...identity, eventId, eventReason, activityCode, status, mapped, mediaType };
    if (shown !== null && isSameState(shown, next)) return;
    shown = next;
    transitions.push(toTransition(next, received, startMs, transitions.length));
  };
  if (type === 'login') show(toLoginState('LOGIN', rules), atMs);
  if (type === 'logout') show(toLoginState('LOGOUT', rules), atMs);
  if (derived !== null) {
    const ownStartMs = type === 'heart_beat' ? readStartMs(derived) : null;
    const isOwnStartUsable = ownStartMs !== null && ownStartMs <= atMs && ownStartMs > (before?.atMs ?? -Infinity);
    show(derived.words, isOwnStartUsable ? ownStartMs : atMs);
  }

  const hiddenContactsKey = current === null ? (before?.hiddenContactsKey ?? '') : toHiddenContactsKey(current, rules);
  const hasHiddenChange = hiddenContactsKey !== (before?.hiddenContactsKey ?? '');
  const agentState: AgentState = {
    atMs,
    sequenceNumber,
    recentEventIds:
      before === null ? [event.EventId] : [...before.recentEventIds.slice(1 - recentEventCount), event.EventId],
    agentValue,
    shown,
    shownContactId: derived === null ? (before?.shownContactId ?? null) : derived.contactId,
    // Without a snapshot nothing but a login ends it: then the key is the one of before, and the event is ignored.
    isLoggedOut: type === 'logout' || isIgnored,
    isOffline: derived === null ? (before?.isOffline ?? false) : derived.isOffline,
    snapshotKey: isIgnored ? (before?.snapshotKey ?? '') : snapshotKey,
    hiddenContactsKey,
  };
  const quiet = hasHiddenChange ? 'outOfScope' : 'unchanged';
  const outcome = transitions.length > 0 ? 'delivered' : quiet;
  return { agentState, transitions, outcome, isNameGuessed: agentValue === null };
}

/** Whether the hub would show the same. */
export function isSameState(left: ShownState, right: ShownState): boolean {
  return (
    left.agentValue === right.agentValue &&
    left.agentId === right.agentId &&
    left.eventId === right.eventId &&
    left.eventReason === right.eventReason &&
    left.activityCode === right.activityCode &&
    left.status === right.status &&
    left.mapped === right.mapped &&
    left.mediaType === right.mediaType
  );
}

function toTransition(
  state: ShownState,
  { event, atMs, sequenceNumber }: ReceivedEvent,
  startMs: number,
  ordinal: number,
) {
  const eventTime = toInstant(atMs);
  return {
    agentValue: state.agentValue,
    agentId: state.agentId,
    eventId: state.eventId,
    eventReason: state.eventReason,
    activityCode: state.activityCode,
    status: state.status,
    mapped: state.mapped,
    mediaType: state.mediaType,
    startTime: startMs === atMs ? eventTime : toInstant(startMs),
    eventTime,
    sourceEventId: event.EventId,
    sequence: toTransitionSequence(sequenceNumber, ordinal),
  };
}

function readLogin(snapshot: AgentSnapshot | null | undefined): string | null {
  const login = snapshot?.Configuration?.Username ?? '';
  return login.trim() === '' ? null : login;
}

/** A status by its start (by its name where that is missing) and the contacts with their states: all that is no configuration. */
function toSnapshotKey({ AgentStatus, Contacts }: AgentSnapshot): string {
  const status = AgentStatus?.StartTimestamp ?? AgentStatus?.Name ?? '';
  return Contacts && Contacts.length > 0 ? `${status}|${joinContacts(Contacts)}` : status;
}

function toHiddenContactsKey({ Contacts }: AgentSnapshot, rules: AgentStateRules): string {
  return joinContacts((Contacts ?? []).filter((contact) => !rules.isInScope(contact)));
}

function joinContacts(contacts: readonly AgentContact[]): string {
  const [text = '', ...others] = contacts.map(({ ContactId, Channel, State }) => `${ContactId ?? Channel} ${State}`);
  // Most agents have one contact at most.
  return others.length === 0 ? text : [text, ...others].sort().join('|');
}
