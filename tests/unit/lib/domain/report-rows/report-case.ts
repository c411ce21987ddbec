// Builds small reports in memory and maps them, with the connector's own default settings.
import { addCells } from '../../../../../functions/lib/domain/report-rows/late-rejects.ts';
import type { MappedReport } from '../../../../../functions/lib/domain/report-rows/mapped-report.ts';
import { createRowCollector, type RowContext } from '../../../../../functions/lib/domain/report-rows/report-rows.ts';
import { checkSettings } from '../../../../../schemas/checks/settings.ts';
import type {
  AgentQueueRecord,
  AgentSystemRecord,
  HubRecord,
  QueueRecord,
} from '../../../../../schemas/hub-records.ts';
import type { ReportKind } from '../../../../../schemas/report-kind.ts';
import type { Settings } from '../../../../../schemas/settings.ts';

export interface ReportCase {
  readonly kind?: ReportKind;
  readonly runTime?: string | null;
  readonly uploadedAt?: string;
  readonly reports?: Partial<Settings['reports']>;
  readonly figures?: Partial<Settings['figures']>;
  readonly queues?: Settings['queues'];
  readonly agents?: Settings['agents'];
}

/** A mapped report with its records made once. */
export type ListedReport = Omit<MappedReport, 'records'> & { readonly records: readonly HubRecord[] };

export type Row = Readonly<Record<string, string | number>>;

export const start = '2026-11-22T10:00:00.000Z';
export const end = '2026-11-22T10:15:00.000Z';

/** The cells every row has, unless it says otherwise. */
const place: Row = {
  Queue: 'Sales',
  Agent: 'ana@example.com',
  StartInterval: start,
  EndInterval: end,
};

export const qrRow: Row = {
  'Contacts queued': 10,
  'Contacts handled': 8,
  'Contacts abandoned': 2,
  'Contacts answered in 20 seconds': 6,
  'Contacts abandoned in 20 seconds': 1,
};

export function contextOf(reportCase: ReportCase): RowContext {
  const settings: unknown = { acd: { name: 'acd' }, hub: { url: 'https://hub.example' } };
  if (!checkSettings(settings)) throw new Error(JSON.stringify(checkSettings.errors));
  return {
    kind: reportCase.kind ?? 'QR',
    runTime: reportCase.runTime === undefined ? '2026-11-22T12:00:00.000Z' : reportCase.runTime,
    uploadedAt: reportCase.uploadedAt ?? '2026-11-22T12:15:20.000Z',
    settings: {
      reports: { ...settings.reports, ...reportCase.reports },
      figures: { ...settings.figures, ...reportCase.figures },
      queues: reportCase.queues ?? [],
      agents: reportCase.agents ?? [],
    },
  };
}

export function listRecords(mapped: MappedReport): ListedReport {
  return { ...mapped, records: [...mapped.records] };
}

/** Maps cells as they are; the header is line 1, the rows follow. */
export function mapCells(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  reportCase: ReportCase = {},
): ListedReport {
  const collector = createRowCollector({ cells: headings, lineNumber: 1 }, contextOf(reportCase));
  rows.forEach((cells, index) => {
    collector.add({ cells, lineNumber: index + 2 });
  });
  return listRecords(addCells(collector.finish(), new Map(rows.map((cells, index) => [index + 2, cells]))));
}

/** Maps rows by heading; the columns are those of the first row, led by the dimensions its kind needs. */
export function mapRows(rows: readonly Row[], reportCase: ReportCase = {}): ListedReport {
  const dimensions = { QR: ['Queue'], AQR: ['Agent', 'Queue'], ASPR: ['Agent'] }[reportCase.kind ?? 'QR'];
  const headings = [...new Set([...dimensions, 'StartInterval', 'EndInterval', ...Object.keys(rows[0] ?? {})])];
  const cells = rows.map((row) => headings.map((heading) => String(row[heading] ?? place[heading] ?? '')));
  return mapCells(headings, cells, reportCase);
}

/** Maps rows of one queue in one interval to its record. */
export function mapQueue(rows: Row | readonly Row[], reportCase: ReportCase = {}): QueueRecord {
  return only(
    mapRows(
      toList(rows).map((row) => ({ ...qrRow, ...row })),
      reportCase,
    ),
  ) as QueueRecord;
}

export function mapAgentQueue(rows: Row | readonly Row[], reportCase: ReportCase = {}): AgentQueueRecord {
  return only(mapRows(toList(rows), { ...reportCase, kind: 'AQR' })) as AgentQueueRecord;
}

export function mapAgentSystem(rows: Row | readonly Row[], reportCase: ReportCase = {}): AgentSystemRecord {
  return only(mapRows(toList(rows), { ...reportCase, kind: 'ASPR' })) as AgentSystemRecord;
}

export function noteCodes({ notes }: Pick<MappedReport, 'notes'>): string[] {
  return notes.map(({ code }) => code);
}

/** The same row without some of its columns. */
export function without(row: Row, ...headings: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([heading]) => !headings.includes(heading)));
}

function toList(rows: Row | readonly Row[]): readonly Row[] {
  return Array.isArray(rows) ? (rows as readonly Row[]) : [rows as Row];
}

function only({ records, rejects }: ListedReport): HubRecord {
  if (records.length !== 1 || records[0] === undefined) {
    throw new Error(`expected one record, found ${records.length}; rejects: ${JSON.stringify(rejects)}`);
  }
  return records[0];
}
