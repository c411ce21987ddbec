// Tables as CSV for a spreadsheet.
import { toSpreadsheetCsv } from '../../../functions/lib/io/spreadsheet-csv.ts';

export type CsvCell = string | number | boolean | null;

/**
 * A heading line and a line a row (RFC 4180), what a spreadsheet would run as a formula made text; null is an empty cell.
 */
export function toCsvLines(headings: readonly string[], rows: readonly (readonly CsvCell[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
  // Cells hold no line break by now: plain text has none.
  return toSpreadsheetCsv([headings, ...texts])
    .replace(/\n$/, '')
    .split('\n');
}
