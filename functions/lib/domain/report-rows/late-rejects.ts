// Rows that are bad for what other rows say. Their cells are no longer in memory when that is known: those of all rows would take
// several times the memory of everything else.
import type { JudgedReport, MappedReport } from './mapped-report.ts';
import type { LateReject } from './rejected-row.ts';
import type { ReportRow } from './report-row.ts';

/**
 * The report with all its rejects.
 * @param cellsByLine The cells of the late ones at least.
 * @throws RangeError the cells of a late one are missing
 */
export function addCells(
  { ownRejects, lateRejects, ...report }: JudgedReport,
  cellsByLine: ReadonlyMap<number, readonly string[]>,
): MappedReport {
  const late = lateRejects.map((reject) => {
    const cells = cellsByLine.get(reject.lineNumber);
    if (cells === undefined) throw new RangeError(`Line ${reject.lineNumber} is rejected, but its cells are not there`);
    return { ...reject, cells };
  });
  return { ...report, rejects: [...ownRejects, ...late].sort(compareLines) };
}

export function compareLines(a: LateReject, b: LateReject): number {
  return a.lineNumber - b.lineNumber;
}

export function duplicateOf(earlierLine: number, { lineNumber }: ReportRow): LateReject {
  return {
    lineNumber,
    column: null,
    value: null,
    reason: `duplicate of line ${earlierLine}`,
    rule: 'duplicate-row',
  };
}
