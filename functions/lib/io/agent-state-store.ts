// What the real-time pipeline remembers in DynamoDB: each agent's state, the states sent, which records are in the DLQ, the
// last event seen.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AgentStateRecord } from '../../../schemas/agent-states.ts';
import { comparePositions } from '../domain/agent-states/agent-position.ts';
import { parseTimelinePage, toTimelinePages, type TimelineState } from '../domain/agent-states/agent-timeline-pages.ts';
import type { AgentState } from '../domain/agent-states/agent-transitions.ts';
import type { KnownAgent } from '../domain/agent-states/stale-agents.ts';
import { CheckpointConflictError, CheckpointUnavailableError } from '../domain/errors.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import { parseAgentState, toAgentStateAttributes, toRevision } from './agent-state-item.ts';
import { callAws } from './aws-errors.ts';
import { createCheckpointTable, type ItemKey } from './checkpoint-table.ts';
import { mapConcurrently } from './concurrency.ts';
import { readText } from './item-fields.ts';

export interface AgentStateStore {
  /** Agents nothing is known of are left out. */
  readStates(agentArns: readonly string[]): Promise<Map<string, AgentState>>;
  /** Writes a state if the agent's still is what was read; a later one that stands there already is left in peace. */
  writeState(agentArn: string, state: AgentState, seen: AgentState | null): Promise<void>;
  listStates(): Promise<KnownAgent[]>;
  /** Keeps what the hub has taken, in order of arrival; nothing where no timelines are kept. One write for a small batch. */
  appendToTimelines(states: readonly AgentStateRecord[]): Promise<void>;
  /** What was kept of a day in UTC (`2026-11-22`), in order; null when there is nothing, and nobody can say why. */
  readTimelines(day: string): Promise<TimelineState[] | null>;
  /** Those of the given dead letters whose message was sent. */
  readSentDeadLetters(deadLetterIds: readonly string[]): Promise<Set<string>>;
  markDeadLetter(deadLetterId: string): Promise<void>;
  /** EventTimestamp of the newest event seen, to about a minute; null before the first. */
  readLastEventMs(): Promise<number | null>;
  /** Moves it forward from what was read; another one that moved it meanwhile is as good. */
  advanceLastEvent(atMs: number, seenMs: number | null): Promise<void>;
}

export interface AgentStateStoreOptions {
  readonly tableName: string;
  readonly acdName: string;
  /** How long the state of an agent who sends nothing is kept. */
  readonly keepDays: number;
  /** How long the states sent are kept; 0: not at all. */
  readonly timelineDays: number;
  readonly nowMs?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

// One partition takes 1,000 writes a second; a large centre's agents are spread over these.
const agentPartitions = Array.from({ length: 16 }, (_, digit) => digit.toString(16));
const maxKeysARead = 100;
const maxReadTries = 6;
/** As long as a message can stay in a queue. */
const deadLetterDays = 14;
const secondsADay = 86_400;

/**
 * @throws {CheckpointConflictError} from writeState, when another invocation took the agent: the batch is to be read anew
 * @throws {CheckpointUnavailableError} {AccessDeniedError} {ConfigError} from every method, by DynamoDB's answer
 */
export function createAgentStateStore(client: DynamoDBClient, options: AgentStateStoreOptions): AgentStateStore {
  const { tableName, acdName, keepDays, timelineDays, nowMs = Date.now } = options;
  const wait = options.wait ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const table = createCheckpointTable(client, tableName, nowMs);
  const documents = DynamoDBDocumentClient.from(client);
  const agentPartition = (digit: string) => `${acdName}#agent#${digit}`;
  const agentKey = (agentArn: string) => ({ pk: agentPartition(fingerprint([agentArn], 1)), sk: agentArn });
  const timelinePartition = (day: string) => `${acdName}#timeline#${day}`;
  const deadLetterKey = (deadLetterId: string) => ({ pk: `${acdName}#dead-letter#${deadLetterId}`, sk: 'sent' });
  const feedKey = { pk: `${acdName}#feed`, sk: 'agent-events' };
  const expiresIn = (days: number) => Math.floor(nowMs() / 1000) + days * secondsADay;
  const isAlive = (item: Record<string, unknown>) => Number(item['expiresAtEpochSeconds']) * 1000 > nowMs();

  const readPage = async (page: readonly ItemKey[]): Promise<Record<string, unknown>[]> => {
    const items: Record<string, unknown>[] = [];
    let keys: Record<string, unknown>[] = page.map((key) => ({ ...key }));
    for (let tries = 0; keys.length > 0; tries += 1) {
      if (tries === maxReadTries) {
        throw new CheckpointUnavailableError(
          `The agent state table left ${keys.length} of ${page.length} items unread in ${maxReadTries} tries: it is throttling`,
        );
      }
      if (tries > 0) await wait(20 * 2 ** tries);
      const answer = await callAws('checkpoint', 'read the agent state table', () =>
        documents.send(new BatchGetCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } })),
      );
      items.push(...(answer.Responses?.[tableName] ?? []));
      keys = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    return items;
  };
  const readMany = async (keys: readonly ItemKey[]): Promise<Record<string, unknown>[]> => {
    const pages = Array.from({ length: Math.ceil(keys.length / maxKeysARead) }, (_, page) =>
      keys.slice(page * maxKeysARead, (page + 1) * maxKeysARead),
    );
    return (await mapConcurrently(pages, 4, readPage)).flat();
  };

  return {
    async readStates(agentArns) {
      const items = await readMany([...new Set(agentArns)].map(agentKey));
      return new Map(items.map((item) => [readText(item, 'sk'), parseAgentState(item)]));
    },
    async writeState(agentArn, state, seen) {
      const attributes = toAgentStateAttributes(state);
      const item = { ...agentKey(agentArn), ...attributes, expiresAtEpochSeconds: expiresIn(keepDays) };
      const isWritten = await table.writeIf(item, seen === null ? {} : { revision: toRevision(seen) });
      if (isWritten) return;
      const current = await table.read(agentKey(agentArn));
      if (current !== null && current['revision'] === attributes.revision) return;
      if (current !== null && comparePositions(parseAgentState(current), state) > 0) return;
      throw new CheckpointConflictError(
        'Another invocation changed the state of the same agent; the batch is applied again to what stands there now',
      );
    },
    async listStates() {
      const pages = await mapConcurrently(agentPartitions, 4, (digit) =>
        table.list(agentPartition(digit), ' ', '\u{10FFFF}'),
      );
      return pages.flat().map((item) => ({ agentArn: readText(item, 'sk'), state: parseAgentState(item) }));
    },
    async appendToTimelines(states) {
      if (timelineDays === 0) return;
      const expiresAtEpochSeconds = expiresIn(timelineDays + 1);
      await mapConcurrently(toTimelinePages(states), 4, ({ day, pageId, text }) =>
        table.write({ pk: timelinePartition(day), sk: pageId, states: text, expiresAtEpochSeconds }),
      );
    },
    async readTimelines(day) {
      const items = (await table.list(timelinePartition(day), ' ', '\u{10FFFF}')).filter(isAlive);
      return items.length === 0 ? null : items.flatMap((item) => parseTimelinePage(readText(item, 'states')));
    },
    async readSentDeadLetters(deadLetterIds) {
      const items = await readMany([...new Set(deadLetterIds)].map(deadLetterKey));
      return new Set(items.filter(isAlive).map((item) => readText(item, 'deadLetterId')));
    },
    async markDeadLetter(deadLetterId) {
      const sentAt = new Date(nowMs()).toISOString();
      const expiresAtEpochSeconds = expiresIn(deadLetterDays);
      await table.write({ ...deadLetterKey(deadLetterId), deadLetterId, sentAt, expiresAtEpochSeconds });
    },
    async readLastEventMs() {
      const item = await table.read(feedKey);
      return item === null ? null : Date.parse(readText(item, 'lastAgentEvent'));
    },
    async advanceLastEvent(atMs, seenMs) {
      const toText = (ms: number) => new Date(ms).toISOString();
      const expected = seenMs === null ? {} : { lastAgentEvent: toText(seenMs) };
      await table.writeIf({ ...feedKey, lastAgentEvent: toText(atMs), updatedAt: toText(nowMs()) }, expected);
    },
  };
}
