// Queue report: the rows of one queue and interval to the hub's queue record.
import type { QueueRecord } from '../../../../schemas/hub-records.ts';
import { countHandled, sumContactFigures } from './contact-figures.ts';
import { addPresent, roundTo } from './figure-sums.ts';
import { missingFigure, type IntervalRows, type QueueMapping } from './hub-mapping.ts';

/**
 * Maps one queue and interval.
 * @param serviceLevelSeconds X of the columns "answered in X seconds", the queue's service level.
 * @source docs/figures.md, Queue report
 */
export function toQueueRecord(interval: IntervalRows, serviceLevelSeconds: number, mapping: QueueMapping): QueueRecord {
  const { sums, figures, mediaType } = mapping;
  const { rows, queueValue } = interval;
  const { handled, handleTimeSeconds, holdTimeSeconds, workTimeSeconds } = sumContactFigures(interval, mapping);
  const abandoned = sums.sum(rows, 'contactsAbandoned');
  const handledShort = within(sums.sum(rows, 'answeredInTime'), handled, 'answered', interval, mapping);
  const abandonedShort = within(sums.sum(rows, 'abandonedInTime'), abandoned, 'abandoned', interval, mapping);
  const received = countReceived(addPresent(handled, abandoned), interval, mapping);
  const answerTime = sums.weighted(rows, (row) => countHandled(row, mediaType, sums), 'averageAnswerTime');
  const missing = missingFigure(figures);
  return {
    queueValue,
    mediaType,
    mediaClassification: mediaType === 'voice' ? figures.voiceClassification : figures.chatClassification,
    intervalStart: interval.intervalStart,
    serviceLevelSeconds,
    contactsReceived: received,
    handledShort,
    handledLong: handled === null || handledShort === null ? null : handled - handledShort,
    abandonedShort,
    abandonedLong: abandoned === null || abandonedShort === null ? null : abandoned - abandonedShort,
    handleTimeSeconds,
    holdTimeSeconds,
    workTimeSeconds,
    queueDelayTimeSeconds: roundTo(answerTime, 3),
    serviceLevelPercent: rateServiceLevel(received, handledShort, abandonedShort, mapping),
    backlog: missing,
    backlogExpired: missing,
    backlogUnexpired: missing,
    rightPartyContacts: missing,
    rightPartyTalkTimeSeconds: missing,
    rightPartyWorkTimeSeconds: missing,
    wrongPartyContacts: missing,
    wrongPartyTalkTimeSeconds: missing,
    wrongPartyWorkTimeSeconds: missing,
    active: null,
  };
}

/** Contacts within the threshold, at most all of them. */
function within(
  inTime: number | null,
  all: number | null,
  what: 'answered' | 'abandoned',
  { queueValue }: IntervalRows,
  { notes }: QueueMapping,
): number | null {
  if (inTime === null || all === null) return null;
  if (inTime > all) {
    notes.add(
      `${what}-in-time-above-all`,
      `Queue "${queueValue}" has more contacts ${what} within the service level than ${what === 'answered' ? 'handled' : 'abandoned'} at all: sent as all of them.`,
    );
  }
  return Math.min(inTime, all);
}

/** @param ended handled + abandoned: no fewer contacts can have been received. */
function countReceived(
  ended: number | null,
  { rows, queueValue }: IntervalRows,
  { sums, figures, notes }: QueueMapping,
): number | null {
  if (figures.contactsReceived === 'handledPlusAbandoned') return ended;
  const queued = sums.sum(rows, 'contactsQueued');
  if (queued === null || ended === null || queued >= ended) return queued;
  notes.add(
    'received-raised',
    `Queue "${queueValue}" has fewer contacts queued than handled + abandoned: contactsReceived is raised to these. Likely causes: callbacks, transfers out of the queue.`,
  );
  return ended;
}

function rateServiceLevel(
  received: number | null,
  handledShort: number | null,
  abandonedShort: number | null,
  { figures }: QueueMapping,
): number | null {
  if (received === null || handledShort === null) return null;
  const early = abandonedShort ?? 0;
  const met = figures.serviceLevel === 'handledAndAbandonedShortOfReceived' ? handledShort + early : handledShort;
  const of = figures.serviceLevel === 'handledShortOfReceivedLessAbandonedShort' ? received - early : received;
  return of <= 0 ? null : Math.min(100, roundTo((met / of) * 100, 4) ?? 0);
}
