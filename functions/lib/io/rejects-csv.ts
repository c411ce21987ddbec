// The rejects file an operator opens: where the fault is, what it is, and the row as it came.
import type { RejectedRow } from '../domain/report-rows/rejected-row.ts';
import { toSpreadsheetCsv } from './spreadsheet-csv.ts';

// Written a thousand rows at a time: the writer holds several copies of what it is given, and a file that is bad as a whole may have
// a hundred thousand.
const sliceRows = 1000;

/**
 * Writes the rejected rows as CSV: line, column, value, reason, then the report's own columns. A ragged row keeps the
 * cells it has.
 */
export function toRejectsCsv(header: readonly string[], rejects: readonly RejectedRow[]): string {
  const texts = [toSpreadsheetCsv([['line', 'column', 'value', 'reason', ...header]])];
  for (let start = 0; start < rejects.length; start += sliceRows) {
    texts.push(toSpreadsheetCsv(rejects.slice(start, start + sliceRows).map(toCells)));
  }
  return texts.join('');
}

function toCells({ lineNumber, column, value, reason, cells }: RejectedRow): readonly string[] {
  return [String(lineNumber), column ?? '', value ?? '', reason, ...cells];
}
