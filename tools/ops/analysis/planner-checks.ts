// What a planner would check by hand of a day's figures.
import { toInstant } from '../../../functions/lib/domain/interval.ts';
import type { Settings } from '../../../schemas/settings.ts';
import { addFigures, isAgentQueueRecord, isQueueRecord, type VersionedRecord } from './record-figures.ts';
import type { StatedServiceLevel } from './report-reading.ts';

/** A figure that two reports give differently, in one queue and interval, beyond the tolerance. */
export interface AgentSumDifference {
  readonly queue: string;
  readonly intervalStart: string;
  readonly figure: 'contactsHandled' | 'handleTimeSeconds';
  readonly queueReport: number;
  readonly agentQueueReport: number;
}

export interface AgentSumCheck {
  readonly comparedCount: number;
  /** Intervals of queues that only one of the two reports has figures of at all. */
  readonly notComparableCount: number;
  readonly differences: readonly AgentSumDifference[];
}

export interface ServiceLevelCheck {
  readonly queue: string;
  readonly comparedCount: number;
  readonly differingCount: number;
  /** Where the two are furthest apart: percent as sent, and as the report says. */
  readonly widest: {
    readonly intervalStart: string;
    readonly derivedPercent: number;
    readonly statedPercent: number;
  } | null;
}

export interface ReceivedCheck {
  readonly queue: string;
  readonly received: number;
  readonly handledAndAbandoned: number;
  /** received − handled − abandoned: contacts that left the queue otherwise, or were counted elsewhere. */
  readonly difference: number;
}

/** Connect's two reports are made apart; a contact that changes hands at the end of an interval may be counted here and there. */
const contactsAllowed = 1;
const secondsAllowed = 15;
/** Percentage points. */
const levelPointsAllowed = 1;

type DayRecords = Iterable<VersionedRecord>;
type Sums = Record<'contactsHandled' | 'handleTimeSeconds', number>;

const sumKey = (queue: string, intervalStart: string): string => JSON.stringify([queue, intervalStart]);

function sumAgents(agentQueueRecords: DayRecords): { sums: Map<string, Partial<Sums>>; intervals: Set<string> } {
  const sums = new Map<string, Record<string, number>>();
  const intervals = new Set<string>();
  for (const { record } of agentQueueRecords) {
    if (!isAgentQueueRecord(record)) continue;
    const { queueValue, intervalStart, contactsHandled, handleTimeSeconds } = record;
    const key = sumKey(queueValue, intervalStart);
    const sum = sums.get(key) ?? {};
    addFigures(sum, {
      ...(contactsHandled === null ? {} : { contactsHandled }),
      ...(handleTimeSeconds === null ? {} : { handleTimeSeconds }),
    });
    sums.set(key, sum);
    intervals.add(intervalStart);
  }
  return { sums, intervals };
}

/**
 * Agents' figures of each queue and interval, added up, against the queue's own.
 * @param tolerancePercent of the queue's figure; one contact and 15 s are always allowed
 */
export function checkAgentSums(
  queueRecords: DayRecords,
  agentQueueRecords: DayRecords,
  tolerancePercent: number,
): AgentSumCheck {
  const { sums, intervals } = sumAgents(agentQueueRecords);
  const differences: AgentSumDifference[] = [];
  let comparedCount = 0;
  let notComparableCount = 0;
  for (const { record } of queueRecords) {
    if (!isQueueRecord(record)) continue;
    const { queueValue, intervalStart, handledShort, handledLong, handleTimeSeconds } = record;
    // No agent has figures of the interval at all: the report is missing, which is said elsewhere.
    if (!intervals.has(intervalStart)) {
      notComparableCount += 1;
      continue;
    }
    comparedCount += 1;
    const sum = sums.get(sumKey(queueValue, intervalStart)) ?? { contactsHandled: 0, handleTimeSeconds: 0 };
    const handled = handledShort === null || handledLong === null ? null : handledShort + handledLong;
    for (const [figure, own, allowed] of [
      ['contactsHandled', handled, contactsAllowed],
      ['handleTimeSeconds', handleTimeSeconds, secondsAllowed],
    ] as const) {
      const ofAgents = sum[figure];
      if (own === null || ofAgents === undefined) continue;
      if (Math.abs(ofAgents - own) <= Math.max(allowed, (own * tolerancePercent) / 100)) continue;
      differences.push({ queue: queueValue, intervalStart, figure, queueReport: own, agentQueueReport: ofAgents });
    }
  }
  return { comparedCount, notComparableCount, differences };
}

/** Service levels a file states, by version: only rows that are a record of their own can be compared. */
export interface StatedLevels {
  add(version: string, levels: readonly StatedServiceLevel[]): void;
  find(version: string, queue: string, intervalStart: string): number | null;
}

export function createStatedLevels(queues: Settings['queues']): StatedLevels {
  const hubQueues = new Map(queues.map(({ name, hubQueue }) => [name, hubQueue ?? name]));
  const levels = new Map<string, number | null>();
  const keyOf = (version: string, queue: string, intervalStart: string) =>
    JSON.stringify([version, queue, intervalStart]);
  return {
    add(version, stated) {
      for (const { queue, startMs, percent } of stated) {
        const key = keyOf(version, hubQueues.get(queue) ?? queue, toInstant(startMs));
        // Percentages of rows that are added up cannot be added up.
        levels.set(key, levels.has(key) ? null : percent);
      }
    },
    find: (version, queue, intervalStart) => levels.get(keyOf(version, queue, intervalStart)) ?? null,
  };
}

/** The service level as sent against the column "Service level X seconds", by queue; queues without the column are left out. */
export function checkServiceLevels(queueRecords: DayRecords, stated: Pick<StatedLevels, 'find'>): ServiceLevelCheck[] {
  const checks = new Map<
    string,
    { comparedCount: number; differingCount: number; widest: ServiceLevelCheck['widest'] }
  >();
  for (const { version, record } of queueRecords) {
    if (!isQueueRecord(record) || record.serviceLevelPercent === null) continue;
    const { queueValue, intervalStart, serviceLevelPercent: derivedPercent } = record;
    const statedPercent = stated.find(version, queueValue, intervalStart);
    if (statedPercent === null) continue;
    const check = checks.get(queueValue) ?? { comparedCount: 0, differingCount: 0, widest: null };
    const distance = Math.abs(derivedPercent - statedPercent);
    const widestSoFar = check.widest === null ? 0 : Math.abs(check.widest.derivedPercent - check.widest.statedPercent);
    check.comparedCount += 1;
    if (distance > levelPointsAllowed) check.differingCount += 1;
    if (distance > Math.max(levelPointsAllowed, widestSoFar)) {
      check.widest = { intervalStart, derivedPercent, statedPercent };
    }
    checks.set(queueValue, check);
  }
  return [...checks].map(([queue, check]) => ({ queue, ...check })).toSorted((a, b) => (a.queue < b.queue ? -1 : 1));
}

/** Queues whose contacts received are not those handled and abandoned, by queue. */
export function checkReceived(queueRecords: DayRecords): ReceivedCheck[] {
  const sums = new Map<string, { received: number; handledAndAbandoned: number }>();
  for (const { record } of queueRecords) {
    if (!isQueueRecord(record)) continue;
    const { queueValue, contactsReceived, handledShort, handledLong, abandonedShort, abandonedLong } = record;
    if (contactsReceived === null) continue;
    const sum = sums.get(queueValue) ?? { received: 0, handledAndAbandoned: 0 };
    sum.received += contactsReceived;
    for (const count of [handledShort, handledLong, abandonedShort, abandonedLong])
      sum.handledAndAbandoned += count ?? 0;
    sums.set(queueValue, sum);
  }
  return [...sums]
    .map(([queue, sum]) => ({ queue, ...sum, difference: sum.received - sum.handledAndAbandoned }))
    .filter(({ difference }) => difference !== 0)
    .toSorted((a, b) => (a.queue < b.queue ? -1 : 1));
}
