// An agent's state as an item of the table, and back.
import { toTransitionSequence } from '../domain/agent-states/agent-position.ts';
import type { ShownState } from '../domain/agent-states/agent-state.ts';
import type { AgentState } from '../domain/agent-states/agent-transitions.ts';
import { isFields } from '../domain/delivery/hub-failure.ts';
import { ConfigError } from '../domain/errors.ts';
import { readFlag, readText, readTexts, readWord } from './item-fields.ts';

type Item = Readonly<Record<string, unknown>>;

const mediaTypes = ['voice', 'chat'] as const;

/** Differs whenever another write came between: an agent taken for stale keeps the position of its last event. */
export function toRevision(state: AgentState): string {
  const position = toTransitionSequence(state.sequenceNumber, 0);
  return `${new Date(state.atMs).toISOString()}#${position}#${state.isOffline ? 'offline' : 'online'}`;
}

/** Attributes of an agent's item beside its keys and its end. */
export function toAgentStateAttributes(state: AgentState) {
  const { atMs, recentEventIds, shown, ...rest } = state;
  return {
    ...rest,
    revision: toRevision(state),
    lastEventAt: new Date(atMs).toISOString(),
    recentEventIds: [...recentEventIds],
    shown: shown === null ? null : { ...shown },
  };
}

/** @throws {ConfigError} when the item is not as we wrote it */
export function parseAgentState(item: Item): AgentState {
  return {
    atMs: Date.parse(readText(item, 'lastEventAt')),
    sequenceNumber: readText(item, 'sequenceNumber'),
    recentEventIds: readTexts(item, 'recentEventIds'),
    agentValue: readTextOrNull(item, 'agentValue'),
    shown: parseShown(item['shown']),
    shownContactId: readTextOrNull(item, 'shownContactId'),
    isLoggedOut: readFlag(item, 'isLoggedOut'),
    isOffline: readFlag(item, 'isOffline'),
    snapshotKey: readText(item, 'snapshotKey'),
    hiddenContactsKey: readText(item, 'hiddenContactsKey'),
  };
}

function parseShown(shown: unknown): ShownState | null {
  if (shown === null) return null;
  if (!isFields(shown))
    throw new ConfigError('An item of the agent state table has no shown state: it was changed by hand');
  return {
    agentValue: readText(shown, 'agentValue'),
    agentId: readText(shown, 'agentId'),
    eventId: readText(shown, 'eventId'),
    eventReason: readText(shown, 'eventReason'),
    activityCode: readTextOrNull(shown, 'activityCode'),
    status: readWord(shown, 'status', ['Open', 'Closed']),
    mapped: readFlag(shown, 'mapped'),
    mediaType: shown['mediaType'] === null ? null : readWord(shown, 'mediaType', mediaTypes),
  };
}

function readTextOrNull(item: Item, name: string): string | null {
  return item[name] === null ? null : readText(item, name);
}
