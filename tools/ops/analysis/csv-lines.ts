// Tables as CSV for a spreadsheet.
import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | boolean | null;

/**
 * A heading line and a line a row (RFC 4180). Cells a spreadsheet would run as a formula (`=`, `+`, `-`, `@`, tab first) are led by an
 * apostrophe; null is an empty cell.
 */
export function toCsvLines(headings: readonly string[], rows: readonly (readonly CsvCell[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
  // Cells hold no line break by now: plain text has none.
  return stringify([[...headings], ...texts], { escape_formulas: true })
    .replace(/\n$/, '')
    .split('\n');
}
