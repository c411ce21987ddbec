// What a report file would send if it were uploaded: the production rules on a file of this machine, nothing else.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { classifyReport } from '../../../functions/lib/domain/report-file/classify-report.ts';
import { judgeSpacing } from '../../../functions/lib/domain/report-file/spacing.ts';
import type { Note } from '../../../functions/lib/domain/report-rows/notes.ts';
import type { RejectedRow } from '../../../functions/lib/domain/report-rows/rejected-row.ts';
import type { HubRecord } from '../../../schemas/hub-records.ts';
import type { Settings } from '../../../schemas/settings.ts';
import type { ClassifiedReport, SourceObject } from '../../../schemas/state.ts';
import { UsageError } from '../ops-errors.ts';
import { connectCellLimit, readReportFile, toRefusal, type Refusal } from './report-reading.ts';

/** REFUSED: the file would be quarantined, and nothing of it sent. IGNORED: it is none of ours, and the settings say so. */
export type PreviewOutcome = 'SENT' | 'REFUSED' | 'IGNORED';

export interface Preview {
  readonly file: string;
  readonly outcome: PreviewOutcome;
  readonly kind: string | null;
  /** null for a reload file. */
  readonly series: string | null;
  readonly runTime: string | null;
  readonly isReloadFile: boolean;
  /** The instant the windows are measured from. */
  readonly uploadedAt: string;
  readonly refusal: Refusal | null;
  readonly rowCount: number;
  readonly recordCount: number;
  readonly rejectedRowCount: number;
  readonly outOfScopeRowCount: number;
  readonly summedRowCount: number;
  readonly serviceLevelSeconds: number | null;
  readonly cellCount: number;
  /** Of the cells above which Amazon Connect writes no report. */
  readonly cellPercent: number;
  readonly intervals: readonly { readonly intervalStart: string; readonly recordCount: number }[];
  readonly notes: readonly Note[];
  readonly rejects: readonly Omit<RejectedRow, 'cells'>[];
  readonly records: readonly HubRecord[];
}

export interface PreviewRequest {
  readonly path: string;
  readonly settings: Settings;
  readonly uploadedAt: string;
}

/** @throws UsageError when there is no such file */
async function readSize(path: string): Promise<number> {
  try {
    const facts = await stat(path);
    if (facts.isFile()) return facts.size;
  } catch (error) {
    throw new UsageError(`The file ${path} cannot be read: ${String(error)}`, { cause: error });
  }
  throw new UsageError(`${path} is no file`);
}

function classify(object: SourceObject, reports: Settings['reports']): ClassifiedReport | Refusal {
  try {
    const report = classifyReport(object, reports);
    judgeSpacing({ runTime: report.isReloadFile ? null : report.runTime, lastRunTime: null, isKnownRunTime: false });
    return report;
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

function countIntervals(records: readonly HubRecord[]): Preview['intervals'] {
  const counts = new Map<string, number>();
  for (const { intervalStart } of records) counts.set(intervalStart, (counts.get(intervalStart) ?? 0) + 1);
  return [...counts].map(([intervalStart, recordCount]) => ({ intervalStart, recordCount }));
}

/** @throws UsageError when the file cannot be read */
export async function previewFile({ path, settings, uploadedAt }: PreviewRequest): Promise<Preview> {
  const sizeBytes = await readSize(path);
  const object: SourceObject = { bucket: 'preview', key: basename(path), etag: 'preview', sizeBytes, uploadedAt };
  const report = classify(object, settings.reports);
  const empty: Preview = {
    ...{ file: path, outcome: 'REFUSED', kind: null, series: null, runTime: null, isReloadFile: false, uploadedAt },
    ...{ refusal: null, rowCount: 0, recordCount: 0, rejectedRowCount: 0, outOfScopeRowCount: 0, summedRowCount: 0 },
    ...{ serviceLevelSeconds: null, cellCount: 0, cellPercent: 0, intervals: [], notes: [], rejects: [], records: [] },
  };
  if ('error' in report) return { ...empty, refusal: report };
  const { kind, series, runTime, isReloadFile } = report;
  if (kind === null) return { ...empty, outcome: 'IGNORED' };
  const known = { ...empty, kind, series, runTime, isReloadFile };
  const context = { kind, runTime, uploadedAt, settings };
  const { mapped, refusal, cellCount } = await readReportFile(createReadStream(path), object.key, context);
  const fullness = { cellCount, cellPercent: Math.round((cellCount / connectCellLimit) * 1000) / 10 };
  if (mapped === null) return { ...known, ...fullness, refusal };
  // Of a refused file nothing is sent, its good rows neither.
  const records = refusal === null ? [...mapped.records] : [];
  return {
    ...known,
    ...fullness,
    outcome: refusal === null ? 'SENT' : 'REFUSED',
    refusal,
    rowCount: mapped.rowCount,
    recordCount: records.length,
    rejectedRowCount: mapped.rejects.length,
    outOfScopeRowCount: mapped.outOfScopeRowCount,
    summedRowCount: mapped.summedRowCount,
    serviceLevelSeconds: mapped.serviceLevelSeconds,
    intervals: countIntervals(records),
    notes: mapped.notes,
    rejects: mapped.rejects.map(({ lineNumber, column, value, reason, rule }) => ({
      ...{ lineNumber, column, value, reason, rule },
    })),
    records,
  };
}
