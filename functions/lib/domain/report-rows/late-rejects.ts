// Rows that are bad for what other rows say. Their cells are no longer in memory when that is known: those of all rows would take
// several times the memory of everything else.
import type { JudgedReport, MappedReport } from './mapped-report.ts';
import type { JudgedRow } from './rejected-row.ts';
import type { ReportRow } from './report-row.ts';

/** Lines whose cells `addCells` needs. */
export function listLateLines({ rejects }: JudgedReport): ReadonlySet<number> {
  return new Set(rejects.flatMap(({ lineNumber, cells }) => (cells === null ? lineNumber : [])));
}

/** @throws RangeError the cells of a late line are missing */
export function addCells(judged: JudgedReport, cellsByLine: ReadonlyMap<number, readonly string[]>): MappedReport {
  const rejects = judged.rejects.map((reject) => {
    const cells = reject.cells ?? cellsByLine.get(reject.lineNumber);
    if (cells === undefined) throw new RangeError(`Line ${reject.lineNumber} is rejected, but its cells are not there`);
    return { ...reject, cells };
  });
  return { ...judged, rejects };
}

/** The reject of a row that agrees with an earlier one in all dimensions. */
export function rejectDuplicate({ lineNumber }: ReportRow, earlierLine: number): JudgedRow {
  return {
    lineNumber,
    column: null,
    value: null,
    reason: `duplicate of line ${earlierLine}`,
    rule: 'duplicate-row',
    cells: null,
  };
}
