// How much of a file is read before it is plain that it is no report.
import { ReportRowLimitError } from '../errors.ts';
import type { CsvRow } from './csv-row.ts';

// Twenty-five times the largest legal report. Rejected rows keep their cells, and a row of nothing but commas has one for every byte.
const maxCells = 5_000_000;

/**
 * Counts the rows of one report and their cells.
 * @returns takes the next row; throws ReportRowLimitError beyond `maxRows` rows, or more cells than any report has
 */
export function createRowLimits(maxRows: number): (row: CsvRow) => void {
  let rowCount = 0;
  let cellCount = 0;
  return ({ cells }) => {
    rowCount += 1;
    cellCount += cells.length;
    if (rowCount > maxRows) {
      throw new ReportRowLimitError(
        `The report has more than ${maxRows} rows (setting reports.maxRows): split it into smaller reports`,
        { context: { maxRows } },
      );
    }
    if (cellCount > maxCells) {
      throw new ReportRowLimitError(
        `The report has more than ${maxCells} cells; expected at most the 200000 of Amazon Connect's largest report: it is damaged or none`,
        { context: { maxCells } },
      );
    }
  };
}
