// Adding up the figures of rows. A blank cell is no value: it counts as nothing in a sum, and alone it is null, not 0.
import type { FigureColumn, SecondsColumn } from './report-columns.ts';
import type { ReportHeader } from './report-header.ts';
import { listFigures, type ReportRow } from './report-row.ts';

export type FigureOfRow = (row: ReportRow) => number | null;

export interface FigureSums {
  /** Whether the report has the column at all. */
  has(column: FigureColumn): boolean;
  of(row: ReportRow, column: FigureColumn): number | null;
  total(rows: readonly ReportRow[], figureOf: FigureOfRow): number | null;
  sum(rows: readonly ReportRow[], column: FigureColumn): number | null;
  /**
   * Count × average, row by row, then added up: the total time behind an average. A count of 0 needs no average.
   * Null when the column is absent, or when a row counts contacts but has no average: the sum would be a part only.
   */
  weighted(rows: readonly ReportRow[], countOf: FigureOfRow, average: SecondsColumn): number | null;
}

/** Prepares the sums over rows of one report. */
export function createFigureSums(header: ReportHeader): FigureSums {
  const indexes = new Map<FigureColumn, number>(listFigures(header).map((column, index) => [column, index]));
  const of = (row: ReportRow, column: FigureColumn): number | null => {
    const index = indexes.get(column);
    return index === undefined ? null : valueAt(row, index);
  };
  return {
    has: (column) => indexes.has(column),
    of,
    total(rows, figureOf) {
      let sum: number | null = null;
      for (const row of rows) sum = addPresent(sum, figureOf(row));
      return sum;
    },
    sum(rows, column) {
      const index = indexes.get(column);
      if (index === undefined) return null;
      let sum: number | null = null;
      for (const row of rows) sum = addPresent(sum, valueAt(row, index));
      return sum;
    },
    weighted(rows, countOf, average) {
      const index = indexes.get(average);
      if (index === undefined) return null;
      let seconds: number | null = null;
      for (const row of rows) {
        const count = countOf(row);
        if (count === null) continue;
        const averageSeconds = count === 0 ? 0 : valueAt(row, index);
        if (averageSeconds === null) return null;
        seconds = addPresent(seconds, count * averageSeconds);
      }
      return seconds;
    },
  };
}

function valueAt(row: ReportRow, index: number): number | null {
  const value = row.figures[index];
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** Adds what is there: null + 5 = 5, null + null = null. */
export function addPresent(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}

/** Rounds away the noise of binary fractions; null stays null. */
export function roundTo(value: number | null, decimals: number): number | null {
  if (value === null) return null;
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
