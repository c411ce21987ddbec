// What the ledger of missing intervals has to say after a look: since when an interval is missing, and what became of it.
import type { MissingStatus } from '../../../../schemas/checkpoint-items.ts';
import { intervalMs, toEpochMs, toInstant } from '../interval.ts';
import type { IntervalRange } from './expected-intervals.ts';
import { redriveWindowMs } from './failed-executions.ts';
import type { CoveredState } from './interval-coverage.ts';

/** What can have become of an interval's own file, worst first: what an operator has to act on hides what heals by itself. */
export const undeliveredOutcomes = ['quarantined', 'failed', 'arrived'] as const;
export type UndeliveredOutcome = (typeof undeliveredOutcomes)[number];
export type WatchedState = CoveredState | UndeliveredOutcome | 'missing';

export interface MissingEntry {
  readonly intervalStart: string;
  readonly status: MissingStatus;
  readonly firstNoticedAt: string;
  readonly healedAt: string | null;
}

export interface SeriesLook {
  readonly range: IntervalRange;
  /** Start of the oldest interval that is watched, epoch ms. */
  readonly watchStartMs: number;
  readonly judge: (startMs: number) => WatchedState;
  /** What the ledger says of the series. */
  readonly entries: readonly MissingEntry[];
  readonly nowMs: number;
}

export interface MissingFindings {
  /** Starts, in order. */
  readonly missing: readonly string[];
  /** Starts of all that no file covers, whatever became of their own files, in order. */
  readonly uncovered: readonly string[];
  readonly arrivedCount: number;
  readonly failedCount: number;
  readonly quarantinedCount: number;
  /** Entries to write, in order. */
  readonly changes: readonly MissingEntry[];
}

const statuses = {
  ...{ delivered: 'HEALED', empty: 'HEALED', late: 'HEALED', reloaded: 'HEALED', healed: 'HEALED' },
  ...{ quarantined: 'QUARANTINED', failed: 'FAILED', arrived: 'ARRIVED', missing: 'MISSING' },
} as const satisfies Record<WatchedState, MissingStatus>;

/**
 * A covered interval stays covered: what an upload under way does to its figures later is that upload's matter. One that was
 * too old is looked at again when the settings have the watch look further back.
 */
function isFinal({ status }: MissingEntry, startMs: number, watchStartMs: number): boolean {
  return status === 'HEALED' || (status === 'TOO_OLD' && startMs < watchStartMs);
}

function toStatus({ range, watchStartMs }: SeriesLook, startMs: number, state: WatchedState): MissingStatus {
  const status = statuses[state];
  if (status === 'HEALED') return status;
  if (startMs < watchStartMs) return 'TOO_OLD';
  // The settings have changed since: the series has ended, or begun later, or more time is given.
  return startMs < range.fromMs || startMs >= range.untilMs ? 'NOT_EXPECTED' : status;
}

/** The entries still open of a series nobody looks after any more, closed: the settings alone named it, and do so no longer. */
export function closeEntries(entries: readonly MissingEntry[]): MissingEntry[] {
  const open: readonly MissingStatus[] = ['MISSING', 'ARRIVED', 'FAILED', 'QUARANTINED'];
  return entries
    .filter(({ status }) => open.includes(status))
    .map((entry) => ({ ...entry, status: 'NOT_EXPECTED', healedAt: null }));
}

/** Compares one series' intervals with what the ledger says of them. */
export function findMissingIntervals(look: SeriesLook): MissingFindings {
  const { range, judge, entries, nowMs } = look;
  const seen = new Map(entries.map((entry) => [toEpochMs(entry.intervalStart), entry]));
  const expected = Array.from(
    { length: (range.untilMs - range.fromMs) / intervalMs },
    (_, index) => range.fromMs + index * intervalMs,
  );
  const starts = [...new Set([...seen.keys(), ...expected])].toSorted((a, b) => a - b);
  const missing: string[] = [];
  const uncovered: string[] = [];
  const changes: MissingEntry[] = [];
  const counts = { ARRIVED: 0, FAILED: 0, QUARANTINED: 0 };
  for (const startMs of starts) {
    const entry = seen.get(startMs);
    if (entry !== undefined && isFinal(entry, startMs, look.watchStartMs)) continue;
    const state = judge(startMs);
    // Nothing tells of a quarantined file any more once its message has left the queue; it can still be corrected.
    const isForgotten = state === 'quarantined' && startMs + intervalMs < nowMs - redriveWindowMs;
    const status = toStatus(look, startMs, isForgotten ? 'missing' : state);
    if (status !== 'HEALED' && status !== 'TOO_OLD' && status !== 'NOT_EXPECTED') uncovered.push(toInstant(startMs));
    if (status === 'MISSING') missing.push(toInstant(startMs));
    if (status === 'ARRIVED' || status === 'FAILED' || status === 'QUARANTINED') counts[status] += 1;
    // A hole is entered once it is one: a file that came and was not delivered has entries of its own elsewhere.
    if (entry === undefined ? status !== 'MISSING' : status === entry.status) continue;
    changes.push({
      intervalStart: toInstant(startMs),
      status,
      firstNoticedAt: entry?.firstNoticedAt ?? toInstant(nowMs),
      healedAt: status === 'HEALED' ? toInstant(nowMs) : null,
    });
  }
  return {
    ...{ missing, uncovered, changes },
    ...{ arrivedCount: counts.ARRIVED, failedCount: counts.FAILED, quarantinedCount: counts.QUARANTINED },
  };
}
