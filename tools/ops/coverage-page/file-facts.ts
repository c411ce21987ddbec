// What is known of single report files beyond the ledger: where they lie, what was staged of them, which execution took them.
import { findFileNameParts } from '../../../functions/lib/domain/report-file/classify-report.ts';
import {
  toExecutionStart,
  toFileName,
  type UploadedObject,
} from '../../../functions/lib/domain/report-file/report-identity.ts';
import { toRevision } from '../../../functions/lib/domain/report-file/source-version.ts';
import { mapConcurrently } from '../../../functions/lib/io/concurrency.ts';
import { readManifest, toManifestKey } from '../../../functions/lib/io/manifests.ts';
import type { Arrival } from '../../../functions/lib/io/series-ledger.ts';
import { readRejects } from '../../local/run/staged-details.ts';
import type { Stores } from '../deployment.ts';

/** Facts of one file; null or empty where they are not known. */
export interface FileFacts {
  readonly key: string | null;
  readonly executionName: string | null;
  readonly batchCount: number | null;
  readonly recordCount: number | null;
  /** Why rows were rejected, the most frequent reasons first. */
  readonly rejectReasons: readonly string[];
  readonly notes: readonly string[];
}

const callsAtOnce = 16;
const reasonsShown = 3;
const notesShown = 6;
const longestText = 240;

/**
 * Objects of one series that lie directly below the prefix, by run time. A report in a folder further down is not found.
 * @param dates of run times, in UTC
 */
export async function listSeriesObjects(
  source: Stores['source'],
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  series: string,
  dates: readonly string[],
): Promise<ReadonlyMap<string, UploadedObject>> {
  const list = async (separator: string): Promise<UploadedObject[]> => {
    const pages = await mapConcurrently(dates, callsAtOnce, (date) =>
      source.list(bucket, `${prefix}${series}${separator}${date}T`, null),
    );
    return pages.flatMap(({ objects }) => objects);
  };
  let objects: UploadedObject[] = [];
  for (const separator of ['-', '_', ' ']) {
    objects = await list(separator);
    if (objects.length > 0) break;
  }
  const found = new Map<string, UploadedObject>();
  for (const object of objects) {
    const parts = findFileNameParts(toFileName(object.key));
    const runTime = parts?.series === series ? parts.runTime : null;
    const known = runTime === null ? undefined : found.get(runTime);
    if (runTime !== null && (known === undefined || known.uploadedAt < object.uploadedAt)) found.set(runTime, object);
  }
  return found;
}

/** How often each text occurs, the most frequent first. */
function countTexts(texts: readonly string[]): string[] {
  return [...Map.groupBy(texts, (text) => text)]
    .toSorted((a, b) => b[1].length - a[1].length)
    .slice(0, reasonsShown)
    .map(([text, all]) => (all.length === 1 ? text : `${text} (${all.length} rows)`));
}

/**
 * Reads what was staged of a delivered file.
 * @param object the upload that lies in the bucket now; another one than was delivered tells nothing of its execution
 */
export async function readFileFacts(
  staging: Stores['staging'],
  arrival: Arrival,
  object: UploadedObject | undefined,
): Promise<FileFacts> {
  const { reportId, sourceVersion, rejectedRowCount = 0 } = arrival;
  const manifestKey = toManifestKey(reportId, sourceVersion);
  const manifest = await readManifest(staging, manifestKey);
  const rejects =
    manifest === null || rejectedRowCount === 0 || manifest.rejectsKey === null
      ? []
      : (
          await readRejects(staging, {
            ...{ manifestKey, rejectsKey: manifest.rejectsKey, hubRejectedCount: 0, batchIndexes: [] },
          })
        ).rejects;
  const reasons = rejects.map(({ column, reason }) => (column === null ? reason : `${column}: ${reason}`));
  return {
    ...toObjectFacts(object, sourceVersion),
    batchCount: manifest?.batches.length ?? null,
    recordCount: manifest?.recordCount ?? null,
    rejectReasons: countTexts(reasons.map((reason) => reason.slice(0, longestText))),
    notes: (manifest?.notes ?? []).slice(0, notesShown).map(({ message }) => message.slice(0, longestText)),
  };
}

/** Key and execution of a file whose staged parts are not looked at. */
export function toFactsWithoutStaging(object: UploadedObject | undefined, sourceVersion: string): FileFacts {
  return {
    ...toObjectFacts(object, sourceVersion),
    ...{ batchCount: null, recordCount: null, rejectReasons: [], notes: [] },
  };
}

function toObjectFacts(object: UploadedObject | undefined, sourceVersion: string) {
  const revision = toRevision(sourceVersion);
  if (object === undefined) return { key: null, executionName: null };
  const isThisUpload = object.uploadedAt <= revision;
  return { key: object.key, executionName: isThisUpload ? toExecutionStart(object, revision).executionName : null };
}
