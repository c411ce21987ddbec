// Which intervals of a series are covered by the files of this run, and how: missing is not empty, and late is not missing.
import { intervalMs, toEpochMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import type { RunFile } from './run-files.ts';

export const cellStates = [
  'delivered',
  'empty',
  'late',
  'reloaded',
  'healed',
  'missing',
  'quarantined',
  'failed',
] as const;

/**
 * delivered: its own file has rows of it. empty: its own file came, without rows of it. late: its own file came after later
 * ones. reloaded: its figures were sent again. healed: its own file never came, but the look-back of another one has it.
 * missing: nothing came. quarantined, failed: its own file came and was not delivered.
 */
export type CellState = (typeof cellStates)[number];

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
  /** How far back a file covers intervals it has no rows of (setting reports.lookBackMinutes). */
  readonly lookBackMinutes: number;
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

function judgeSeries(
  files: readonly RunFile[],
  { kind, series, reloaded }: { kind: string; series: string; reloaded: ReadonlySet<string> },
  { lookBackMinutes, range }: CoverageOptions,
): SeriesCoverage {
  const filesByEnd = Map.groupBy(files, ({ result }) => result.runTime ?? '');
  const runTimes = [...filesByEnd.keys()].map(toEpochMs).toSorted((a, b) => a - b);
  const delivered = files.filter(isDelivered);
  const withRows = new Set(delivered.flatMap(({ intervals }) => intervals));
  const lookedBackTo = new Set(
    delivered.flatMap(({ result }) => {
      const endMs = toEpochMs(result.runTime ?? '');
      const count = Math.floor((lookBackMinutes * 60_000) / intervalMs);
      return Array.from({ length: count }, (_, index) => toInstant(endMs - (index + 1) * intervalMs));
    }),
  );
  const judge = (startMs: number): CellState => {
    const intervalStart = toInstant(startMs);
    const own = filesByEnd.get(toInstant(startMs + intervalMs)) ?? [];
    const ownDelivered = own.filter(isDelivered);
    if (reloaded.has(intervalStart)) return 'reloaded';
    if (ownDelivered.some(({ result }) => result.spacing === 'reload')) return 'reloaded';
    if (ownDelivered.some(({ result }) => result.spacing === 'backfill')) return 'late';
    if (ownDelivered.length > 0) return withRows.has(intervalStart) ? 'delivered' : 'empty';
    if (withRows.has(intervalStart) || lookedBackTo.has(intervalStart)) return 'healed';
    if (own.some(({ result }) => result.status === 'QUARANTINED')) return 'quarantined';
    return own.some(({ result }) => result.status === 'FAILED') ? 'failed' : 'missing';
  };
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
