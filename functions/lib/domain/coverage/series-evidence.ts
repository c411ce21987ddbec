// What the ledgers tell of one series, put together for the judge of its intervals.
import { reloadSeries, type CoverageStatus } from '../../../../schemas/checkpoint-items.ts';
import type { Spacing } from '../../../../schemas/state.ts';
import { intervalMs, toEpochMs, toInstant } from '../interval.ts';
import { toRevision } from '../report-file/source-version.ts';
import type { SeriesEvidence, SeriesFile } from './interval-coverage.ts';
import type { UndeliveredOutcome } from './missing-intervals.ts';

/** A file of the series that came, by its run time. */
export interface KnownArrival {
  readonly runTime: string;
  readonly sourceVersion: string;
  readonly status: CoverageStatus;
  readonly spacing: Spacing;
}

/** An interval that a file had rows of. */
export interface KnownInterval {
  readonly intervalStart: string;
  /** reloadSeries for what a reload file has brought. */
  readonly series: string;
  readonly sourceVersion: string;
  readonly isDelivered: boolean;
}

export interface SeriesFacts {
  readonly series: string;
  /** A reload file names no series: among several nobody can tell whose figures it has brought. */
  readonly isOnlySeries: boolean;
  readonly lookBackMinutes: number;
  readonly arrivals: readonly KnownArrival[];
  /** Of every series of the kind. */
  readonly intervals: readonly KnownInterval[];
  /** Files of the series the ledger of run times may not know: they failed or were quarantined early, or were just started. */
  readonly otherFiles: readonly { readonly runTime: string; readonly outcome: UndeliveredOutcome }[];
  readonly nowMs: number;
}

/** No execution runs longer (12 hours, the state machine's TimeoutSeconds): what is not delivered by then is not on its way. */
const longestRunMs = 13 * 3_600_000;

function toOutcome({ status, sourceVersion }: KnownArrival, nowMs: number): 'delivered' | UndeliveredOutcome | null {
  if (status === 'DELIVERED') return 'delivered';
  if (status === 'QUARANTINED') return 'quarantined';
  return nowMs - toEpochMs(toRevision(sourceVersion)) < longestRunMs ? 'arrived' : null;
}

/** Evidence from the ledger of run times, the ledger of intervals, and what else is known of the series' files. */
export function toSeriesEvidence(facts: SeriesFacts): SeriesEvidence<UndeliveredOutcome> {
  const { series, isOnlySeries, lookBackMinutes, arrivals, intervals, otherFiles, nowMs } = facts;
  const files = arrivals.flatMap((arrival): SeriesFile<UndeliveredOutcome>[] => {
    const outcome = toOutcome(arrival, nowMs);
    return outcome === null ? [] : [{ runTime: arrival.runTime, outcome, verdict: arrival.spacing.verdict }];
  });
  const deliveredVersions = new Set(
    arrivals.filter(({ status }) => status === 'DELIVERED').map(({ sourceVersion }) => sourceVersion),
  );
  const own = intervals.filter((interval) => interval.series === series);
  // The hub may have refused some records of a delivered file: its intervals are there all the same.
  const isCovered = (interval: KnownInterval) => interval.isDelivered || deliveredVersions.has(interval.sourceVersion);
  const underWay = own.filter(
    (interval) => !isCovered(interval) && nowMs - toEpochMs(toRevision(interval.sourceVersion)) < longestRunMs,
  );
  const reloaded = intervals.filter((interval) => interval.series === reloadSeries && interval.isDelivered);
  return {
    files: [
      ...files,
      ...otherFiles.map((file) => ({ ...file, verdict: null })),
      ...underWay.map(({ intervalStart }) => ({
        runTime: toInstant(toEpochMs(intervalStart) + intervalMs),
        outcome: 'arrived' as const,
        verdict: null,
      })),
    ],
    intervalsWithRows: new Set(own.filter(isCovered).map(({ intervalStart }) => intervalStart)),
    reloadedIntervals: new Set(isOnlySeries ? reloaded.map(({ intervalStart }) => intervalStart) : []),
    lookBackMinutes,
  };
}
