// What a row is about: its names and other dimensions. Thousands of rows share a few subjects, so each is read once.
import { readChannel, type Channel } from './channel.ts';
import { reportColumns, type ReportColumn } from './report-columns.ts';
import type { ReportHeader } from './report-header.ts';

export interface RowSubject {
  /** Counts the subjects of the report from 0, those out of scope too. */
  readonly number: number;
  /** As it stands in the report; empty for kinds that have none. */
  readonly queue: string;
  readonly agent: string;
  readonly channel: Channel | 'outOfScope' | 'unknown' | null;
  /** Position of a name that is blank, or null. */
  readonly blankNameAt: number | null;
}

export interface SubjectReader {
  /** The same object for every row that agrees in all dimensions of the report. */
  read(cells: readonly string[]): RowSubject;
  queueIn(cells: readonly string[]): string;
  agentIn(cells: readonly string[]): string;
}

/** Joins what is also in its parts: no cell of an accepted row holds a NUL. */
export const keySeparator = '\0';

/**
 * Prepares the reading of subjects. Names are compared and sent exactly as they stand, not even trimmed.
 * @source docs/figures.md, Several rows for one record
 */
export function createSubjectReader(header: ReportHeader): SubjectReader {
  const positionOf = (column: ReportColumn) => header.positions.get(column) ?? -1;
  const queueAt = header.kind === 'ASPR' ? -1 : positionOf('queue');
  const agentAt = header.kind === 'QR' ? -1 : positionOf('agent');
  const channelAt = positionOf('channel');
  const dimensionsAt = listDimensions(header).map(positionOf);
  const subjects = new Map<string, RowSubject>();
  const queueIn = (cells: readonly string[]) => cells[queueAt] ?? '';
  const agentIn = (cells: readonly string[]) => cells[agentAt] ?? '';
  // Joined, not added up: a text that was added up keeps its parts beside the whole.
  const keyOf = (cells: readonly string[]) =>
    dimensionsAt.length === 1
      ? (cells[dimensionsAt[0] ?? -1] ?? '')
      : dimensionsAt.map((position) => cells[position] ?? '').join(keySeparator);
  return {
    queueIn,
    agentIn,
    read(cells) {
      const key = keyOf(cells);
      const known = subjects.get(key);
      if (known) return known;
      const subject: RowSubject = {
        number: subjects.size,
        queue: queueIn(cells),
        agent: agentIn(cells),
        channel: channelAt < 0 ? null : readChannel(cells[channelAt] ?? ''),
        blankNameAt: [queueAt, agentAt].find((position) => position >= 0 && isBlank(cells[position] ?? '')) ?? null,
      };
      subjects.set(key, subject);
      return subject;
    },
  };
}

/** Tells whether the report groups by more than its kind's queue and/or agent, so that rows have to be added up. */
export function hasExtraDimensions(header: ReportHeader): boolean {
  const entities = new Set<string>({ QR: ['queue'], AQR: ['agent', 'queue'], ASPR: ['agent'] }[header.kind]);
  return listDimensions(header).some((column) => !entities.has(column));
}

function listDimensions({ positions }: ReportHeader): readonly ReportColumn[] {
  return reportColumns.flatMap(([column, unit]) => (unit === 'text' && positions.has(column) ? [column] : []));
}

function isBlank(cell: string): boolean {
  const text = cell.trim();
  return text === '' || text === '-';
}
