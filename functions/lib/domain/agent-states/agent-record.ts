// A record of the agent event stream: from its bytes to an event, or to the reason why it can never become one.
import { isUtf8 } from 'node:buffer';
import type { AgentEvent, AgentSnapshot, StreamedAgentEvent } from '../../../../schemas/agent-event.ts';
import type { Check } from '../../../../schemas/check.ts';
import { checkStreamedAgentEvent } from '../../../../schemas/checks/agent-event.ts';
import { checkAgentSnapshot } from '../../../../schemas/checks/agent-snapshot.ts';
import type { AgentStateSettings } from '../../../../schemas/settings.ts';
import { parseJson } from '../delivery/hub-failure.ts';
import { toEpochMs } from '../interval.ts';

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
  if (!checkStreamedAgentEvent(event)) return refuseShape(checkStreamedAgentEvent.errors);
  const previous = findReadPrevious(event);
  if (previous !== null && !checkAgentSnapshot(previous)) {
    return refuseShape(checkAgentSnapshot.errors, '/PreviousAgentSnapshot');
  }
  const atMs = toEpochMs(event.EventTimestamp);
  if (Number.isNaN(atMs)) return refuse('time', `EventTimestamp ${event.EventTimestamp} is no instant.`);
  if (atMs > arrivedAtMs + maxAheadSeconds * 1000) {
    return refuse(
      'time',
      `EventTimestamp ${event.EventTimestamp} lies more than ${maxAheadSeconds} s after the arrival of the record.`,
    );
  }
  return { received: { event: toReadParts(event, previous), atMs, sequenceNumber } };
}

function refuse(fault: DeadLetterFault, reason: string): DecodedRecord {
  return { poison: { fault, reason } };
}

/** @param path where in the event the checked part stands */
function refuseShape(errors: Check<unknown>['errors'], path = ''): DecodedRecord {
  const [finding] = errors ?? [];
  const where = `${path}${finding?.instancePath ?? ''}` || 'it';
  return refuse('shape', `This is no agent event: ${where} ${finding?.message ?? 'has another form'}.`);
}

/** The snapshot before is asked only for what the current one does not say; otherwise, and where there is none, null. */
function findReadPrevious({ CurrentAgentSnapshot, PreviousAgentSnapshot }: StreamedAgentEvent): unknown {
  const login = CurrentAgentSnapshot?.Configuration?.Username ?? '';
  return login.trim() === '' ? (PreviousAgentSnapshot ?? null) : null;
}

// The bytes of one record, then of the next: a new piece of memory for each takes longer than checking the event.
let room = Buffer.allocUnsafeSlow(65_536);

/** How many bytes of the room are the record's. */
function decodeIntoRoom(data: string): number {
  // Four characters stand for three bytes.
  if (data.length > room.length) room = Buffer.allocUnsafeSlow(data.length);
  return room.write(data, 'base64');
}

/**
 * What the rules read of an event. The rest, most of it the routing profile, would live as long as the batch: a thousand
 * events kept whole cost more in garbage collection than deriving their states.
 */
function toReadParts(event: StreamedAgentEvent, previous: AgentSnapshot | null): AgentEvent {
  const { AgentARN, EventId, EventType, EventTimestamp, CurrentAgentSnapshot } = event;
  return {
    AgentARN,
    EventId,
    EventType,
    EventTimestamp,
    CurrentAgentSnapshot: toReadSnapshot(CurrentAgentSnapshot),
    PreviousAgentSnapshot: toReadSnapshot(previous),
  };
}

function toReadSnapshot(snapshot: AgentSnapshot | null | undefined): AgentSnapshot | null {
  if (snapshot === null || snapshot === undefined) return null;
  const { AgentStatus = null, Configuration, Contacts = null } = snapshot;
  return { AgentStatus, Configuration: { Username: Configuration?.Username ?? null }, Contacts };
}
