// One row of a report, checked cell by cell. Nothing is thrown: bad rows are expected, and throwing is slow.
import type { Settings } from '../../../../schemas/settings.ts';
import type { CsvRow } from './csv-row.ts';
import { readFigureCell, readQuickCount, type FigureLimit } from './figure-cell.ts';
import type { RejectedRow, RowFault } from './rejected-row.ts';
import { figureColumns, isSecondsColumn, type ReportColumn } from './report-columns.ts';
import type { ReportHeader } from './report-header.ts';
import { checkRowInterval, parseInstant, type IntervalBounds } from './row-interval.ts';
import { createSubjectReader, type RowSubject } from './row-subject.ts';

/** A row without a fault of its own. */
export interface ReportRow {
  readonly lineNumber: number;
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
  // A cell that was read as a figure or an instant holds no broken text: searching the others alone saves most of the search.
  const readAt = new Set([startAt, endAt, ...figurePlan.map(({ position }) => position)]);
  const everyCell = [...header.headings.keys()];
  const unreadCells = everyCell.filter((position) => !readAt.has(position));
  // Filled anew for every row and copied.
  const figures = figurePlan.map(() => Number.NaN);
  const instantOf = rememberInstants();

  function faultAt(cells: readonly string[], position: number, rule: string, reason: string): RowFault {
    return { rule, reason, column: header.headings[position] ?? null, value: cells[position] ?? null };
  }

  function findTextFault(cells: readonly string[], positions: readonly number[]): RowFault | null {
    if (cells.length !== width) {
      const reason = `expected ${width} cells as in the header, found ${cells.length}`;
      return { rule: 'ragged-row', reason, column: null, value: null };
    }
    for (const position of positions) {
      if (!isBrokenText(cells[position] ?? '')) continue;
      return faultAt(cells, position, 'not-utf-8', 'not valid UTF-8: the cell holds bytes that are no text');
    }
    return null;
  }

  function findFault(
    cells: readonly string[],
    { channel, blankNameAt }: RowSubject,
    startMs: number,
    endMs: number,
  ): RowFault | null {
    if (channel === 'unknown') {
      return faultAt(cells, channelAt, 'unknown-channel', 'expected VOICE, CHAT, TASK or EMAIL');
    }
    if (blankNameAt !== null) {
      return faultAt(cells, blankNameAt, 'blank-name', 'expected a name, found a blank cell');
    }
    if (Number.isNaN(startMs) || Number.isNaN(endMs)) {
      const reason = 'expected an instant with its offset such as 2026-11-22T12:00:00.000Z';
      return faultAt(cells, Number.isNaN(startMs) ? startAt : endAt, 'not-an-instant', reason);
    }
    const fault = checkRowInterval(startMs, endMs, bounds);
    if (fault) return faultAt(cells, positionOf(fault.column), fault.rule, fault.reason);
    let index = 0;
    for (const { position, limit } of figurePlan) {
      const cell = cells[position] ?? '';
      const count = readQuickCount(cell);
      if (count >= 0 && count <= limit.maximum) {
        figures[index++] = count;
        continue;
      }
      const reading = readFigureCell(cell, limit);
      if (!('value' in reading)) return faultAt(cells, position, reading.rule, reading.reason);
      figures[index++] = reading.value;
    }
    return null;
  }

  function reject({ cells, lineNumber }: CsvRow, fault: RowFault, startMs: number, endMs: number): RowReading {
    const coveredMs = endMs - startMs;
    return {
      status: 'rejected',
      // Whatever else is wrong, broken text is what the row is rejected for.
      rejected: { lineNumber, ...(findTextFault(cells, everyCell) ?? fault), cells },
      place: Number.isNaN(startMs) ? null : { queue: subjects.queueIn(cells), agent: subjects.agentIn(cells), startMs },
      coveredMs: Number.isNaN(coveredMs) ? null : coveredMs,
    };
  }

  return (source) => {
    const { cells, lineNumber } = source;
    const startMs = instantOf(cells[startAt] ?? '');
    const endMs = instantOf(cells[endAt] ?? '');
    const textFault = findTextFault(cells, unreadCells);
    if (textFault) return reject(source, textFault, startMs, endMs);
    const subject = subjects.read(cells);
    const isInScope = subject.channel !== 'outOfScope';
    const fault = isInScope ? findFault(cells, subject, startMs, endMs) : findTextFault(cells, everyCell);
    if (fault) return reject(source, fault, startMs, endMs);
    if (!isInScope) return { status: 'outOfScope' };
    return { status: 'accepted', row: { lineNumber, subject, startMs, figures: figures.slice() } };
  };
}

/** The figure columns of the report, in the order in which ReportRow.figures holds them. */
export function listFigures(header: ReportHeader) {
  return figureColumns[header.kind].filter((column) => header.positions.has(column));
}

// A report repeats the same few instants in thousands of rows. NaN is no instant.
function rememberInstants(): (text: string) => number {
  const instants = new Map<string, number>();
  return (text) => {
    const known = instants.get(text);
    if (known !== undefined) return known;
    const instant = parseInstant(text) ?? Number.NaN;
    instants.set(text, instant);
    return instant;
  };
}

function isBrokenText(cell: string): boolean {
  return cell.includes('\uFFFD') || cell.includes('\0');
}
