// Agent events out of a dead letter queue, through the same code as agent-events runs, with the operator's rights: the
// customer's stream is for reading only, and a record that was fixed there would not come again.
import {
  processAgentEvents,
  type AgentEventResult,
  type AgentEventsDeps,
} from '../../../functions/agent-events/process-agent-events.ts';
import {
  decodeAgentRecord,
  type ReceivedEvent,
  type StreamRecord,
} from '../../../functions/lib/domain/agent-states/agent-record.ts';
import {
  createAgentStateRules,
  type AgentStateRules,
} from '../../../functions/lib/domain/agent-states/agent-state-rules.ts';
import {
  applyEvent,
  isSameState,
  type AgentState,
} from '../../../functions/lib/domain/agent-states/agent-transitions.ts';
import { createAgentEventDlq } from '../../../functions/lib/io/agent-event-dlq.ts';
import type { AgentStateStore } from '../../../functions/lib/io/agent-state-store.ts';
import { createHubClient } from '../../../functions/lib/io/hub-client.ts';
import { readHubAccessKey } from '../../../functions/lib/io/hub-secret.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../local/aws/json-value.ts';
import type { Deployment, Stores } from '../deployment.ts';
import { parseBody } from './dead-letter-queues.ts';

export interface ReplayOutcome {
  readonly isDone: boolean;
  /** What became of it, or why nothing did. */
  readonly result: string;
}

export type ReplayRecords = (records: readonly StreamRecord[]) => Promise<ReplayOutcome>;

function readText(object: JsonObject, field: string): string | null {
  const value = object[field];
  return typeof value === 'string' ? value : null;
}

/** The record of a message of the agent event DLQ; null when its payload is nowhere to be found. */
export async function readDeadLetter(
  body: string,
  staging: Pick<Stores['staging'], 'read'>,
): Promise<StreamRecord | null> {
  const letter = parseBody(body);
  const [payload, payloadKey] = [readText(letter, 'payload'), readText(letter, 'payloadKey')];
  const encoding = letter['payloadEncoding'] === 'base64' ? 'base64' : 'utf8';
  const staged = payload === null && payloadKey !== null ? await staging.read(payloadKey) : null;
  const bytes = payload === null ? staged : Buffer.from(payload, encoding);
  const sequenceNumber = readText(letter, 'sequenceNumber');
  if (bytes === null || sequenceNumber === null) return null;
  return {
    streamArn: readText(letter, 'streamArn') ?? '',
    shardId: readText(letter, 'shardId') ?? '',
    sequenceNumber,
    partitionKey: readText(letter, 'partitionKey') ?? '',
    arrivedAtMs: Date.parse(readText(letter, 'arrivedAt') ?? ''),
    data: Buffer.from(bytes).toString('base64'),
  };
}

function toRecord(value: JsonValue): StreamRecord | null {
  if (!isJsonObject(value)) return null;
  const kinesis = value['kinesis'];
  if (kinesis === undefined || !isJsonObject(kinesis)) return null;
  const [data, sequenceNumber] = [readText(kinesis, 'data'), readText(kinesis, 'sequenceNumber')];
  if (data === null || sequenceNumber === null) return null;
  return {
    streamArn: readText(value, 'eventSourceARN') ?? '',
    shardId: readText(value, 'eventID')?.split(':')[0] ?? '',
    sequenceNumber,
    partitionKey: readText(kinesis, 'partitionKey') ?? '',
    arrivedAtMs: Math.round(Number(kinesis['approximateArrivalTimestamp']) * 1000),
    data,
  };
}

/**
 * The records of a discarded batch, in order; null when the object is no invocation record with a payload.
 * @source AWS Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source"
 */
export function readDiscardedRecords(object: Uint8Array): StreamRecord[] | null {
  const { payload } = parseBody(Buffer.from(object).toString('utf8'));
  const event = typeof payload === 'string' ? parseBody(payload) : payload;
  const list = event !== undefined && isJsonObject(event) ? event['Records'] : undefined;
  if (!Array.isArray(list) || list.length === 0) return null;
  const records = list.map(toRecord).filter((record) => record !== null);
  return records.length === list.length ? records : null;
}

/** null where the event shows nothing, or the rules fail on it: then the work itself says so. */
function readShown(before: AgentState, received: ReceivedEvent, rules: AgentStateRules): AgentState['shown'] {
  try {
    return applyEvent(before, received, rules).agentState?.shown ?? null;
  } catch {
    return null;
  }
}

/**
 * agent-events remembers a state the hub has refused like one it has taken, and would call the event a duplicate. Where that
 * state is still the agent's newest one, its event is applied once more; the hub keeps the newer of two.
 */
function reopenShown(
  store: AgentStateStore,
  records: readonly StreamRecord[],
  rules: AgentStateRules,
): AgentStateStore {
  const reopened = new Set<string>();
  return {
    ...store,
    async readStates(agentArns) {
      const known = await store.readStates(agentArns);
      for (const record of records) {
        const { received } = decodeAgentRecord(record, rules.settings);
        const state = known.get(received?.event.AgentARN ?? '');
        if (received === undefined || state?.shown == null) continue;
        const before: AgentState = { ...state, atMs: received.atMs - 1, recentEventIds: [], shown: null };
        const shown = readShown(before, received, rules);
        if (shown === null || !isSameState(shown, state.shown)) continue;
        known.set(received.event.AgentARN, before);
        reopened.add(received.event.AgentARN);
      }
      return known;
    },
    // What is remembered of the agent is newer than this event, or says the same.
    writeState: (agentArn, state, seen) =>
      reopened.has(agentArn) ? Promise.resolve() : store.writeState(agentArn, state, seen),
  };
}

/** `2 delivered, 1 stale`, most frequent first. */
function toResultText(results: readonly AgentEventResult[]): string {
  const counts = Map.groupBy(results, ({ outcome }) => outcome);
  return [...counts]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([outcome, of]) => `${of.length} ${outcome}`)
    .join(', ');
}

/**
 * Runs the records of one shard, in order. A record that fails again stays where it is: as a single dead letter it is not
 * done; out of a discarded batch it moves to the agent event DLQ, as it would have at first.
 */
export function createReplay(
  { settings, names, clients, allowHttpHub }: Deployment,
  { agentStates, staging }: Pick<Stores, 'agentStates' | 'staging'>,
  from: 'agent-event-dlq' | 'agent-event-discards',
): ReplayRecords {
  const { acd, hub } = settings;
  const isSingle = from === 'agent-event-dlq';
  const shared = {
    hub: createHubClient({
      ...hub,
      acdName: acd.name,
      readAccessKey: () => readHubAccessKey(clients.secretsManager, names.hubSecretArn),
      allowHttp: allowHttpHub,
    }),
    rules: createAgentStateRules(settings.agentStates, settings.agents),
    acdName: acd.name,
    installedAtMs: -Infinity,
    // Its message stands in the queue already: nothing is sent there, and nothing marked as sent.
    ...(isSingle
      ? {
          store: {
            ...agentStates,
            readSentDeadLetters: () => Promise.resolve(new Set<string>()),
            markDeadLetter: () => Promise.resolve(),
          },
          dlq: { send: () => Promise.resolve() },
        }
      : { store: agentStates, dlq: createAgentEventDlq(clients.sqs, names.agentEventDlqUrl, staging) }),
  } satisfies Omit<AgentEventsDeps, 'reportResults' | 'reportFailure'>;

  return async (records) => {
    const results: AgentEventResult[] = [];
    let failure = '';
    const failed = await processAgentEvents(
      {
        ...shared,
        ...(isSingle
          ? { store: reopenShown(shared.store, records, shared.rules), replayId: new Date().toISOString() }
          : {}),
        reportResults: (some) => void results.push(...some),
        reportFailure: ({ name, message }) => {
          failure = `${name}: ${message}`;
        },
      },
      records,
    );
    if (failed !== null) return { isDone: false, result: failure };
    const poison = results.find(({ outcome }) => outcome === 'deadLettered')?.poison;
    if (isSingle && poison !== undefined && poison !== null) {
      return { isDone: false, result: `${poison.fault}: ${poison.reason}` };
    }
    return { isDone: true, result: toResultText(results) };
  };
}
