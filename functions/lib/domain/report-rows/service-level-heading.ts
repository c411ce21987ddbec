// The queue's service level X, which a report states only in its headings.
import { ReportHeaderError } from '../errors.ts';
import type { ThresholdHeading } from './heading.ts';
import type { NoteList } from './notes.ts';

export interface FoundThreshold extends ThresholdHeading {
  readonly heading: string;
  readonly position: number;
}

export interface ServiceLevelColumns {
  readonly serviceLevelSeconds: number;
  readonly answeredPosition: number;
  readonly abandonedPosition: number;
}

/**
 * Finds the one service level of a report and the two columns that count within it.
 * @returns null when one of the two columns is missing
 * @throws ReportHeaderError more than one threshold, or answered and abandoned with different ones
 * @source docs/inputs.md, Columns: one service level a report
 */
export function findServiceLevel(found: readonly FoundThreshold[], notes: NoteList): ServiceLevelColumns | null {
  const counted = found.filter(({ measure }) => measure !== 'serviceLevel');
  const thresholds = new Set(counted.map(({ thresholdSeconds }) => thresholdSeconds));
  if (thresholds.size > 1) {
    const headings = counted.map(({ heading }) => heading);
    throw new ReportHeaderError(
      `The report has columns for different service levels: expected one threshold for answered and abandoned contacts, found ${quoteList(headings)}`,
      { context: { headings } },
    );
  }
  const answered = preferred(counted, 'answered', notes);
  const abandoned = preferred(counted, 'abandoned', notes);
  if (!answered || !abandoned) return null;
  for (const { measure, thresholdSeconds, heading } of found) {
    if (measure !== 'serviceLevel' || thresholdSeconds === answered.thresholdSeconds) continue;
    notes.add(
      'service-level-ignored',
      `"${heading}" is ignored: contacts are counted within ${answered.thresholdSeconds} seconds in this report.`,
    );
  }
  return {
    serviceLevelSeconds: answered.thresholdSeconds,
    answeredPosition: answered.position,
    abandonedPosition: abandoned.position,
  };
}

/** Lists headings for a message. */
export function quoteList(headings: readonly string[]): string {
  return headings.map((heading) => `"${heading.length > 80 ? `${heading.slice(0, 80)}…` : heading}"`).join(', ');
}

function preferred(found: readonly FoundThreshold[], measure: ThresholdHeading['measure'], notes: NoteList) {
  const [first, ...others] = found
    .filter((threshold) => threshold.measure === measure)
    .sort((a, b) => a.preference - b.preference);
  for (const other of others) noteIgnoredSpelling(notes, first?.heading ?? '', other.heading);
  return first;
}

/** Notes that two spellings of one column stand in the report and which of them counts. */
export function noteIgnoredSpelling(notes: NoteList, used: string, ignored: string): void {
  notes.add('heading-twice', `"${ignored}" is ignored: "${used}" is the same column.`);
}
