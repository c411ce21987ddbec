// Which objects of the bucket a reload is about.
import { ListObjectsV2Command, type S3Client, type _Object as ListedObject } from '@aws-sdk/client-s3';
import { intervalMs, toEpochMs, toInstant } from '../../functions/lib/domain/interval.ts';
import { parseFileName, type FileNameParts } from '../../functions/lib/domain/report-file/classify-report.ts';
import { toFileName } from '../../functions/lib/domain/report-file/report-identity.ts';
import type { ReportKind } from '../../schemas/report-kind.ts';

export interface ReloadRange {
  /** Start of the first interval. */
  readonly fromMs: number;
  /** End of the last interval. */
  readonly toMs: number;
  readonly kind?: ReportKind | undefined;
  readonly series?: string | undefined;
}

export interface ReloadFile {
  readonly key: string;
  readonly kind: ReportKind;
  readonly series: string;
  readonly runTime: string;
}

/** A file with what tells its bytes from others of the same name. */
export interface ListedFile {
  readonly file: ReloadFile;
  /** Without quotes. */
  readonly etag: string;
}

export interface ReloadListing {
  /** Of the range, in the order of their run times. */
  readonly listed: readonly ListedFile[];
  /** Names of all reports of the kind, whatever their run times, in order. */
  readonly knownSeries: readonly string[];
}

function parseName(key: string): FileNameParts | null {
  try {
    return parseFileName(toFileName(key));
  } catch {
    // Another integration's file: not ours to reload.
    return null;
  }
}

/** The file if the interval before its run time lies in the range. Reload files belong to no run time: they are left out. */
export function toReloadFile(key: string, { fromMs, toMs, kind, series }: ReloadRange): ReloadFile | null {
  const name = parseName(key);
  if (name?.runTime == null || name.series === null) return null;
  const runTimeMs = toEpochMs(name.runTime);
  const isInRange = runTimeMs - intervalMs >= fromMs && runTimeMs <= toMs;
  const isWanted = (kind === undefined || name.kind === kind) && (series === undefined || name.series === series);
  return isInRange && isWanted ? { key, kind: name.kind, series: name.series, runTime: toInstant(runTimeMs) } : null;
}

/** Every object below the prefix, page by page, in the order of the bucket. */
async function* listObjects(s3: S3Client, bucket: string, prefix: string): AsyncGenerator<ListedObject[]> {
  let token: string | undefined;
  do {
    const { Contents = [], NextContinuationToken } = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    yield Contents;
    token = NextContinuationToken;
  } while (token !== undefined);
}

/** Looks through the whole bucket; `onPage` hears how many keys were looked at. Every error of S3 passes through. */
export async function listReloadFiles(
  s3: S3Client,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  range: ReloadRange,
  onPage: (lookedAtCount: number) => void,
): Promise<ReloadListing> {
  const listed: ListedFile[] = [];
  const known = new Set<string>();
  let lookedAtCount = 0;
  for await (const objects of listObjects(s3, bucket, prefix)) {
    for (const { Key = '', ETag = '' } of objects) {
      const name = parseName(Key);
      if (name?.series != null && (range.kind === undefined || name.kind === range.kind)) known.add(name.series);
      const file = toReloadFile(Key, range);
      if (file !== null) listed.push({ file, etag: ETag.replaceAll('"', '') });
    }
    lookedAtCount += objects.length;
    onPage(lookedAtCount);
  }
  return {
    listed: listed.toSorted(
      (a, b) => a.file.runTime.localeCompare(b.file.runTime) || a.file.key.localeCompare(b.file.key),
    ),
    knownSeries: [...known].toSorted(),
  };
}
