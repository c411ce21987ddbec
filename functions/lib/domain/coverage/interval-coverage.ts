// Which intervals the files of one series cover, and how: missing is not empty, and late is not missing.
import { intervalMs, toEpochMs, toInstant } from '../interval.ts';

/**
 * delivered: its own file has rows of it. empty: its own file came, without rows of it. late: its own file came after later
 * ones. reloaded: its figures were sent again. healed: its own file never came, but another one has it.
 */
export type CoveredState = 'delivered' | 'empty' | 'late' | 'reloaded' | 'healed';

export interface SeriesFile<Undelivered extends string> {
  readonly runTime: string;
  readonly outcome: 'delivered' | Undelivered;
  /** How its run time stood to the others: `backfill` and `reload` make a difference here. */
  readonly verdict: string | null;
}

export interface SeriesEvidence<Undelivered extends string> {
  readonly files: readonly SeriesFile<Undelivered>[];
  /** Starts of the intervals that delivered files of the series have rows of. */
  readonly intervalsWithRows: ReadonlySet<string>;
  /** Starts of the intervals that reload files have brought. */
  readonly reloadedIntervals: ReadonlySet<string>;
  /** How far back each file covers intervals it has no rows of. */
  readonly lookBackMinutes: number;
}

/** Starts of the intervals, epoch ms, that files of these run times look back to: each is entered once, however far they overlap. */
function findLookedBackTo(runTimesMs: readonly number[], lookBackMinutes: number): ReadonlySet<number> {
  const lookBackMs = Math.floor((lookBackMinutes * 60_000) / intervalMs) * intervalMs;
  const starts = new Set<number>();
  let enteredUntilMs = -Infinity;
  for (const runTimeMs of runTimesMs.toSorted((a, b) => a - b)) {
    const fromMs = Math.max(runTimeMs - lookBackMs, enteredUntilMs);
    for (let startMs = fromMs; startMs < runTimeMs; startMs += intervalMs) starts.add(startMs);
    enteredUntilMs = runTimeMs;
  }
  return starts;
}

/**
 * Judges intervals by their start (epoch ms, on the grid). A file covers the interval before its run time, every interval it
 * has rows of, and its look-back; one that was not delivered covers nothing. `undelivered` lists what may have become of a
 * file otherwise; of several files of one run time the word listed first counts.
 */
export function createIntervalJudge<Undelivered extends string>(
  { files, intervalsWithRows, reloadedIntervals, lookBackMinutes }: SeriesEvidence<Undelivered>,
  undelivered: readonly Undelivered[],
): (startMs: number) => CoveredState | Undelivered | 'missing' {
  const filesByRunTime = Map.groupBy(files, ({ runTime }) => runTime);
  const delivered = files.filter(({ outcome }) => outcome === 'delivered').map(({ runTime }) => toEpochMs(runTime));
  const lookedBackTo = findLookedBackTo(delivered, lookBackMinutes);
  return (startMs) => {
    const intervalStart = toInstant(startMs);
    const own = filesByRunTime.get(toInstant(startMs + intervalMs)) ?? [];
    const verdicts = own.filter(({ outcome }) => outcome === 'delivered').map(({ verdict }) => verdict);
    if (reloadedIntervals.has(intervalStart) || verdicts.includes('reload')) return 'reloaded';
    if (verdicts.includes('backfill')) return 'late';
    if (verdicts.length > 0) return intervalsWithRows.has(intervalStart) ? 'delivered' : 'empty';
    if (intervalsWithRows.has(intervalStart) || lookedBackTo.has(startMs)) return 'healed';
    return undelivered.find((word) => own.some(({ outcome }) => outcome === word)) ?? 'missing';
  };
}
