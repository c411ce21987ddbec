// Which intervals of the known series are missing, entered in the ledger since when.
import type { ReportKind } from '../../schemas/report-kind.ts';
import {
  toExpectedRange,
  toWatchStartMs,
  type SeriesSpan,
  type WatchRules,
} from '../lib/domain/coverage/expected-intervals.ts';
import { createIntervalJudge } from '../lib/domain/coverage/interval-coverage.ts';
import {
  closeEntries,
  findMissingIntervals,
  undeliveredOutcomes,
  type MissingFindings,
  type UndeliveredOutcome,
} from '../lib/domain/coverage/missing-intervals.ts';
import { toSeriesEvidence, type KnownArrival, type KnownInterval } from '../lib/domain/coverage/series-evidence.ts';
import { toLookBackMinutes } from '../lib/domain/coverage/series-settings.ts';
import { mapConcurrently } from '../lib/io/concurrency.ts';
import type { IntervalLedger } from '../lib/io/interval-ledger-store.ts';
import type { SeriesMissingEntry, WatchLedger } from '../lib/io/watch-ledger.ts';

export interface WatchCoverageDeps {
  readonly intervals: Pick<IntervalLedger, 'list'>;
  readonly watchLedger: Pick<WatchLedger, 'listMissing' | 'writeMissing'>;
  readonly rules: WatchRules;
}

/** A series and its files that came within the watched time, in order of run time. */
export interface SeriesArrivals {
  readonly span: SeriesSpan;
  readonly arrivals: readonly KnownArrival[];
}

/** A file that the ledger of run times may not know. */
export interface OtherFile {
  readonly series: string;
  readonly runTime: string;
  readonly outcome: UndeliveredOutcome;
}

export interface SeriesFindings extends Omit<MissingFindings, 'changes' | 'uncovered'> {
  readonly kind: ReportKind;
  readonly series: string;
}

export interface CoverageLook {
  readonly series: readonly SeriesFindings[];
  readonly limits: readonly string[];
}

const writesAtOnce = 8;
const mostWrites = 3000;

/** Looks at every series of one kind and writes down what has changed since the last look. */
export async function watchCoverage(
  { intervals, watchLedger, rules }: WatchCoverageDeps,
  kind: ReportKind,
  known: readonly SeriesArrivals[],
  otherFiles: readonly OtherFile[],
  nowMs: number,
): Promise<CoverageLook> {
  const entries = Map.groupBy(await watchLedger.listMissing(kind), ({ series }) => series);
  const look = ({ span, arrivals }: SeriesArrivals, knownIntervals: readonly KnownInterval[]): MissingFindings =>
    findMissingIntervals({
      range: toExpectedRange(span, rules, nowMs),
      watchStartMs: toWatchStartMs(rules, nowMs),
      entries: entries.get(span.series) ?? [],
      nowMs,
      judge: createIntervalJudge(
        toSeriesEvidence({
          ...{ series: span.series, isOnlySeries: known.length === 1, arrivals, intervals: knownIntervals, nowMs },
          lookBackMinutes: toLookBackMinutes(rules.reports, span),
          otherFiles: otherFiles.filter(({ series }) => series === span.series),
        }),
        undeliveredOutcomes,
      ),
    });

  // The ledger of intervals is large, and asked only about what the files' own run times leave open.
  const open = known.flatMap((series) => look(series, []).uncovered).toSorted();
  const [from, to] = [open[0], open.at(-1)];
  const knownIntervals = from === undefined || to === undefined ? [] : await intervals.list(kind, from, to);
  const findings = known.map((series) => ({ span: series.span, ...look(series, knownIntervals) }));

  const watched = new Set(known.map(({ span }) => span.series));
  const changes = [
    ...findings.map(({ span, changes: ofSeries }) => ({ series: span.series, entries: ofSeries })),
    ...[...entries]
      .filter(([series]) => !watched.has(series))
      .map(([series, ofSeries]) => ({ series, entries: closeEntries(ofSeries) })),
  ].flatMap(({ series, entries: ofSeries }) => ofSeries.map((entry): SeriesMissingEntry => ({ ...entry, series })));
  await mapConcurrently(changes.slice(0, mostWrites), writesAtOnce, (entry) => watchLedger.writeMissing(kind, entry));
  return {
    series: findings.map(({ span, missing, arrivedCount, failedCount, quarantinedCount }) => ({
      ...{ kind, series: span.series },
      ...{ missing, arrivedCount, failedCount, quarantinedCount },
    })),
    limits:
      changes.length <= mostWrites
        ? []
        : [`${changes.length - mostWrites} entries on missing intervals are written in the next runs`],
  };
}
