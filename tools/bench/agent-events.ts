// What the real-time path costs beside the least anybody can do with the same batch: base64 and JSON.parse of every record. And
// how much later agents are shown when a record before theirs is poison.
import { setTimeout as delay } from 'node:timers/promises';
import { processAgentEvents, type AgentEventsDeps } from '../../functions/agent-events/process-agent-events.ts';
import { foldBatch } from '../../functions/lib/domain/agent-states/agent-batch.ts';
import { decodeAgentRecord, type StreamRecord } from '../../functions/lib/domain/agent-states/agent-record.ts';
import { createAgentStateRules } from '../../functions/lib/domain/agent-states/agent-state-rules.ts';
import type { AgentState } from '../../functions/lib/domain/agent-states/agent-transitions.ts';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import { createRecords } from './generated-events.ts';
import { measureRounds, type BenchOptions } from './measurement.ts';
import { findMedian } from './median.ts';

export interface AgentEventsCost {
  readonly recordCount: number;
  readonly bytesARecord: number;
  /** Processor time, medians. */
  readonly parseMs: number;
  readonly pathMs: number;
  readonly handlerMs: number;
  readonly recordsASecond: number;
  /** Decode, check, derive and stringify, to base64 and JSON.parse alone. */
  readonly pathRatio: number;
  /** The whole handler, which also keeps the states, and hashes and packs the post. */
  readonly handlerRatio: number;
  /** Time until the hub has a batch's states, with a poison record before them to without: the largest of the batches'. */
  readonly poisonDelayRatio: number;
}

const recordCount = 1000;
const batchSize = 100;
// A round is some 30 ms of work, and the compiler takes seconds to have done with it.
const eventWarmUpCount = 100;
// What the services take in a region, roughly; without it a poison record would be compared with a batch that takes no time.
const waitsMs = { hub: 50, queue: 10, table: 5 };
const noWaits = { hub: 0, queue: 0, table: 0 };
const poisonWarmUpCount = 2;

const { agentStates, agents } = parseSettings({ acd: { name: 'acd' }, hub: { url: 'http://127.0.0.1' } }, 'the bench');
const rules = createAgentStateRules(agentStates, agents);

function createDeps(waits: typeof waitsMs, onPosted?: () => void): AgentEventsDeps {
  const after = async <T>(ms: number, value: T): Promise<T> => {
    if (ms > 0) await delay(ms);
    return value;
  };
  return {
    rules,
    acdName: 'acd',
    installedAtMs: -Infinity,
    hub: {
      async postAgentStates({ recordCount: sent }) {
        await after(waits.hub, undefined);
        onPosted?.();
        return { status: 'accepted', accepted: sent, ignoredAsOlder: 0, rejected: [] };
      },
    },
    dlq: { send: () => after(waits.queue, undefined) },
    store: {
      readStates: () => after(waits.table, new Map<string, AgentState>()),
      // All of a batch at once: in a region they wait beside each other.
      writeState: () => Promise.resolve(),
      appendToTimelines: () => after(waits.table, undefined),
      readSentDeadLetters: () => after(waits.table, new Set<string>()),
      markDeadLetter: () => after(waits.table, undefined),
      readLastEventMs: () => after(waits.table, null),
      advanceLastEvent: () => after(waits.table, undefined),
    },
    reportResults: () => undefined,
    reportFailure: (error) => {
      throw error;
    },
  };
}

function parseAlone(records: readonly StreamRecord[]): void {
  let parsedCount = 0;
  for (const { data } of records) {
    const event: unknown = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
    if (event !== null) parsedCount += 1;
  }
  if (parsedCount !== records.length) throw new Error('The comparison did not parse every record');
}

function deriveStates(records: readonly StreamRecord[]): void {
  for (let start = 0; start < records.length; start += batchSize) {
    const decoded = records.slice(start, start + batchSize).map((record) => decodeAgentRecord(record, rules.settings));
    const { transitions } = foldBatch(decoded, new Map(), rules, -Infinity);
    const text = JSON.stringify(transitions.map(({ state }) => state));
    if (transitions.length === 0 || text.length === 0) throw new Error('The comparison made no transition');
  }
}

async function processInBatches(records: readonly StreamRecord[], deps: AgentEventsDeps): Promise<void> {
  for (let start = 0; start < records.length; start += batchSize) {
    const failed = await processAgentEvents(deps, records.slice(start, start + batchSize));
    if (failed !== null) throw new Error(`The batch would come again from record ${failed}`);
  }
}

/** Milliseconds from the start until the hub has the states of each batch, by the clock: what is measured is waiting. */
async function measurePosts(records: readonly StreamRecord[]): Promise<number[]> {
  const startedAtMs = performance.now();
  const postedMs: number[] = [];
  await processInBatches(
    records,
    createDeps(waitsMs, () => postedMs.push(performance.now() - startedAtMs)),
  );
  return postedMs;
}

async function measurePoisonDelay(records: readonly StreamRecord[], runCount: number): Promise<number> {
  const [first, ...others] = records;
  if (first === undefined) throw new Error('There are no records to delay');
  const poisoned = [{ ...first, data: Buffer.from('no event').toString('base64') }, ...others];
  const ratios: number[] = [];
  for (let run = -poisonWarmUpCount; run < runCount; run += 1) {
    const soundMs = await measurePosts(records);
    const delayedMs = await measurePosts(poisoned);
    if (delayedMs.length !== soundMs.length) throw new Error('The poison record changed the number of posts');
    if (run >= 0) ratios.push(Math.max(...delayedMs.map((ms, batch) => ms / (soundMs[batch] ?? Number.NaN))));
  }
  return findMedian(ratios);
}

/** @throws Error when a side loses records */
export async function measureAgentEvents({ runCount, onProgress }: BenchOptions): Promise<AgentEventsCost> {
  onProgress(`agent events: ${recordCount} records, ${runCount} rounds`);
  const records = createRecords(recordCount);
  const deps = createDeps(noWaits);
  const rounds = await measureRounds(
    {
      parse: () => {
        parseAlone(records);
      },
      path: () => {
        deriveStates(records);
      },
      handler: () => processInBatches(records, deps),
    },
    runCount,
    { warmUpCount: eventWarmUpCount },
  );
  const handlerMs = rounds.medianOf('handler');
  onProgress('agent events behind a poison record');
  return {
    recordCount,
    bytesARecord: Buffer.from(records[0]?.data ?? '', 'base64').byteLength,
    parseMs: rounds.medianOf('parse'),
    pathMs: rounds.medianOf('path'),
    handlerMs,
    recordsASecond: Math.round((recordCount / handlerMs) * 1000),
    pathRatio: rounds.ratioOf('path', 'parse'),
    handlerRatio: rounds.ratioOf('handler', 'parse'),
    poisonDelayRatio: await measurePoisonDelay(records.slice(0, 5 * batchSize), runCount),
  };
}
