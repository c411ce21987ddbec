// Which intervals of a series are covered by the files of this run, and how: missing is not empty, and late is not missing.
import {
  createIntervalJudge,
  type CoveredState,
  type SeriesFile,
} from '../../../functions/lib/domain/coverage/interval-coverage.ts';
import { toLookBackMinutes } from '../../../functions/lib/domain/coverage/series-settings.ts';
import { intervalMs, toEpochMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import type { ReportSettings } from '../../../schemas/settings.ts';
import type { RunFile } from './run-files.ts';

/** What can have become of a file that was not delivered, the worse one first. */
const undelivered = ['quarantined', 'failed'] as const;

/** As the watch tells them; missing: nothing came. quarantined, failed: its own file came and was not delivered. */
export type CellState = CoveredState | (typeof undelivered)[number] | 'missing';

export interface CoverageCell {
  readonly intervalStart: string;
  readonly state: CellState;
}

export interface SeriesCoverage {
  readonly kind: string;
  /** null: the reload files of a kind that has several series; only the reloaded intervals are listed. */
  readonly series: string | null;
  /** In order of time, without holes for a series. */
  readonly cells: readonly CoverageCell[];
}

export interface CoverageOptions {
  /** How far back files cover intervals they have no rows of. */
  readonly reports: Pick<ReportSettings, 'lookBackMinutes' | 'series'>;
  /** Intervals to judge, as [first start, last end]; without it each series' first to last run time. */
  readonly range?: { readonly from: string; readonly to: string };
}

// Run times reach back 35 days at most; a wrong year in a name must not fill the memory.
const maxCells = 35 * 96;

function isDelivered({ result }: RunFile): boolean {
  return result.status === 'DELIVERED' || result.status === 'ALREADY_DELIVERED';
}

function listReloaded(files: readonly RunFile[], kind: string): string[] {
  const reloads = files.filter(({ result }) => result.kind === kind && result.series === null);
  return [...new Set(reloads.filter(isDelivered).flatMap(({ intervals }) => intervals))].toSorted();
}

/** By kind and series in the order of their first file. */
export function judgeCoverage(files: readonly RunFile[], options: CoverageOptions): SeriesCoverage[] {
  const kinds = [...new Set(files.map(({ result }) => result.kind).filter((kind) => kind !== null))];
  return kinds.flatMap((kind) => {
    const ofKind = files.filter(({ result }) => result.kind === kind && result.runTime !== null);
    const series = [...new Set(ofKind.map(({ result }) => result.series).filter((name) => name !== null))];
    const reloaded = listReloaded(files, kind);
    // A reload file belongs to no series: among several nobody can tell whose figures it has replaced.
    const isOwn = series.length === 1;
    const covered = series.map((name) =>
      judgeSeries(
        ofKind.filter(({ result }) => result.series === name),
        { kind, series: name, reloaded: new Set(isOwn ? reloaded : []) },
        options,
      ),
    );
    if (isOwn || reloaded.length === 0) return covered;
    const cells = reloaded.map((intervalStart) => ({ intervalStart, state: 'reloaded' as const }));
    return [...covered, { kind, series: null, cells }];
  });
}

function toSeriesFile({ result }: RunFile): SeriesFile<(typeof undelivered)[number]>[] {
  const runTime = result.runTime ?? '';
  switch (result.status) {
    case 'DELIVERED':
    case 'ALREADY_DELIVERED':
      return [{ runTime, outcome: 'delivered', verdict: result.spacing }];
    case 'QUARANTINED':
      return [{ runTime, outcome: 'quarantined', verdict: null }];
    case 'FAILED':
      return [{ runTime, outcome: 'failed', verdict: null }];
    case 'SUPERSEDED':
    case 'IGNORED':
      return [];
  }
}

function judgeSeries(
  files: readonly RunFile[],
  { kind, series, reloaded }: { kind: string; series: string; reloaded: ReadonlySet<string> },
  { reports, range }: CoverageOptions,
): SeriesCoverage {
  const runTimes = files.map(({ result }) => toEpochMs(result.runTime ?? '')).toSorted((a, b) => a - b);
  const judge = createIntervalJudge(
    {
      files: files.flatMap(toSeriesFile),
      intervalsWithRows: new Set(files.filter(isDelivered).flatMap(({ intervals }) => intervals)),
      reloadedIntervals: reloaded,
      lookBackMinutes: toLookBackMinutes(reports, { kind, series }),
    },
    undelivered,
  );
  const toGrid = (ms: number): number => Math.floor(ms / intervalMs) * intervalMs;
  const firstMs = range === undefined ? toGrid((runTimes[0] ?? 0) - 1) : toEpochMs(range.from);
  const endMs = range === undefined ? (runTimes.at(-1) ?? 0) : toEpochMs(range.to);
  const cellCount = Math.min(maxCells, Math.ceil((endMs - firstMs) / intervalMs));
  const cells = Array.from({ length: cellCount }, (_, index) => {
    const startMs = firstMs + index * intervalMs;
    return { intervalStart: toInstant(startMs), state: judge(startMs) };
  });
  return { kind, series, cells };
}

/** How many cells have each state. */
export function countCells(cells: readonly CoverageCell[]): Record<CellState, number> {
  const counts = { delivered: 0, empty: 0, late: 0, reloaded: 0, healed: 0, missing: 0, quarantined: 0, failed: 0 };
  for (const { state } of cells) counts[state] += 1;
  return counts;
}

/** Starts of the intervals with this state. */
export function listIntervals(cells: readonly CoverageCell[], state: CellState): string[] {
  return cells.filter((cell) => cell.state === state).map(({ intervalStart }) => intervalStart);
}
