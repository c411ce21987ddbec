// Contacts handled and their times, as queue and agent queue records carry them alike.
import { countAllHandled, countOtherDirection, sumOutboundSeconds, type OutboundSeconds } from './contact-direction.ts';
import { addPresent, roundTo, type FigureSums } from './figure-sums.ts';
import { subtractFrom, type IntervalRows, type QueueMapping } from './hub-mapping.ts';
import type { MediaType } from './media-type.ts';
import type { ReportRow } from './report-row.ts';

export interface ContactFigures {
  readonly handled: number | null;
  /** Times in seconds, to the millisecond. */
  readonly handleTimeSeconds: number | null;
  readonly holdTimeSeconds: number | null;
  readonly workTimeSeconds: number | null;
}

/**
 * Contacts of the queue's media type and direction in one row: voice counts incoming contacts where the report has them,
 * chat counts all handled ones, since new chats are not "incoming".
 * @source docs/figures.md, Queue report: handled
 */
export function countHandled(row: ReportRow, mediaType: MediaType, sums: FigureSums): number | null {
  const incoming = mediaType === 'voice' ? sums.of(row, 'handledIncoming') : null;
  if (incoming !== null) return incoming;
  const all = sums.of(row, 'contactsHandled');
  if (all === null) return null;
  const other = (sums.of(row, 'handledOutbound') ?? 0) + (sums.of(row, 'handledCallback') ?? 0);
  return Math.max(0, all - other);
}

/**
 * Adds up contacts and times of one queue (and agent) in one interval, the outbound part taken out.
 * @source docs/figures.md
 */
export function sumContactFigures(interval: IntervalRows, mapping: QueueMapping): ContactFigures {
  const { sums, mediaType } = mapping;
  const { rows } = interval;
  const handledIn = (row: ReportRow) => countHandled(row, mediaType, sums);
  const other = countOtherDirection(rows, sums);
  const outbound = sumOutboundSeconds(rows, other, sums);
  if (other !== null) noteInboundOnly(interval, mapping, other.callbackCount > 0);
  if (mediaType === 'chat' && !sums.has('contactsHandled') && sums.has('handledIncoming')) {
    mapping.notes.add(
      'absent-column',
      `Contacts handled of chat queue "${interval.queueValue}" are null, since new chats are not incoming: add "Contacts handled" to the report.`,
    );
  }

  const holdTime =
    sums.sum(rows, 'holdTime') ??
    sums.weighted(rows, (row) => sums.of(row, 'contactsPutOnHold'), 'averageHoldTime') ??
    sums.weighted(rows, handledIn, 'averageHoldTimeAllContacts');
  // The average is over contacts of both directions, so it is multiplied by all of them before outbound is taken out.
  const workedOn = other === null ? handledIn : (row: ReportRow) => countAllHandled(row, sums);
  const workTime =
    sums.sum(rows, 'afterContactWorkTime') ?? sums.weighted(rows, workedOn, 'averageAfterContactWorkTime');
  return {
    handled: sums.total(rows, handledIn),
    handleTimeSeconds: roundTo(withoutOutboundTalk(sumHandleTime(interval, mapping), outbound, interval, mapping), 3),
    holdTimeSeconds: roundTo(holdTime, 3),
    workTimeSeconds: roundTo(without(workTime, outbound.work, 'after-contact work time', interval, mapping), 3),
  };
}

const talkAndHold = ['interactionTime', 'holdTime'] as const;
const talkHoldAndWork = [...talkAndHold, 'afterContactWorkTime'] as const;

/** Talk and hold (and, by setting, work): from their columns, else from the contact handle time, which includes work. */
function sumHandleTime({ rows, queueValue }: IntervalRows, { sums, figures, notes }: QueueMapping): number | null {
  const withWork = figures.handleTime === 'talkHoldAndWork';
  const columns = withWork ? talkHoldAndWork : talkAndHold;
  const composed = columns.every((column) => sums.has(column))
    ? columns.reduce<number | null>((total, column) => addPresent(total, sums.sum(rows, column)), null)
    : null;
  if (composed !== null) return composed;
  const handleTime = sums.sum(rows, 'contactHandleTime');
  if (handleTime === null || withWork) return handleTime;
  if (!sums.has('afterContactWorkTime')) return null;
  const workTime = sums.sum(rows, 'afterContactWorkTime') ?? 0;
  return subtractFrom(handleTime, workTime, `The handle time less after-contact work of queue "${queueValue}"`, notes);
}

function withoutOutboundTalk(
  handleTime: number | null,
  outbound: OutboundSeconds,
  interval: IntervalRows,
  mapping: QueueMapping,
): number | null {
  const withWork = mapping.figures.handleTime === 'talkHoldAndWork';
  const part = withWork && (outbound.talk === null || outbound.work === null) ? null : outbound.talk;
  const whole = part !== null && withWork ? part + (outbound.work ?? 0) : part;
  return without(handleTime, whole, 'handle time', interval, mapping);
}

function without(
  time: number | null,
  outbound: number | null,
  what: string,
  { queueValue }: IntervalRows,
  { notes }: QueueMapping,
): number | null {
  if (time === null) return null;
  if (outbound === null) {
    notes.add(
      'outbound-not-separable',
      `The ${what} of queue "${queueValue}" is null where it had outbound or callback contacts: their part cannot be told apart. ` +
        'Add "Average outbound agent interaction time" and "Average outbound after contact work time" to the report; callbacks have no such column.',
    );
    return null;
  }
  return subtractFrom(time, outbound, `The ${what} less outbound of queue "${queueValue}"`, notes);
}

function noteInboundOnly({ queueValue }: IntervalRows, { notes }: QueueMapping, hasCallbacks: boolean): void {
  notes.add(
    'inbound-only',
    `Queue "${queueValue}" had outbound contacts: only the inbound part is sent. Hold time of outbound contacts cannot be told apart and stays in` +
      (hasCallbacks ? '; callbacks may stand in the queued and answered counts.' : '.'),
  );
}
