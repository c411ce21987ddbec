// What every mapping from report rows to a hub record is given.
import type { Settings } from '../../../../schemas/settings.ts';
import type { FigureSums } from './figure-sums.ts';
import type { MediaType } from './media-type.ts';
import type { NoteList } from './notes.ts';
import type { ReportRow } from './report-row.ts';

/** The rows of one queue and/or agent in one interval; several where the report has more dimensions than the hub. */
export interface IntervalRows {
  /** Name of the queue at the hub; empty for ASPR. */
  readonly queueValue: string;
  /** Login of the agent; empty for QR. */
  readonly agentValue: string;
  /** ISO instant. */
  readonly intervalStart: string;
  readonly rows: readonly ReportRow[];
}

export interface MappingContext {
  readonly sums: FigureSums;
  readonly figures: Settings['figures'];
  readonly notes: NoteList;
  readonly agentIdOf: (login: string) => string;
}

/** A context for kinds that count contacts of a queue. */
export interface QueueMapping extends MappingContext {
  readonly mediaType: MediaType;
}

/** What is sent for a figure Connect cannot supply, by setting. */
export function missingFigure(figures: Settings['figures']): 0 | null {
  return figures.missingFigures === 'zero' ? 0 : null;
}

/**
 * Subtracts, but never below 0: that is noted, since the columns then contradict each other.
 * @param what The figure and where, for the note.
 */
export function subtractFrom(minuend: number, subtrahend: number, what: string, notes: NoteList): number {
  const difference = minuend - subtrahend;
  // Half of the last decimal that is sent: less is noise of binary fractions.
  if (difference < -0.0005) notes.add('raised-to-zero', `${what} would be below 0 and is sent as 0.`);
  return Math.max(0, difference);
}
