// What a record leaves in the agent event DLQ: enough to see what is wrong, and to put the record back into the stream.
import { isUtf8 } from 'node:buffer';
import { toReasonLine } from '../delivery/hub-failure.ts';
import { fingerprint } from '../fingerprint.ts';
import { toQueueMessage } from '../queue-message.ts';
import type { DeadLetterFault, Poison, StreamRecord } from './agent-record.ts';

export interface DeadLetter {
  /** The same for every attempt at the same record: a repeated message is recognised by it. */
  readonly deadLetterId: string;
  readonly fault: DeadLetterFault;
  readonly reason: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** ISO 8601; null where the stream did not say. */
  readonly arrivedAt: string | null;
  readonly sizeBytes: number;
  /** The record as it was, text as it stands; null when it lies in the staging bucket. */
  readonly payload: string | null;
  readonly payloadEncoding: 'utf8' | 'base64';
  /** Key in the staging bucket of a payload that no message can hold. */
  readonly payloadKey: string | null;
}

/** SQS takes 262,144 bytes; what AWS adds on a move between queues is left room for. */
const maxMessageBytes = 250_000;

export interface EncodedDeadLetter {
  readonly letter: DeadLetter;
  readonly message: string;
  /** To be written to `letter.payloadKey` before the message is sent; null when the message holds all. */
  readonly staged: Uint8Array | null;
}

/** Builds the message of a record; the payload moves to the staging bucket when it is oversize or would not fit. */
export function toDeadLetter(record: StreamRecord, { fault, reason }: Poison): EncodedDeadLetter {
  const bytes = Buffer.from(record.data, 'base64');
  const payloadEncoding = isUtf8(bytes) ? 'utf8' : 'base64';
  const { streamArn, shardId, sequenceNumber, partitionKey, arrivedAtMs } = record;
  const facts = {
    deadLetterId: fingerprint([streamArn, shardId, sequenceNumber]),
    fault,
    reason: toReasonLine(reason),
    ...{ streamArn, shardId, sequenceNumber, partitionKey },
    arrivedAt: Number.isFinite(arrivedAtMs) ? new Date(arrivedAtMs).toISOString() : null,
    sizeBytes: bytes.byteLength,
    payloadEncoding,
  } as const;
  if (fault !== 'oversize') {
    const letter: DeadLetter = { ...facts, payload: bytes.toString(payloadEncoding), payloadKey: null };
    const message = toQueueMessage(letter);
    if (Buffer.byteLength(message) <= maxMessageBytes) return { letter, message, staged: null };
  }
  const letter: DeadLetter = { ...facts, payload: null, payloadKey: `agent-events/${shardId}/${sequenceNumber}` };
  return { letter, message: toQueueMessage(letter), staged: bytes };
}
