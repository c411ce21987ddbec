// What a report's file name says. Source of the rule: Amazon Connect names a scheduled report `<report name>-<run time>.csv`,
// and this integration asks customers to begin the report name with the report kind.
import { reportKinds, type ReportKind } from '../../../../schemas/report-kind.ts';
import type { ReportSettings } from '../../../../schemas/settings.ts';
import type { ClassifiedReport, SourceObject } from '../../../../schemas/state.ts';
import { ReportInFutureError, ReportTooOldError, UnknownReportKindError } from '../errors.ts';
import { intervalMs, toEpochMs, toInstant } from '../interval.ts';
import { toFileName, toReportId } from './report-identity.ts';

const expected =
  'expected <kind>[-<text>]-<run time>.csv with the kind QR, AQR or ASPR and a run time such as 2026-11-22T12:00:00Z, ' +
  'or <kind>-reload-<text>.csv';

const fileEnd = /\.csv(?:\.gz)?$/i;
// Copies saved through Windows or a browser lose the colons of the run time: three spellings.
const runTimeAtEnd = /[-_ ](\d{4}-\d{2}-\d{2})T(\d{2})(:|_|)(\d{2})\3(\d{2})Z$/i;
const kindAtStart = /^(QR|AQR|ASPR)(?=$|[-_ ])/i;
const reloadAfterKind = /^[-_ ]reload(?=$|[-_ ])/i;

export interface FileNameParts {
  readonly kind: ReportKind;
  /** Report name with the kind in capitals; null for a reload file, which belongs to no series. */
  readonly series: string | null;
  readonly runTime: string | null;
}

/** Date.parse accepts 31 February as 3 March; comparing the text back does not. */
function toRunTime(match: RegExpExecArray): string | null {
  const [, date, hour, , minute, second] = match;
  const text = `${date ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}.000Z`;
  const epochMs = toEpochMs(text);
  return Number.isNaN(epochMs) || toInstant(epochMs) !== text ? null : text;
}

/**
 * Parts of a file name.
 * @throws {UnknownReportKindError} when it follows neither form; the message says which forms there are.
 */
export function parseFileName(fileName: string): FileNameParts {
  const unknown = (found: string) => new UnknownReportKindError(`${found}; ${expected}`, { context: { fileName } });
  if (!fileEnd.test(fileName)) throw unknown(`The file name "${fileName}" does not end in .csv`);
  const stem = fileName.replace(fileEnd, '');
  const kindMatch = kindAtStart.exec(stem)?.[1]?.toUpperCase();
  const kind = reportKinds.find((known) => known === kindMatch);
  if (kind === undefined) throw unknown(`The file name "${fileName}" does not begin with a report kind`);
  const runTimeMatch = runTimeAtEnd.exec(stem);
  const runTime = runTimeMatch === null ? null : toRunTime(runTimeMatch);
  if (reloadAfterKind.test(stem.slice(kind.length))) return { kind, series: null, runTime };
  if (runTimeMatch === null) throw unknown(`The file name "${fileName}" does not end in a run time`);
  if (runTime === null) throw unknown(`The file name "${fileName}" ends in a run time that is no date`);
  return { kind, series: kind + stem.slice(kind.length, runTimeMatch.index), runTime };
}

/** Parts of a file name; null when it is none of a report. */
export function findFileNameParts(fileName: string): FileNameParts | null {
  try {
    return parseFileName(fileName);
  } catch (error) {
    if (error instanceof UnknownReportKindError) return null;
    throw error;
  }
}

/**
 * The report a file holds, by its name. With unknown reports set to `ignore`, a foreign file is IGNORED instead of refused.
 * @throws {UnknownReportKindError} when the name follows no known form
 * @throws {ReportTooOldError} when the run time lies before the reload window, counted back from the upload
 * @throws {ReportInFutureError} when the run time lies after the upload: it would make every later file look late
 */
export function classifyReport(
  object: SourceObject,
  settings: Pick<ReportSettings, 'unknownReports' | 'reloadWindowDays'>,
): ClassifiedReport {
  const fileName = toFileName(object.key);
  const identity = { reportId: toReportId(object.bucket, object.key), fileName };
  try {
    const parts = parseFileName(fileName);
    if (parts.runTime !== null) checkAge(parts.runTime, object.uploadedAt, settings.reloadWindowDays);
    return { status: 'KNOWN', ...identity, ...parts, isReloadFile: parts.series === null };
  } catch (error) {
    if (!(error instanceof UnknownReportKindError) || settings.unknownReports !== 'ignore') throw error;
    return { status: 'IGNORED', ...identity, kind: null, series: null, runTime: null, isReloadFile: false };
  }
}

function checkAge(runTime: string, uploadedAt: string, reloadWindowDays: number): void {
  // Clocks may differ a little; a quarter of an hour is more than Connect and S3 ever do.
  if (toEpochMs(runTime) > toEpochMs(uploadedAt) + intervalMs) {
    throw new ReportInFutureError(
      `The report's run time ${runTime} lies after its upload at ${uploadedAt}; expected the end of a range that is over`,
      { context: { runTime, uploadedAt } },
    );
  }
  const ageDays = (toEpochMs(uploadedAt) - toEpochMs(runTime)) / 86_400_000;
  if (ageDays <= reloadWindowDays) return;
  throw new ReportTooOldError(
    `The report's run time ${runTime} lies ${ageDays.toFixed(1)} days before its upload at ${uploadedAt}; ` +
      `expected at most ${reloadWindowDays} days (setting reports.reloadWindowDays), since WFM takes nothing older`,
    { context: { runTime, uploadedAt, reloadWindowDays } },
  );
}
