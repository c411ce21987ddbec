// The place of an event among the events of its agent: by its time, and at the same time by its sequence number.

export interface AgentPosition {
  readonly atMs: number;
  /** Digits, of any length. */
  readonly sequenceNumber: string;
}

const sequenceDigits = 56;
const ordinalDigits = 2;

/** Ordinal of a transition that stands for an event which never came. */
export const lastOrdinal = 99;

/** Below 0 when the left one is earlier. @source docs/agent-states.md, What is sent */
export function comparePositions(left: AgentPosition, right: AgentPosition): number {
  if (left.atMs !== right.atMs) return left.atMs - right.atMs;
  const [a, b] = [toSortable(left.sequenceNumber), toSortable(right.sequenceNumber)];
  if (a === b) return 0;
  return a.length === b.length ? (a < b ? -1 : 1) : a.length - b.length;
}

/** What the hub compares at equal times, as text: the record's sequence number and, within one event, the transition's place. */
export function toTransitionSequence(sequenceNumber: string, ordinal: number): string {
  return `${toSortable(sequenceNumber)}${String(ordinal).padStart(ordinalDigits, '0')}`;
}

/** Digits of one length, as far as Kinesis keeps its own; anything else counts as no number at all. */
function toSortable(sequenceNumber: string): string {
  if (!/^\d+$/.test(sequenceNumber)) return '0'.repeat(sequenceDigits);
  // The length Kinesis writes.
  if (sequenceNumber.length === sequenceDigits) return sequenceNumber;
  return sequenceNumber.replace(/^0+/, '').padStart(sequenceDigits, '0');
}
