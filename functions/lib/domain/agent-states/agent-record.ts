// A record of the agent event stream: from its bytes to an event, or to the reason why it can never become one.
import { isUtf8 } from 'node:buffer';
import type { AgentEvent, AgentSnapshot } from '../../../../schemas/agent-event.ts';
import { checkAgentEvent } from '../../../../schemas/checks/agent-event.ts';
import type { AgentStateSettings } from '../../../../schemas/settings.ts';
import { parseJson } from '../delivery/hub-failure.ts';

/** One record as the stream gives it. */
export interface StreamRecord {
  readonly streamArn: string;
  readonly shardId: string;
  /** Digits, of any length. */
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrivedAtMs: number;
  /** Base64. */
  readonly data: string;
}

export interface ReceivedEvent {
  readonly event: AgentEvent;
  /** EventTimestamp. */
  readonly atMs: number;
  readonly sequenceNumber: string;
}

export type DeadLetterFault = 'oversize' | 'encoding' | 'json' | 'shape' | 'time' | 'rule' | 'hub';

/** Why a record goes to the agent event DLQ. */
export interface Poison {
  readonly fault: DeadLetterFault;
  readonly reason: string;
}

export type DecodedRecord =
  | { readonly received: ReceivedEvent; readonly poison?: never }
  | { readonly poison: Poison; readonly received?: never };

/**
 * Reads one record; never throws. Unknown fields, event types and words are no fault.
 * @source docs/inputs.md, Agent events
 */
export function decodeAgentRecord(
  { data, sequenceNumber, arrivedAtMs }: StreamRecord,
  { maxEventBytes, maxAheadSeconds }: Pick<AgentStateSettings, 'maxEventBytes' | 'maxAheadSeconds'>,
): DecodedRecord {
  const byteCount = decodeIntoRoom(data);
  if (byteCount > maxEventBytes) {
    return refuse('oversize', `Expected an agent event of at most ${maxEventBytes} bytes, found ${byteCount}.`);
  }
  const text = room.toString('utf8', 0, byteCount);
  // What is no UTF-8 becomes this character: without one there is nothing to check.
  if (text.includes('\uFFFD') && !isUtf8(room.subarray(0, byteCount))) {
    return refuse('encoding', 'Expected an agent event in UTF-8, found other bytes.');
  }
  const event = parseJson(text);
  if (event === undefined) {
    const finding = byteCount === 0 ? 'nothing' : `${byteCount} bytes that are no JSON`;
    return refuse('json', `Expected an agent event as one JSON object, found ${finding}.`);
  }
  if (!checkAgentEvent(event)) {
    const finding = checkAgentEvent.errors?.[0];
    return refuse('shape', `This is no agent event: ${finding?.instancePath || 'it'} ${finding?.message ?? ''}.`);
  }
  const atMs = Date.parse(event.EventTimestamp);
  if (Number.isNaN(atMs)) return refuse('time', `EventTimestamp ${event.EventTimestamp} is no instant.`);
  if (atMs > arrivedAtMs + maxAheadSeconds * 1000) {
    return refuse(
      'time',
      `EventTimestamp ${event.EventTimestamp} lies more than ${maxAheadSeconds} s after the arrival of the record.`,
    );
  }
  return { received: { event: toReadParts(event), atMs, sequenceNumber } };
}

function refuse(fault: DeadLetterFault, reason: string): DecodedRecord {
  return { poison: { fault, reason } };
}

// The bytes of one record, then of the next: a new piece of memory for each takes longer than checking the event.
let room = Buffer.allocUnsafeSlow(65_536);

/** How many bytes of the room are the record's. */
function decodeIntoRoom(data: string): number {
  const neededBytes = Buffer.byteLength(data, 'base64');
  if (neededBytes > room.length) room = Buffer.allocUnsafeSlow(neededBytes);
  return room.write(data, 'base64');
}

/**
 * What the rules read of an event. The rest, most of it the routing profile, would live as long as the batch: a thousand
 * events kept whole cost more in garbage collection than deriving their states.
 */
function toReadParts(event: AgentEvent): AgentEvent {
  const { AgentARN, EventId, EventType, EventTimestamp, CurrentAgentSnapshot, PreviousAgentSnapshot } = event;
  const current = toReadSnapshot(CurrentAgentSnapshot);
  // The snapshot before is asked only for what the current one does not say.
  const isPreviousRead = (current?.Configuration?.Username ?? '').trim() === '';
  return {
    AgentARN,
    EventId,
    EventType,
    EventTimestamp,
    CurrentAgentSnapshot: current,
    PreviousAgentSnapshot: isPreviousRead ? toReadSnapshot(PreviousAgentSnapshot) : null,
  };
}

function toReadSnapshot(snapshot: AgentSnapshot | null | undefined): AgentSnapshot | null {
  if (snapshot === null || snapshot === undefined) return null;
  const { AgentStatus = null, Configuration, Contacts = null } = snapshot;
  return { AgentStatus, Configuration: { Username: Configuration?.Username ?? null }, Contacts };
}
