// One row of a report, checked cell by cell. Nothing is thrown: bad rows are expected, and throwing is slow.
import type { Settings } from '../../../schemas/settings.ts';
import type { CsvRow } from './csv-row.ts';
import { readFigureCell, type FigureLimit } from './figure-cell.ts';
import type { RejectedRow, RowFault } from './rejected-row.ts';
import { figureColumns, isSecondsColumn, type ReportColumn } from './report-columns.ts';
import type { ReportHeader } from './report-header.ts';
import { checkRowInterval, parseInstant, type IntervalBounds } from './row-interval.ts';
import { createSubjectReader, keySeparator, type RowSubject } from './row-subject.ts';

/** A row without a fault of its own. It is kept until the file ends, hence small: no cell of it is held. */
export interface ReportRow {
  readonly lineNumber: number;
  /** The cells in one text; restoreCells gives them back. */
  readonly cellText: string;
  readonly subject: RowSubject;
  /** Start of the interval, ms since 1970; the end is 900 s later. */
  readonly startMs: number;
  /** In the order of listFigures; NaN where the cell says nothing. */
  readonly figures: readonly number[];
}

/** Whose interval a rejected row belongs to, as far as it can be read. */
export type RowPlace = Pick<RowSubject, 'queue' | 'agent'> & Pick<ReportRow, 'startMs'>;

export type RowReading =
  | { readonly status: 'accepted'; readonly row: ReportRow }
  | { readonly status: 'outOfScope' }
  | {
      readonly status: 'rejected';
      readonly rejected: RejectedRow;
      readonly place: RowPlace | null;
      /** Length of the interval where both ends can be read. */
      readonly coveredMs: number | null;
    };

/** Prepares the check of every row of one report. */
export function createRowReader(
  header: ReportHeader,
  bounds: IntervalBounds,
  limits: Pick<Settings['figures'], 'maxCount' | 'maxSeconds'>,
): (source: CsvRow) => RowReading {
  const positionOf = (column: ReportColumn) => header.positions.get(column) ?? -1;
  const startAt = positionOf('startInterval');
  const endAt = positionOf('endInterval');
  const channelAt = positionOf('channel');
  const width = header.headings.length;
  const subjects = createSubjectReader(header);
  const figurePlan = listFigures(header).map((column) => ({
    position: positionOf(column),
    limit: (isSecondsColumn(column)
      ? { isWhole: false, maximum: limits.maxSeconds, setting: 'figures.maxSeconds' }
      : { isWhole: true, maximum: limits.maxCount, setting: 'figures.maxCount' }) satisfies FigureLimit,
  }));
  // Filled anew for every row and copied: a copy has no room to spare, a grown array has.
  const figures = figurePlan.map(() => Number.NaN);
  const instantOf = rememberInstants();

  function faultAt(cells: readonly string[], position: number, rule: string, reason: string): RowFault {
    return { rule, reason, column: header.headings[position] ?? null, value: cells[position] ?? null };
  }

  function findFault(cells: readonly string[], startMs: number | null, endMs: number | null): RowFault | null {
    if (cells.length !== width) {
      const reason = `expected ${width} cells as in the header, found ${cells.length}`;
      return { rule: 'ragged-row', reason, column: null, value: null };
    }
    for (let position = 0; position < width; position += 1) {
      if (!isBrokenText(cells[position] ?? '')) continue;
      return faultAt(cells, position, 'not-utf-8', 'not valid UTF-8: the cell holds bytes that are no text');
    }
    const { channel, blankNameAt } = subjects.read(cells);
    if (channel === 'outOfScope') return null;
    if (channel === 'unknown') {
      return faultAt(cells, channelAt, 'unknown-channel', 'expected VOICE, CHAT, TASK or EMAIL');
    }
    if (blankNameAt !== null) {
      return faultAt(cells, blankNameAt, 'blank-name', 'expected a name, found a blank cell');
    }
    if (startMs === null || endMs === null) {
      const reason = 'expected an instant with its offset such as 2026-11-22T12:00:00.000Z';
      return faultAt(cells, startMs === null ? startAt : endAt, 'not-an-instant', reason);
    }
    const fault = checkRowInterval(startMs, endMs, bounds);
    if (fault) return faultAt(cells, positionOf(fault.column), fault.rule, fault.reason);
    let index = 0;
    for (const { position, limit } of figurePlan) {
      const reading = readFigureCell(cells[position] ?? '', limit);
      if (!('value' in reading)) return faultAt(cells, position, reading.rule, reading.reason);
      figures[index++] = reading.value;
    }
    return null;
  }

  return ({ cells, lineNumber }) => {
    const startMs = instantOf(cells[startAt] ?? '');
    const endMs = instantOf(cells[endAt] ?? '');
    const fault = findFault(cells, startMs, endMs);
    if (fault) {
      return {
        status: 'rejected',
        rejected: { lineNumber, ...fault, cells },
        place: startMs === null ? null : { queue: subjects.queueIn(cells), agent: subjects.agentIn(cells), startMs },
        coveredMs: startMs === null || endMs === null ? null : endMs - startMs,
      };
    }
    const subject = subjects.read(cells);
    if (startMs === null || subject.channel === 'outOfScope') return { status: 'outOfScope' };
    const cellText = cells.join(keySeparator);
    return { status: 'accepted', row: { lineNumber, cellText, subject, startMs, figures: figures.slice() } };
  };
}

/** The figure columns of the report, in the order in which ReportRow.figures holds them. */
export function listFigures(header: ReportHeader) {
  return figureColumns[header.kind].filter((column) => header.positions.has(column));
}

/** The cells of an accepted row, as they were read. */
export function restoreCells({ cellText }: ReportRow): readonly string[] {
  return cellText.split(keySeparator);
}

// A report repeats the same few instants in thousands of rows.
function rememberInstants(): (text: string) => number | null {
  const instants = new Map<string, number | null>();
  return (text) => {
    const known = instants.get(text);
    if (known !== undefined) return known;
    const instant = parseInstant(text);
    instants.set(text, instant);
    return instant;
  };
}

function isBrokenText(cell: string): boolean {
  return cell.includes('\uFFFD') || cell.includes('\0');
}
