// What the staging bucket and the checkpoints know of the reports of the last weeks: what was staged, acknowledged, refused.
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { parseStagedReport } from '../../../functions/lib/domain/delivery/staged-report.ts';
import { mapConcurrently } from '../../../functions/lib/io/concurrency.ts';
import { readManifest } from '../../../functions/lib/io/manifests.ts';
import type { HubRecord } from '../../../schemas/hub-records.ts';
import type { ReportManifest } from '../../../schemas/manifest.ts';
import type { Settings } from '../../../schemas/settings.ts';
import type { StagedBatch } from '../../../schemas/state.ts';
import type { Deployment, Stores } from '../deployment.ts';
import type { Session } from '../session.ts';

export interface StagedReport {
  readonly manifest: ReportManifest;
  readonly stagedAt: string;
}

export interface RefusedRecord {
  readonly record: HubRecord;
  readonly reason: string;
}

/** What the hub has of one staged report. */
export interface AcknowledgedRecords {
  readonly taken: readonly HubRecord[];
  readonly refused: readonly RefusedRecord[];
  /** Batches without an acknowledgement. */
  readonly openBatchCount: number;
}

export interface AnalysisParts {
  readonly stores: Stores;
  readonly names: Deployment['names'];
  readonly settings: Settings;
  readonly nowMs: number;
  readonly session: Pick<Session, 'checkInterrupted' | 'say' | 'startProgress'>;
}

/** Objects read at a time: enough to hide the way to S3, few enough for any laptop. */
export const readsAtOnce = 16;
const manifestName = /^reports\/[^/]+\/[^/]+\/manifest\.json$/;
const pagesBetweenWords = 20;

/** Works on all items a few at a time, showing how far it has come; the results keep the order. */
export async function readAll<T, R>(
  items: readonly T[],
  { session }: Pick<AnalysisParts, 'session'>,
  noun: string,
  read: (item: T) => Promise<R>,
): Promise<R[]> {
  if (items.length === 0) return [];
  const progress = session.startProgress(items.length, noun);
  try {
    return await mapConcurrently(items, readsAtOnce, async (item) => {
      session.checkInterrupted();
      const result = await read(item);
      progress.advance('');
      return result;
    });
  } finally {
    progress.stop();
  }
}

/** Every object below a prefix; long lists say on standard error how far they have come. */
export async function* listObjects({ stores, session }: AnalysisParts, bucket: string, prefix: string) {
  let afterKey: string | null = null;
  let pageCount = 0;
  let objectCount = 0;
  do {
    session.checkInterrupted();
    const page = await stores.source.list(bucket, prefix, afterKey);
    yield* page.objects;
    afterKey = page.lastKey;
    pageCount += 1;
    objectCount += page.objects.length;
    if (pageCount % pagesBetweenWords === 0) session.say(`  ${objectCount} objects of ${bucket} looked at`);
  } while (afterKey !== null);
}

/** Reports staged since an instant, in no particular order. */
export async function readStagedReports(parts: AnalysisParts, sinceMs: number): Promise<StagedReport[]> {
  const found: { readonly key: string; readonly stagedAt: string }[] = [];
  for await (const { key, uploadedAt } of listObjects(parts, parts.names.stagingBucket, 'reports/')) {
    // S3 counts whole seconds.
    if (manifestName.test(key) && Date.parse(uploadedAt) + 1000 > sinceMs) found.push({ key, stagedAt: uploadedAt });
  }
  const reports = await readAll(found, parts, 'staged reports', async ({ key, stagedAt }) => {
    const manifest = await readManifest(parts.stores.staging, key);
    return manifest === null ? null : { manifest, stagedAt };
  });
  return reports.filter((report) => report !== null);
}

/** The records of a staged batch; none when it has been deleted since. */
export async function readBatch({ stores }: AnalysisParts, { stagedKey }: StagedBatch): Promise<readonly HubRecord[]> {
  const body = await stores.staging.read(stagedKey);
  return body === null ? [] : parseStagedReport(gunzipSync(body)).reportData;
}

/** Reasons by position in the batch, from the CSV beside it. */
async function readRefusals({ stores }: AnalysisParts, rejectsKey: string | undefined): Promise<Map<number, string>> {
  const bytes = rejectsKey === undefined ? null : await stores.staging.read(rejectsKey);
  if (bytes === null) return new Map();
  const rows: string[][] = parse(Buffer.from(bytes), { relax_column_count: true });
  return new Map(rows.slice(1).map(([position, reason = '']) => [Number(position), reason]));
}

/** What the hub has taken and refused of one staged report. */
export async function readAcknowledged(
  parts: AnalysisParts,
  { source, sourceVersion, batches }: ReportManifest,
): Promise<AcknowledgedRecords> {
  const acknowledged = await parts.stores.checkpoints.listBatches(source, sourceVersion);
  const taken: HubRecord[] = [];
  const refused: RefusedRecord[] = [];
  let openBatchCount = 0;
  for (const batch of batches) {
    // Another ID under this index: it was staged anew since, and this one is still to be sent.
    const mark = acknowledged.find(({ batchId }) => batchId === batch.batchId);
    if (mark === undefined) {
      openBatchCount += 1;
      continue;
    }
    const reasons = mark.rejectedCount === 0 ? new Map<number, string>() : await readRefusals(parts, mark.rejectsKey);
    for (const [position, record] of (await readBatch(parts, batch)).entries()) {
      const reason = reasons.get(position);
      if (reason === undefined) taken.push(record);
      else refused.push({ record, reason });
    }
  }
  return { taken, refused, openBatchCount };
}
