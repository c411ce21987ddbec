// Which column of this report holds what. Worked out once a file, by heading, never by position.
import type { ReportKind } from '../../../../schemas/report-kind.ts';
import { ReportFormatError, ReportHeaderError } from '../errors.ts';
import { normalizeHeading, parseThresholdHeading } from './heading.ts';
import type { NoteList } from './notes.ts';
import { englishHeading, mandatoryColumns, reportColumns, type ReportColumn } from './report-columns.ts';
import { parseInstant } from './row-interval.ts';
import { findServiceLevel, noteIgnoredSpelling, quoteList, type FoundThreshold } from './service-level-heading.ts';

interface HeaderColumns {
  /** As they stand in the report. */
  readonly headings: readonly string[];
  /** Where each known column stands, from 0; a column that is not in the report is not in the map. */
  readonly positions: ReadonlyMap<ReportColumn, number>;
}

/** `serviceLevelSeconds` is X of "answered in X seconds"; only queue reports state one. */
export type ReportHeader = HeaderColumns &
  (
    | { readonly kind: 'QR'; readonly serviceLevelSeconds: number }
    | { readonly kind: 'AQR' | 'ASPR'; readonly serviceLevelSeconds: null }
  );

/**
 * Maps the headings of a report to the columns this connector knows. Other headings are ignored.
 * @param aliases More spellings by English heading (settings.reports.headingAliases).
 * @throws ReportHeaderError a known heading twice, a mandatory one missing, or contradicting service levels
 * @throws ReportFormatError the header is no UTF-8 text
 */
export function readReportHeader(
  headings: readonly string[],
  kind: ReportKind,
  aliases: Readonly<Record<string, readonly string[]>>,
  notes: NoteList,
): ReportHeader {
  checkText(headings);
  const translate = createTranslation(aliases);
  const found = new Map<string, { heading: string; position: number }>();
  const thresholds: FoundThreshold[] = [];
  headings.forEach((heading, position) => {
    const english = translate(heading);
    const threshold = parseThresholdHeading(english);
    const word = normalizeHeading(heading);
    if (!threshold && !knownWords.has(normalizeHeading(english))) return;
    const earlier = found.get(word);
    if (earlier) {
      throw new ReportHeaderError(
        `The heading "${heading}" stands twice: "${earlier.heading}" in column ${earlier.position + 1} and "${heading}" in column ${position + 1}`,
        { context: { headings: [earlier.heading, heading] } },
      );
    }
    found.set(word, { heading, position });
    if (threshold) thresholds.push({ ...threshold, heading, position });
  });

  const positions = new Map<ReportColumn, number>();
  for (const [column, , spellings] of fixedColumns) {
    const [first, ...others] = spellings
      .flatMap((spelling) => [spelling, ...(aliasesOf(aliases, spelling) ?? [])])
      .map((spelling) => found.get(normalizeHeading(spelling)))
      .filter((match) => match !== undefined);
    if (first) positions.set(column, first.position);
    for (const other of new Set(others)) {
      if (first && other !== first) noteIgnoredSpelling(notes, first.heading, other.heading);
    }
  }
  const missing = listMissing(kind, positions);
  if (kind !== 'QR') {
    if (missing.length > 0) throw lackingColumns(kind, missing, positions, headings);
    return { kind, headings, positions, serviceLevelSeconds: null };
  }
  const serviceLevel = findServiceLevel(thresholds, notes);
  if (serviceLevel === null || missing.length > 0) {
    missing.push(...listMissingThresholds(thresholds));
    throw lackingColumns(kind, missing, positions, headings);
  }
  positions.set('answeredInTime', serviceLevel.answeredPosition);
  positions.set('abandonedInTime', serviceLevel.abandonedPosition);
  return { kind, headings, positions, serviceLevelSeconds: serviceLevel.serviceLevelSeconds };
}

// A heading that really says "X seconds" states no service level: the two threshold columns are found by pattern alone.
const fixedColumns = reportColumns.filter(([column]) => column !== 'answeredInTime' && column !== 'abandonedInTime');
const knownWords = new Set(fixedColumns.flatMap(([, , spellings]) => spellings.map(normalizeHeading)));

function checkText(headings: readonly string[]): void {
  const brokenAt = headings.findIndex((heading) => /[\0\uFFFD]/.test(heading));
  if (brokenAt === -1) return;
  throw new ReportFormatError(
    `The header row is no UTF-8 text: the heading of column ${brokenAt + 1} holds bytes that are none; save the file as CSV UTF-8`,
  );
}

function createTranslation(aliases: Readonly<Record<string, readonly string[]>>): (heading: string) => string {
  const english = new Map<string, string>();
  for (const [heading, spellings] of Object.entries(aliases)) {
    for (const spelling of spellings) english.set(normalizeHeading(spelling), heading);
  }
  return (heading) => english.get(normalizeHeading(heading)) ?? heading;
}

function aliasesOf(aliases: Readonly<Record<string, readonly string[]>>, spelling: string) {
  const word = normalizeHeading(spelling);
  return Object.entries(aliases).find(([heading]) => normalizeHeading(heading) === word)?.[1];
}

function listMissing(kind: ReportKind, positions: ReadonlyMap<ReportColumn, number>): string[] {
  return mandatoryColumns[kind]
    .filter((columns) => !columns.some((column) => positions.has(column)))
    .map((columns) => columns.map((column) => `"${englishHeading(column)}"`).join(' or '));
}

function listMissingThresholds(thresholds: readonly FoundThreshold[]): string[] {
  const lacks = (measure: string) => !thresholds.some((threshold) => threshold.measure === measure);
  return [
    ...(lacks('answered') ? [`"${englishHeading('answeredInTime')}"`] : []),
    ...(lacks('abandoned') ? [`"${englishHeading('abandonedInTime')}"`] : []),
  ];
}

function lackingColumns(
  kind: ReportKind,
  missing: readonly string[],
  positions: ReadonlyMap<ReportColumn, number>,
  headings: readonly string[],
): ReportHeaderError {
  const lacksInterval = !positions.has('startInterval') && !positions.has('endInterval');
  // Such a row names agents, which no error may.
  const isRowOfData = positions.size === 0 && headings.some(isFigureOrInstant);
  const found = isRowOfData ? [] : headings.filter((heading) => heading.trim() !== '').slice(0, 60);
  const finding = isRowOfData
    ? `a row of data with ${headings.length} cells in the place of the headings`
    : quoteList(found);
  return new ReportHeaderError(
    `The ${kind} report lacks ${missing.join(', ')}` +
      (lacksInterval ? '; the report lacks the Interval grouping: add it, 15 minutes' : '') +
      `; found ${finding || 'no headings'}`,
    { context: { missing, found } },
  );
}

function isFigureOrInstant(heading: string): boolean {
  return /^\s*\d+(?:\.\d+)?\s*$/.test(heading) || parseInstant(heading) !== null;
}
