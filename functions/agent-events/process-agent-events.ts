// The order of work on a batch: fold, one post, then the DLQ, then the agents' states. What is written last is what makes a
// repeat a no-op, so a batch that dies anywhere in between is sent again with the same bytes under the same key.
import { foldBatch, type FoldedBatch, type RecordResult } from '../lib/domain/agent-states/agent-batch.ts';
import { toDeadLetter } from '../lib/domain/agent-states/agent-dead-letter.ts';
import {
  decodeAgentRecord,
  type DecodedRecord,
  type Poison,
  type StreamRecord,
} from '../lib/domain/agent-states/agent-record.ts';
import type { AgentStateRules } from '../lib/domain/agent-states/agent-state-rules.ts';
import { encodeAgentStates } from '../lib/domain/agent-states/agent-states-body.ts';
import { deliverAgentStates } from '../lib/domain/agent-states/agent-states-delivery.ts';
import type { AgentState } from '../lib/domain/agent-states/agent-transitions.ts';
import { ConnectorError } from '../lib/domain/errors.ts';
import type { AgentEventDlq } from '../lib/io/agent-event-dlq.ts';
import type { AgentStateStore } from '../lib/io/agent-state-store.ts';
import { mapConcurrently } from '../lib/io/concurrency.ts';
import type { AgentStatesClient } from '../lib/io/hub-client.ts';

export interface AgentEventResult extends RecordResult {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** EventTimestamp; null where it could not be read. */
  readonly eventMs: number | null;
}

export interface AgentEventsDeps {
  readonly store: Omit<AgentStateStore, 'listStates' | 'readTimelines'>;
  readonly hub: Pick<AgentStatesClient, 'postAgentStates'>;
  readonly dlq: AgentEventDlq;
  readonly rules: AgentStateRules;
  readonly acdName: string;
  /** -Infinity where nothing counts as a backlog from before. */
  readonly installedAtMs: number;
  /** Set where an operator replays what the hub has refused; see encodeAgentStates. */
  readonly replayId?: string;
  /** What became of records that will not come again. */
  readonly reportResults: (results: readonly AgentEventResult[]) => void;
  /** Why the batch will come again from a record on. */
  readonly reportFailure: (error: ConnectorError, sequenceNumber: string) => void;
}

interface Attempt {
  readonly error: unknown;
  /** First record that has to come again. */
  readonly failedIndex: number;
}

const callsAtOnce = 8;
const feedStepMs = 60_000;

/**
 * Works on the records of one shard, in order.
 * @returns the first sequence number that has to come again, null when all are done; nothing behind it was sent without the hub's answer
 * @throws what is no error of ours (a mistake in the code): the whole batch comes again
 */
export async function processAgentEvents(
  deps: AgentEventsDeps,
  records: readonly StreamRecord[],
): Promise<string | null> {
  const first = records[0];
  if (first === undefined) return null;
  const decoded = records.map((record) => decodeAgentRecord(record, deps.rules.settings));
  const failed = await attemptBatch(deps, records, decoded);
  if (failed === null) return null;
  if (!(failed.error instanceof ConnectorError)) throw failed.error;
  const failedRecord = records[failed.failedIndex] ?? first;
  deps.reportFailure(failed.error, failedRecord.sequenceNumber);
  // What stands before the failed record makes no transition: it need not wait for the hub.
  const { failedIndex } = failed;
  const settled = await attemptBatch(deps, records.slice(0, failedIndex), decoded.slice(0, failedIndex));
  return (settled === null ? failedRecord : first).sequenceNumber;
}

async function attemptBatch(
  deps: AgentEventsDeps,
  records: readonly StreamRecord[],
  decoded: readonly DecodedRecord[],
): Promise<Attempt | null> {
  let failedIndex = 0;
  try {
    const known = await deps.store.readStates(
      decoded.flatMap(({ received }) => (received === undefined ? [] : [received.event.AgentARN])),
    );
    const folded = foldBatch(decoded, known, deps.rules, deps.installedAtMs);
    failedIndex = folded.firstTransitionIndex ?? 0;
    const poison = await postTransitions(deps, folded);
    failedIndex = Math.min(folded.firstTransitionIndex ?? records.length, ...poison.keys());
    await sendDeadLetters(deps, records, poison);
    failedIndex = 0;
    await rememberStates(deps, folded, known);
    deps.reportResults(toResults(records, decoded, folded, poison));
    return null;
  } catch (error) {
    return { error, failedIndex };
  }
}

/**
 * Sends what there is to send, and keeps what the hub has taken for the timelines: twice after a repeat, which reading them
 * evens out. The answer is every record for the DLQ: poison of the batch, and events the hub refused.
 */
async function postTransitions(
  { hub, store, acdName, replayId }: AgentEventsDeps,
  { transitions, results }: FoldedBatch,
): Promise<Map<number, Poison>> {
  const refused = await deliverAgentStates(
    transitions.map(({ state }) => state),
    (states) => encodeAgentStates(acdName, states, replayId),
    (batch) => hub.postAgentStates(batch),
  );
  await store.appendToTimelines(transitions.flatMap(({ state }, position) => (refused.has(position) ? [] : [state])));
  const poison = new Map(
    results.flatMap((result, index) => (result.poison === null ? [] : [[index, result.poison] as const])),
  );
  for (const [position, reason] of refused) {
    const recordIndex = transitions[position]?.recordIndex;
    if (recordIndex !== undefined) poison.set(recordIndex, { fault: 'hub', reason });
  }
  return poison;
}

/** At least once, under an id that makes a repeat recognisable; what was sent is marked, so that a repeat is rare. */
async function sendDeadLetters(
  { dlq, store }: AgentEventsDeps,
  records: readonly StreamRecord[],
  poison: ReadonlyMap<number, Poison>,
): Promise<void> {
  if (poison.size === 0) return;
  const deadLetters = [...poison].flatMap(([index, why]) => {
    const record = records[index];
    return record === undefined ? [] : [toDeadLetter(record, why)];
  });
  const sent = await store.readSentDeadLetters(deadLetters.map(({ letter }) => letter.deadLetterId));
  const toSend = deadLetters.filter(({ letter }) => !sent.has(letter.deadLetterId));
  await mapConcurrently(toSend, callsAtOnce, async (deadLetter) => {
    await dlq.send(deadLetter);
    await store.markDeadLetter(deadLetter.letter.deadLetterId);
  });
}

async function rememberStates(
  { store }: AgentEventsDeps,
  { states, newestEventMs }: FoldedBatch,
  known: ReadonlyMap<string, AgentState>,
): Promise<void> {
  await mapConcurrently([...states], callsAtOnce, ([agentArn, state]) =>
    store.writeState(agentArn, state, known.get(agentArn) ?? null),
  );
  if (newestEventMs === null) return;
  const seenMs = await store.readLastEventMs();
  if (seenMs === null || newestEventMs - seenMs >= feedStepMs) await store.advanceLastEvent(newestEventMs, seenMs);
}

function toResults(
  records: readonly StreamRecord[],
  decoded: readonly DecodedRecord[],
  { results }: FoldedBatch,
  poison: ReadonlyMap<number, Poison>,
): AgentEventResult[] {
  return records.flatMap(({ shardId, sequenceNumber }, index) => {
    const result = results[index];
    if (result === undefined) return [];
    const why = poison.get(index);
    const verdict: RecordResult = why === undefined ? result : { ...result, outcome: 'deadLettered', poison: why };
    const eventMs = decoded[index]?.received?.atMs ?? null;
    return [{ ...verdict, shardId, sequenceNumber, eventMs }];
  });
}
