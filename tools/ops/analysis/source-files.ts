// The files of the source bucket that may hold figures of a day, and what they say.
import { toLookBackMinutes } from '../../../functions/lib/domain/coverage/series-settings.ts';
import { intervalMs, toEpochMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import { findFileNameParts, type FileNameParts } from '../../../functions/lib/domain/report-file/classify-report.ts';
import { toFileName, type UploadedObject } from '../../../functions/lib/domain/report-file/report-identity.ts';
import { toSourceVersion } from '../../../functions/lib/domain/report-file/source-version.ts';
import type { MappedReport } from '../../../functions/lib/domain/report-rows/mapped-report.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import type { Settings } from '../../../schemas/settings.ts';
import type { LocalDay } from '../coverage-page/local-day.ts';
import type { Stores } from '../deployment.ts';
import { readReportFile, type ReadFile, type Refusal } from './report-reading.ts';
import { listObjects, readAll, type AnalysisParts } from './staged-reports.ts';

/**
 * How far a file has come. NOT_STARTED: nothing has been heard of this upload. NOT_FINISHED: its execution runs, or has failed.
 */
export type FileProgress = 'DELIVERED' | 'NOT_STARTED' | 'NOT_FINISHED' | 'QUARANTINED';

export interface DayFile extends FileNameParts {
  readonly object: UploadedObject;
}

export interface ReadDayFile extends DayFile {
  /** The version its figures have, or would get, at the hub. */
  readonly version: string;
  readonly progress: FileProgress;
  /** null when another upload replaced it while it was read. */
  readonly content: ReadFile | null;
}

/** A local day, epoch ms. */
export type DaySpan = Pick<LocalDay, 'startMs' | 'endMs'>;

const dayMs = 86_400_000;

/**
 * Whether a file may hold figures of the day. Scheduled ones reach back as far as the settings say, or as was seen; a reload
 * file may hold any interval that was over at its upload.
 * @param seenReachMs by series, how long after an interval's start a file of it has brought figures of it
 */
export function mayHoldDay(
  { kind, series, runTime, object }: DayFile,
  { startMs, endMs }: DaySpan,
  reports: Settings['reports'],
  seenReachMs: ReadonlyMap<string, number>,
): boolean {
  const uploadedMs = toEpochMs(object.uploadedAt);
  if (runTime !== null && toEpochMs(runTime) < startMs + intervalMs) return false;
  if (series === null) return uploadedMs >= startMs && uploadedMs <= endMs + (reports.reloadWindowDays + 1) * dayMs;
  if (runTime === null) return false;
  const reachMs = Math.max(
    toLookBackMinutes(reports, { kind, series }) * 60_000,
    seenReachMs.get(series) ?? 0,
    intervalMs,
  );
  return toEpochMs(runTime) < endMs + reachMs;
}

/** By series, how long after the start of an interval of the day the newest file with figures of it ran. */
export async function readSeenReach(
  { intervals }: Pick<Stores, 'intervals'>,
  kind: ReportKind,
  { startMs, endMs }: DaySpan,
): Promise<Map<string, number>> {
  const reach = new Map<string, number>();
  for (const { series, intervalStart, sourceVersion } of await intervals.list(
    kind,
    toInstant(startMs),
    toInstant(endMs - intervalMs),
  )) {
    const runTimeMs = toEpochMs(sourceVersion.split('|')[1] ?? '');
    reach.set(series, Math.max(reach.get(series) ?? 0, runTimeMs - toEpochMs(intervalStart)));
  }
  return reach;
}

/** Files of the bucket that may hold figures of the day, by key. */
export async function listDayFiles(
  parts: AnalysisParts,
  day: DaySpan,
  reports: Settings['reports'],
  seenReachMs: Readonly<Record<ReportKind, ReadonlyMap<string, number>>>,
): Promise<DayFile[]> {
  const files: DayFile[] = [];
  for await (const object of listObjects(parts, parts.names.sourceBucket, parts.names.sourcePrefix)) {
    const name = findFileNameParts(toFileName(object.key));
    if (name === null) continue;
    const file = { ...name, object };
    if (mayHoldDay(file, day, reports, seenReachMs[name.kind])) files.push(file);
  }
  return files;
}

/** Reads the files, a few at a time, and hands each over; only what the caller keeps stays in memory. */
export async function readDayFiles(
  parts: AnalysisParts,
  files: readonly DayFile[],
  settings: Settings,
  onFile: (file: ReadDayFile) => void,
): Promise<void> {
  await readAll(files, parts, 'report files', async (file) => {
    onFile(await readDayFile(parts, file, settings));
  });
}

async function readDayFile({ stores }: AnalysisParts, file: DayFile, settings: Settings): Promise<ReadDayFile> {
  const { object, runTime, kind } = file;
  const checkpoint = await stores.checkpoints.read(object);
  const isThisUpload = checkpoint?.etag === object.etag;
  const version = isThisUpload
    ? checkpoint.sourceVersion
    : toSourceVersion(object.uploadedAt, runTime, object.uploadedAt);
  const opened = await stores.source.open(object);
  const content =
    opened.status === 'replaced'
      ? null
      : await readReportFile(opened.body, object.key, { kind, runTime, uploadedAt: object.uploadedAt, settings });
  return { ...file, version, progress: isThisUpload ? toProgress(checkpoint.status) : 'NOT_STARTED', content };
}

function toProgress(status: 'CLAIMED' | 'DELIVERED' | 'QUARANTINED'): FileProgress {
  return status === 'CLAIMED' ? 'NOT_FINISHED' : status;
}

/** What the rules would send of a file; null when it would be quarantined as a whole. */
export function toSentReport({ content }: ReadDayFile): MappedReport | null {
  return content === null || content.refusal !== null ? null : content.mapped;
}

/** Why a file counts for nothing; null when it does not. */
export function toFileRefusal({ content }: ReadDayFile): Refusal | null {
  return content === null ? null : content.refusal;
}
