// The rejects file an operator opens: where the fault is, what it is, and the row as it came.
import { stringify } from 'csv-stringify/sync';
import type { RejectedRow } from '../domain/report-rows/rejected-row.ts';

/**
 * Writes the rejected rows as CSV: line, column, value, reason, then the report's own columns. A ragged row keeps the
 * cells it has. Cells a spreadsheet would run as a formula (`=`, `+`, `-`, `@` first) are led by an apostrophe.
 */
export function toRejectsCsv(header: readonly string[], rejects: readonly RejectedRow[]): string {
  const rows = rejects.map(({ lineNumber, column, value, reason, cells }) => [
    String(lineNumber),
    column ?? '',
    value ?? '',
    reason,
    ...cells,
  ]);
  return stringify([['line', 'column', 'value', 'reason', ...header], ...rows], {
    escape_formulas: true,
    quoted_match: /[\r\n]/,
  });
}
