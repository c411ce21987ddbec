// A report file read by the production rules, with what a planner asks of it beside: how full it is, and its own service level.
import type { Readable } from 'node:stream';
import { ConnectorError, type ErrorClass } from '../../../functions/lib/domain/errors.ts';
import type { CsvRow } from '../../../functions/lib/domain/report-rows/csv-row.ts';
import { parseThresholdHeading } from '../../../functions/lib/domain/report-rows/heading.ts';
import type { MappedReport } from '../../../functions/lib/domain/report-rows/mapped-report.ts';
import { createNoteList } from '../../../functions/lib/domain/report-rows/notes.ts';
import { readReportHeader } from '../../../functions/lib/domain/report-rows/report-header.ts';
import type { RowContext } from '../../../functions/lib/domain/report-rows/report-rows.ts';
import { parseInstant } from '../../../functions/lib/domain/report-rows/row-interval.ts';
import { readReport } from '../../../functions/transform-rows/read-report.ts';

/** Above so many cells with data Amazon Connect writes no report, and says nothing. */
export const connectCellLimit = 200_000;
/** A report that comes this near to the limit fails at the next busy hour. */
export const cellWarningPercent = 80;

/** The service level a row of a queue report states itself. */
export interface StatedServiceLevel {
  readonly queue: string;
  readonly startMs: number;
  readonly percent: number;
}

export interface Refusal {
  readonly error: string;
  readonly message: string;
}

export interface ReadFile {
  /** null when nothing of the file could be mapped. */
  readonly mapped: MappedReport | null;
  /** Why the file would be quarantined as a whole; null when it would not. */
  readonly refusal: Refusal | null;
  /** Cells with data, without the headings. */
  readonly cellCount: number;
  readonly serviceLevels: readonly StatedServiceLevel[];
}

/** The refusal an error of the rules stands for; null for one that says nothing of the file. */
export function toRefusal(error: unknown): Refusal | null {
  const permanent: ErrorClass = 'permanent';
  return error instanceof ConnectorError && error.errorClass === permanent
    ? { error: error.name, message: error.message }
    : null;
}

/** Errors of the body's stream pass through. */
export async function readReportFile(body: Readable, key: string, context: RowContext): Promise<ReadFile> {
  let cellCount = 0;
  let findLevel: ((row: CsvRow) => StatedServiceLevel | null) | undefined;
  const serviceLevels: StatedServiceLevel[] = [];
  const onRow = (row: CsvRow): void => {
    if (findLevel === undefined) {
      findLevel = createLevelFinder(row.cells, context);
      return;
    }
    cellCount += row.cells.filter((cell) => hasData(cell)).length;
    const level = findLevel(row);
    if (level !== null) serviceLevels.push(level);
  };
  try {
    const mapped = await readReport(body, { key }, context, onRow);
    return { mapped, refusal: toRefusal(mapped.refusal), cellCount, serviceLevels };
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal === null) throw error;
    return { mapped: null, refusal, cellCount, serviceLevels };
  }
}

/** `-` is how Amazon Connect writes nothing. */
function hasData(cell: string): boolean {
  const text = cell.trim();
  return text !== '' && text !== '-';
}

/** The column "Service level X seconds" with the X the contacts are counted by; the production rules have no use for it. */
function createLevelFinder(
  headings: readonly string[],
  { kind, settings }: RowContext,
): (row: CsvRow) => StatedServiceLevel | null {
  if (kind !== 'QR') return () => null;
  const header = readReportHeader(headings, kind, settings.reports.headingAliases, createNoteList());
  const at = headings.findIndex((heading) => {
    const threshold = parseThresholdHeading(heading);
    return threshold?.measure === 'serviceLevel' && threshold.thresholdSeconds === header.serviceLevelSeconds;
  });
  const queueAt = header.positions.get('queue') ?? -1;
  const startAt = header.positions.get('startInterval') ?? -1;
  return ({ cells }) => {
    const percent = /^\s*(\d{1,3}(?:\.\d+)?)\s*%?\s*$/.exec(cells[at] ?? '')?.[1];
    const startMs = parseInstant(cells[startAt] ?? '');
    if (percent === undefined || startMs === null) return null;
    return { queue: cells[queueAt] ?? '', startMs, percent: Number(percent) };
  };
}
