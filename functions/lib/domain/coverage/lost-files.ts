// Which files lie in the bucket and were never looked at: S3 tells of an object at least once, but not with certainty.
import { toEpochMs } from '../interval.ts';
import { findFileNameParts, type FileNameParts } from '../report-file/classify-report.ts';
import { toExecutionStart, toFileName, type UploadedObject } from '../report-file/report-identity.ts';
import { toRevision } from '../report-file/source-version.ts';

/** A report in the bucket, and the execution it should have had. */
export interface LyingFile extends FileNameParts {
  readonly object: UploadedObject;
  readonly executionName: string;
}

export interface LostFileRules {
  /** Uploads before this instant were made when nobody was to announce them. */
  readonly uploadedSince: string;
  /** Later uploads are left to their event. */
  readonly uploadedUntil: string;
  /** Reports of earlier run times are too old to be sent. */
  readonly runTimeSince: string;
  /** Version under which the file of this run time arrived last; null when none did. */
  readonly readArrivedVersion: (series: string, runTime: string) => string | null;
  /** Executions that are known to have failed: their files are not lost. */
  readonly failedExecutionNames: ReadonlySet<string>;
}

const datedKey = /^(.*[-_ ])(\d{4}-\d{2}-\d{2})T\d{2}(:|_|)\d{2}\3\d{2}Z\.csv(?:\.gz)?$/is;

/**
 * Key after which the listing goes on. Keys sort by report name first: from a run time before `fromInstant` it is a jump to
 * that day's reports of the same name, so that years of old files are never listed. A report whose name begins like a dated
 * file of another one is jumped over as well.
 */
export function toNextListKey(lastKey: string, fromInstant: string): string {
  const [, stem, date] = datedKey.exec(lastKey) ?? [];
  const fromDate = fromInstant.slice(0, 10);
  return stem !== undefined && date !== undefined && date < fromDate ? stem + fromDate : lastKey;
}

/** Files of other names, which an event would have had quarantined or ignored, are left out. */
function toLyingFile(object: UploadedObject): LyingFile | null {
  const parts = findFileNameParts(toFileName(object.key));
  return parts && { ...parts, object, executionName: toExecutionStart(object).executionName };
}

/** Reports for which neither an arrival nor a failure is known, oldest run time first. Their checkpoints have to be asked. */
export function findUnknownFiles(objects: readonly UploadedObject[], rules: LostFileRules): LyingFile[] {
  const { uploadedSince, uploadedUntil, runTimeSince, readArrivedVersion, failedExecutionNames } = rules;
  const isUnknown = ({ object, series, runTime, executionName }: LyingFile): boolean => {
    if (failedExecutionNames.has(executionName) || (runTime !== null && runTime < runTimeSince)) return false;
    const version = series === null || runTime === null ? null : readArrivedVersion(series, runTime);
    return version === null || toRevision(version) < object.uploadedAt;
  };
  const rank = ({ runTime, object }: LyingFile) => toEpochMs(runTime ?? object.uploadedAt);
  return objects
    .filter(({ uploadedAt }) => uploadedAt >= uploadedSince && uploadedAt <= uploadedUntil)
    .map(toLyingFile)
    .filter((file) => file !== null)
    .filter(isUnknown)
    .toSorted((a, b) => rank(a) - rank(b));
}
