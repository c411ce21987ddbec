// Puts agent events into the stream of the local stack, waits for the end of each, and gathers what became of them.
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentStateRecord } from '../../../schemas/agent-states.ts';
import { isJsonObject, parseJson, type JsonObject } from '../aws/json-value.ts';
import type { LocalStack } from '../stack.ts';
import type { AgentEventCounts, AgentEventLog } from './agent-event-log.ts';
import { maxRecordBytes, type EventLine } from './event-lines.ts';

/** A message of the agent event DLQ, or of a line the stream itself does not take; with the line it came from. */
export interface RunDeadLetter extends JsonObject {
  readonly file: string | null;
  readonly line: number | null;
  readonly fault: string;
  readonly reason: string;
  readonly payload: string | null;
}

export interface AgentEventsRun {
  readonly counts: AgentEventCounts;
  /** In the order of the lines. */
  readonly deadLetters: readonly RunDeadLetter[];
  /** Why not every event came to an end; null when all did. */
  readonly failure: string | null;
  /** In the order the hub took them. */
  readonly states: readonly AgentStateRecord[];
}

export interface RunAgentEventsOptions {
  readonly stack: Pick<LocalStack, 'putAgentEvents' | 'agentEvents'>;
  /** Has been listening to the agent-events of the stack since its start. */
  readonly log: AgentEventLog;
  readonly signal: AbortSignal;
  /** How long nothing may go forward before the run is given up; default 60 s. */
  readonly patienceMs?: number;
}

const presetPatienceMs = 60_000;
const pollMs = 10;

function toOversizeLetter({ file, line, bytes }: EventLine): RunDeadLetter {
  const reason = `A record of a Kinesis stream holds at most ${maxRecordBytes} bytes, found ${bytes.byteLength}.`;
  return { file, line, fault: 'oversize', reason, sizeBytes: bytes.byteLength, payload: null };
}

/** @param body JSON of the connector's own dead letter */
function toDeadLetter(body: string, source: EventLine | undefined): RunDeadLetter {
  const value = parseJson(body);
  const letter = isJsonObject(value) ? value : {};
  const textOf = (name: string): string | null => (typeof letter[name] === 'string' ? letter[name] : null);
  return {
    ...letter,
    ...{ file: source?.file ?? null, line: source?.line ?? null },
    fault: textOf('fault') ?? 'unknown',
    reason: textOf('reason') ?? 'The message of the agent event DLQ gives no reason.',
    payload: textOf('payload'),
  };
}

/** Waits until every record has ended. @returns why that cannot be expected any more; null when they have, or the run was stopped */
async function waitForEnd(
  recordCount: number,
  { log, signal, patienceMs = presetPatienceMs }: RunAgentEventsOptions,
): Promise<string | null> {
  let stepCount = log.stepCount;
  let forwardAtMs = performance.now();
  while (log.endedCount < recordCount && !signal.aborted) {
    if (log.isStuck) return log.failure;
    if (log.stepCount !== stepCount) {
      stepCount = log.stepCount;
      forwardAtMs = performance.now();
    } else if (performance.now() - forwardAtMs > patienceMs) {
      return `${log.failure ?? 'agent-events gave no answer'} (nothing went forward for ${Math.round(patienceMs / 1000)} s)`;
    }
    await delay(pollMs);
  }
  return null;
}

/** The stream has one shard, worked on in order: the records that ended are those of the first lines. */
function toSources(lines: readonly EventLine[], sequenceNumbers: readonly string[]): Map<string, EventLine> {
  return new Map(
    sequenceNumbers.flatMap((sequenceNumber, index) => {
      const line = lines[index];
      return line === undefined ? [] : [[sequenceNumber, line] as const];
    }),
  );
}

/** Plays the lines in order; a line too long for the stream goes straight to the dead letters. */
export async function runAgentEvents(
  lines: readonly EventLine[],
  options: RunAgentEventsOptions,
): Promise<AgentEventsRun> {
  const { stack, log } = options;
  const isOversize = ({ bytes }: EventLine): boolean => bytes.byteLength > maxRecordBytes;
  const records = lines.filter((line) => !isOversize(line));
  const oversize = lines.filter(isOversize);
  let failure: string | null;
  try {
    await stack.putAgentEvents(records.map(({ bytes }) => bytes));
    failure = await waitForEnd(records.length, options);
  } catch (error) {
    failure = String(error);
  }
  const { deadLetters = [] } = (await stack.agentEvents?.readFailures()) ?? {};
  const sources = toSources(records, log.listSequenceNumbers());
  const letters = new Map<unknown, RunDeadLetter>();
  for (const { messageId, body } of deadLetters) {
    const { sequenceNumber } = toDeadLetter(body, undefined);
    const source = typeof sequenceNumber === 'string' ? sources.get(sequenceNumber) : undefined;
    const letter = toDeadLetter(body, source);
    // A repeated message is the same letter.
    letters.set(letter['deadLetterId'] ?? messageId, letter);
  }
  const counts = log.count(lines.length);
  const places = new Map(lines.map(({ file, line }, index) => [`${file}:${line}`, index]));
  const placeOf = ({ file, line }: RunDeadLetter): number => places.get(`${file ?? ''}:${line ?? ''}`) ?? lines.length;
  return {
    counts: { ...counts, deadLettered: counts.deadLettered + oversize.length },
    deadLetters: [...letters.values(), ...oversize.map(toOversizeLetter)].toSorted((a, b) => placeOf(a) - placeOf(b)),
    failure,
    states: log.posted,
  };
}

/** What a run without agent events has to say of them. */
export const noAgentEvents: AgentEventsRun = {
  counts: {
    ...{ received: 0, delivered: 0, unchanged: 0, outOfScope: 0, unmapped: 0, duplicates: 0, stale: 0 },
    deadLettered: 0,
  },
  deadLetters: [],
  failure: null,
  states: [],
};
