// A run as text: a line for each file, or for a stretch of files that went the same way, then rejects and notes.
import Table from 'cli-table3';
import type { ReportOutcome } from '../../../schemas/outcome.ts';
import type { Colors } from './colors.ts';
import type { RunFile } from './run-files.ts';

export interface ReportLine {
  readonly label: string;
  readonly fileCount: number;
  readonly status: ReportOutcome;
  /** Without choices, a repeated state once. */
  readonly path: string;
  readonly rows: number | null;
  readonly delivered: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly remarks: readonly string[];
}

const wrapColumns = 110;
const rejectsShown = 20;
const notesShown = 10;
const missingShown = 8;

/** `ClassifyReport > … > ReportDelivered`, the way through the state machine. */
export function toPath(states: readonly string[]): string {
  const steps = states.filter((state) => !state.startsWith('Is'));
  return steps.filter((state, index) => state !== steps[index - 1]).join(' > ') || '(no execution)';
}

/** What a person should know of a file beside its figures. */
export function listRemarks({ result }: RunFile): string[] {
  const { spacing, missing, missingCount, series, ignoredAsOlder, outOfScope, rejects, rejected, error, cause } =
    result;
  const further = missingCount > missingShown ? ` and ${missingCount - missingShown} more` : '';
  const [reject] = rejects;
  const place = [
    reject?.line == null ? '' : `line ${reject.line}`,
    reject?.column == null ? '' : `"${reject.column}"`,
  ].filter((text) => text !== '');
  return [
    ...(spacing === 'gap' ? [`gap: no report for ${missing.slice(0, missingShown).join(', ')}${further}`] : []),
    ...(spacing === 'backfill' ? ['late: later runs were here before it'] : []),
    ...(spacing === 'reload' && series !== null ? ['this run time was here before: its figures replace those'] : []),
    ...(ignoredAsOlder > 0 ? [`${ignoredAsOlder} records: the hub has newer ones`] : []),
    ...(outOfScope > 0 ? [`${outOfScope} rows of task or e-mail contacts left out`] : []),
    ...(rejected > 0 && reject !== undefined
      ? [`${rejected} rejected: ${[...place, reject.reason].join(', ')}${rejected > 1 ? ' …' : ''}`]
      : []),
    ...(error === null ? [] : [`${error}: ${cause ?? ''}`]),
  ];
}

/** One file as one line. */
export function toFileLine(file: RunFile, label: string, story: string | null = null): ReportLine {
  const { status, states, rows, delivered, unchanged, rejected } = file.result;
  const remarks = [...(story === null ? [] : [story]), ...listRemarks(file)];
  return { label, fileCount: 1, status, path: toPath(states), rows, delivered, unchanged, rejected, remarks };
}

/** Joins lines that follow each other, went the same way and have nothing special; `joinLabels` names the stretch. */
export function joinLines(
  lines: readonly ReportLine[],
  joinLabels: (first: string, last: string) => string | null,
): ReportLine[] {
  const joined: { line: ReportLine; first: string }[] = [];
  for (const line of lines) {
    const open = joined.at(-1);
    const isAlike =
      open?.line.status === line.status &&
      open.line.path === line.path &&
      open.line.remarks.length + line.remarks.length === 0;
    const label = isAlike ? joinLabels(open.first, line.label) : null;
    if (open === undefined || label === null) {
      joined.push({ line, first: line.label });
      continue;
    }
    const rows = open.line.rows === null || line.rows === null ? null : open.line.rows + line.rows;
    open.line = {
      ...open.line,
      ...{ label, rows, fileCount: open.line.fileCount + line.fileCount },
      delivered: open.line.delivered + line.delivered,
      unchanged: open.line.unchanged + line.unchanged,
      rejected: open.line.rejected + line.rejected,
    };
  }
  return joined.map(({ line }) => line);
}

function paintStatus(status: ReportOutcome, colors: Colors): string {
  if (status === 'FAILED' || status === 'QUARANTINED') return colors.red(status);
  return status === 'DELIVERED' ? colors.green(status) : colors.yellow(status);
}

/** Names and cells come from outside: what would move the cursor, break the line or turn its direction is shown as `?`. */
export function toPrintable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '?');
}

/** Breaks a text at blanks; a word longer than the width stays whole. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function createTable(head: readonly string[], alignments: readonly ('left' | 'right')[]) {
  const borders = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((end): [string, string] => [side + end, '']),
  );
  return new Table({
    head: [...head],
    colAligns: [...alignments],
    chars: { ...Object.fromEntries(borders), middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
}

function trimLines(text: string): string[] {
  return text.split('\n').map((line) => ` ${line.trimEnd()}`);
}

/** The table of files, remarks under their line, and what the letters of the last column stand for. */
export function toFileTable(lines: readonly ReportLine[], colors: Colors): string[] {
  const paths = [...new Set(lines.map(({ path }) => path))];
  const letterOf = (path: string): string => String.fromCodePoint(97 + (paths.indexOf(path) % 26));
  const head = ['Report', 'Files', 'Status', 'Rows', 'Delivered', 'Unchanged', 'Rejected', 'Path'];
  const right = 'right' as const;
  const table = createTable(
    head.map((text) => colors.dim(text)),
    ['left', right, 'left', right, right, right, right, 'left'],
  );
  for (const line of lines) {
    const counts = [line.rows ?? '–', line.delivered, line.unchanged, line.rejected].map(String);
    const label = toPrintable(line.label);
    table.push([label, String(line.fileCount), paintStatus(line.status, colors), ...counts, letterOf(line.path)]);
  }
  // Every row is one line of text: remarks stand outside the table, where they cannot widen a column.
  const [headLine = '', ...fileLines] = trimLines(table.toString());
  const withRemarks = fileLines.flatMap((text, index) => [
    text,
    ...(lines[index]?.remarks ?? []).flatMap((remark) =>
      wrapText(toPrintable(remark), wrapColumns).map((part, at) => colors.yellow(`   ${at === 0 ? '↳' : ' '} ${part}`)),
    ),
  ]);
  const legend = paths.flatMap((path) =>
    wrapText(path, wrapColumns).map((text, index) => ` ${index === 0 ? colors.bold(letterOf(path)) : ' '}  ${text}`),
  );
  return [headLine, ...withRemarks, '', colors.bold('Paths through the state machine'), ...legend];
}

/** Rejected rows with the reason of each; the first twenty. */
export function toRejectLines(files: readonly RunFile[], colors: Colors): string[] {
  const rejects = files.flatMap(({ fileName, result }) => result.rejects.map((reject) => ({ fileName, ...reject })));
  const count = files.reduce((sum, { result }) => sum + result.rejected, 0);
  if (rejects.length === 0) return [];
  const table = createTable(
    ['File', 'Line', 'Column', 'Value', 'Reason'].map((text) => colors.dim(text)),
    ['left', 'right'],
  );
  for (const { fileName, line, column, value, reason } of rejects.slice(0, rejectsShown)) {
    const cells = [fileName, line === null ? '' : String(line), column ?? '', value ?? '', reason];
    table.push(cells.map((cell) => toPrintable(cell.length > 90 ? `${cell.slice(0, 89)}…` : cell)));
  }
  const further = count > rejectsShown ? [` … and ${count - rejectsShown} more`] : [];
  return [colors.bold('Rejects'), ...trimLines(table.toString()), ...further];
}

/** Remarks of the connector on the reports, each once, with the number of files it applies to. */
export function toNoteLines(files: readonly RunFile[], colors: Colors): string[] {
  const counts = new Map<string, number>();
  for (const note of files.flatMap(({ result }) => result.notes)) counts.set(note, (counts.get(note) ?? 0) + 1);
  if (counts.size === 0) return [];
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const lines = sorted
    .slice(0, notesShown)
    .flatMap(([note, count]) =>
      wrapText(toPrintable(`${note} (${count} ${count === 1 ? 'file' : 'files'})`), wrapColumns).map(
        (text, index) => ` ${index === 0 ? '-' : ' '} ${text}`,
      ),
    );
  const further = sorted.length > notesShown ? [` … and ${sorted.length - notesShown} more`] : [];
  return [colors.bold('Notes'), ...lines, ...further];
}

/** Files by outcome; outcomes that did not occur are left out. */
export function countOutcomes(files: readonly RunFile[]): Partial<Record<ReportOutcome, number>> {
  const counts: Partial<Record<ReportOutcome, number>> = {};
  for (const { result } of files) counts[result.status] = (counts[result.status] ?? 0) + 1;
  return counts;
}
