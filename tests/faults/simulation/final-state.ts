// What the oracle looks at, read out of a simulation's stores.
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import {
  toRejectsKey,
  toReportId,
  toStagingFolder,
} from '../../../functions/lib/domain/report-file/report-identity.ts';
import { toManifestKey } from '../../../functions/lib/io/manifests.ts';
import { checkpointKeys } from '../../../schemas/checkpoint-items.ts';
import type { HubReport } from '../../../schemas/hub-messages.ts';
import type { ReportManifest } from '../../../schemas/manifest.ts';
import { listFinalUploads, type FinalReport, type Outcome } from '../oracle.ts';
import type { Upload } from './generated-uploads.ts';
import { toEntity, type SimulatedHub } from './simulated-hub.ts';
import { sourceBucketName, type Item, type SimulatedStores } from './simulated-stores.ts';

/** Tells of every batch that is marked before the hub has decided on its records, and of every file before its batches. */
export function createMarkWatch(
  stores: SimulatedStores,
  hub: SimulatedHub,
  report: (mark: string) => void,
): (item: Item) => void {
  const stagedBodies = (batchId: string) =>
    [...stores.staged].filter(([key]) => key.endsWith(`/batch-${batchId}.json.gz`)).map(([, body]) => body);
  return (item) => {
    const sk = String(item['sk']);
    if (sk.startsWith('batch#')) {
      for (const body of stagedBodies(String(item['batchId'])).slice(0, 1)) {
        const { sourceVersion, reportData } = JSON.parse(gunzipSync(body).toString()) as HubReport;
        const undecided = reportData.filter((record) => !hub.applications.has(`${toEntity(record)}@${sourceVersion}`));
        if (undecided.length > 0) report(`${sk} with ${undecided.length} records the hub has not answered`);
      }
    }
    if (sk === checkpointKeys.checkpoint && item['status'] === 'DELIVERED') {
      const sourceVersion = String(item['sourceVersion']);
      const manifest = parseManifest(stores, String(item['reportId']), sourceVersion);
      const partition = stores.items.get(String(item['pk']));
      const missing = manifest?.batches.filter(
        ({ index, batchId }) => partition?.get(checkpointKeys.batch(sourceVersion, index))?.['batchId'] !== batchId,
      );
      if (missing?.length !== 0) report(`${String(item['pk'])} DELIVERED without all its batches`);
    }
  };
}

function parseManifest(stores: SimulatedStores, reportId: string, sourceVersion: string): ReportManifest | null {
  const bytes = stores.staged.get(toManifestKey(reportId, sourceVersion));
  return bytes === undefined ? null : (JSON.parse(bytes.toString()) as ReportManifest);
}

type FinalState = Pick<Outcome, 'hubFigures' | 'applications' | 'hubConflicts' | 'reports'>;

export function readFinalState(
  uploads: readonly Upload[],
  stores: SimulatedStores,
  hub: SimulatedHub,
  acdName: string,
): FinalState {
  const hubFigures = new Map(
    [...hub.standing].map(([entity, { record }]) => [
      entity,
      'handledShort' in record ? (record.handledShort ?? 0) + (record.handledLong ?? 0) : 0,
    ]),
  );
  const reports = listFinalUploads(uploads).map((upload) => readReport(upload, stores, acdName));
  return { hubFigures, applications: hub.applications, hubConflicts: hub.conflicts, reports };
}

function readReport({ key, series, runTime }: Upload, stores: SimulatedStores, acdName: string): FinalReport {
  const item = stores.items.get(checkpointKeys.report(acdName, sourceBucketName, key))?.get(checkpointKeys.checkpoint);
  const coverage =
    series === null ? undefined : stores.items.get(checkpointKeys.coverage(acdName, 'QR', series))?.get(runTime ?? '');
  const reportId = toReportId(sourceBucketName, key);
  const sourceVersion = String(item?.['sourceVersion']);
  const folder = toStagingFolder(reportId, sourceVersion);
  const readCsv = (stagedKey: string) => {
    const body = stores.staged.get(stagedKey);
    return body === undefined ? [] : parse<Record<string, string>>(body, { columns: true, relax_column_count: true });
  };
  const etag = stores.objects.get(key)?.etag;
  return {
    key,
    status: item === undefined ? null : String(item['status']),
    coverage: coverage === undefined ? null : String(coverage['status']),
    rejectedLines: readCsv(toRejectsKey(reportId, sourceVersion))
      .filter(({ reason = '' }) => reason !== '')
      .map(({ line }) => Number(line)),
    hubRejects: [...stores.staged.keys()]
      .filter((stagedKey) => stagedKey.startsWith(`${folder}hub-rejects-`))
      .flatMap(readCsv)
      .filter(({ reason = '' }) => reason !== '')
      .map(({ intervalStart = '', queueValue = '' }) => `${intervalStart}|${queueValue}|`),
    quarantineErrors: stores.quarantined.filter((m) => m.key === key && m.etag === etag).map(({ error }) => error),
  };
}
