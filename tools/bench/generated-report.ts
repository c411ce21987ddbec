// Reports of any length, the same bytes for the same request. Each kind has the columns its hub fields need and no others:
// the fewer columns, the more rows fit into the 200,000 cells Amazon Connect writes at most.
import type { ReportKind } from '../../schemas/report-kind.ts';

export interface ReportShape {
  readonly kind: ReportKind;
  readonly rowCount: number;
  /** ISO instant of the end of the last interval, on the quarter hour. */
  readonly runTime: string;
}

/** @source docs/inputs.md, Limits */
export const largestReportCellCount = 200_000;

const intervalMs = 900_000;
// "For the previous 1 h", the look-back the documentation recommends: few intervals, and so the most queues and agents.
const intervalCount = 4;

const headings: Readonly<Record<ReportKind, readonly string[]>> = {
  QR: [
    'Queue',
    'StartInterval',
    'EndInterval',
    'Contacts queued',
    'Contacts handled',
    'Contacts abandoned',
    'Contacts abandoned in 20 seconds',
    'Contacts answered in 20 seconds',
    'Average queue answer time',
    'Agent interaction time',
    'Customer hold time',
    'After contact work time',
  ],
  AQR: [
    'Agent',
    'Queue',
    'StartInterval',
    'EndInterval',
    'Contacts handled',
    'Agent interaction time',
    'Customer hold time',
    'After contact work time',
  ],
  ASPR: ['Agent', 'StartInterval', 'EndInterval', 'Online time', 'Nonproductive time', 'Agent idle time'],
};

export function countColumns(kind: ReportKind): number {
  return headings[kind].length;
}

/** Rows of the largest report Amazon Connect writes with these columns. */
export function countLargestRows(kind: ReportKind): number {
  return Math.floor(largestReportCellCount / countColumns(kind));
}

/** The report as CSV: every row another entity and interval, every one fit to be delivered. */
export function writeReport({ kind, rowCount, runTime }: ReportShape): Buffer {
  const endMs = Date.parse(runTime);
  const lines = [headings[kind].join(',')];
  for (let row = 0; row < rowCount; row += 1) {
    const startMs = endMs - (1 + (row % intervalCount)) * intervalMs;
    const interval = [new Date(startMs).toISOString(), new Date(startMs + intervalMs).toISOString()];
    lines.push([...listNames(kind, Math.floor(row / intervalCount)), ...interval, ...listFigures(kind, row)].join(','));
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

const wideColumnCount = 20;

/** The same report with every cell in quotes and columns the connector does not know, 20 in all: the shape of a full export. */
export function widenReport(report: Buffer): Buffer {
  const [header = '', ...rows] = report.toString().trimEnd().split('\n');
  const missing = Array.from({ length: wideColumnCount - header.split(',').length }, (_, column) => column + 1);
  const headerCells = missing.map((column) => `Custom figure ${column}`);
  const widen = (line: string, more: readonly string[]) =>
    [...line.split(','), ...more].map((cell) => `"${cell}"`).join(',');
  const lines = rows.map((line, row) =>
    widen(
      line,
      missing.map((column) => String(column * 1000 + (row % 97))),
    ),
  );
  return Buffer.from(`${[widen(header, headerCells), ...lines].join('\n')}\n`);
}

function listNames(kind: ReportKind, entity: number): readonly string[] {
  switch (kind) {
    case 'QR':
      return [`Customer Service ${entity}`];
    case 'AQR':
      // Every agent works for three queues.
      return [`agent.${Math.floor(entity / 3)}@contact-center.example`, `Customer Service ${entity % 300}`];
    case 'ASPR':
      return [`agent.${entity}@contact-center.example`];
  }
}

function listFigures(kind: ReportKind, row: number): readonly number[] {
  const handled = 1 + (row % 40);
  const talkSeconds = handled * (180 + (row % 97));
  const times = [talkSeconds, handled * (row % 31), handled * (45 + (row % 13))];
  switch (kind) {
    case 'QR':
      return [handled + 3, handled, 2, 1, Math.ceil(handled * 0.8), 12.5 + (row % 60), ...times];
    case 'AQR':
      return [handled, ...times];
    case 'ASPR':
      return [900, row % 120, 300 + (row % 480)];
  }
}
