// The rejects file an operator opens: where the fault is, what it is, and the row as it came.
import type { RejectedRow } from '../domain/report-rows/rejected-row.ts';
import { toSpreadsheetCsv } from './spreadsheet-csv.ts';

/**
 * Writes the rejected rows as CSV: line, column, value, reason, then the report's own columns. A ragged row keeps the
 * cells it has.
 */
export function toRejectsCsv(header: readonly string[], rejects: readonly RejectedRow[]): string {
  const rows = rejects.map(({ lineNumber, column, value, reason, cells }) => [
    String(lineNumber),
    column ?? '',
    value ?? '',
    reason,
    ...cells,
  ]);
  return toSpreadsheetCsv([['line', 'column', 'value', 'reason', ...header], ...rows]);
}
