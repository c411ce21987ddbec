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
  const lookBackCount = Math.floor((lookBackMinutes * 60_000) / intervalMs);
  const lookedBackTo = new Set(
    files
      .filter(({ outcome }) => outcome === 'delivered')
      .flatMap(({ runTime }) =>
        Array.from({ length: lookBackCount }, (_, index) => toInstant(toEpochMs(runTime) - (index + 1) * intervalMs)),
      ),
  );
  return (startMs) => {
    const intervalStart = toInstant(startMs);
    const own = filesByRunTime.get(toInstant(startMs + intervalMs)) ?? [];
    const verdicts = own.filter(({ outcome }) => outcome === 'delivered').map(({ verdict }) => verdict);
    if (reloadedIntervals.has(intervalStart) || verdicts.includes('reload')) return 'reloaded';
    if (verdicts.includes('backfill')) return 'late';
    if (verdicts.length > 0) return intervalsWithRows.has(intervalStart) ? 'delivered' : 'empty';
    if (intervalsWithRows.has(intervalStart) || lookedBackTo.has(intervalStart)) return 'healed';
    return undelivered.find((word) => own.some(({ outcome }) => outcome === word)) ?? 'missing';
  };
}
