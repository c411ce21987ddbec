// How a file's records are cut into batches, and how an interval's content is told from another.
import type { HubRecord } from '../../../schemas/hub-records.ts';
import { fingerprint } from './fingerprint.ts';
import type { HubReportContent } from './hub-body.ts';

export interface BatchLimits {
  readonly maxRecords: number;
  /** Of the records' JSON, before compression. A single larger record travels alone. */
  readonly maxBytes: number;
}

/** Batches in the order of the records, each within the limits. The same records and limits give the same batches. */
export function* planBatches(
  records: readonly HubRecord[],
  limits: BatchLimits,
): Generator<readonly HubRecord[], void> {
  let batch: HubRecord[] = [];
  let batchBytes = 0;
  for (const record of records) {
    const recordBytes = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (batch.length > 0 && (batch.length >= limits.maxRecords || batchBytes + recordBytes > limits.maxBytes)) {
      yield batch;
      batch = [];
      batchBytes = 0;
    }
    batch.push(record);
    batchBytes += recordBytes;
  }
  if (batch.length > 0) yield batch;
}

/** The envelope around a batch. `records` are sorted by interval; startDate and endDate are the first and last interval's starts. */
export function toHubReportContent(records: readonly HubRecord[], sourceVersion: string): HubReportContent {
  const startDate = records[0]?.intervalStart ?? '';
  return {
    acdType: 'AMAZON_CONNECT',
    reportVersion: '1',
    sourceVersion,
    startDate,
    endDate: records.at(-1)?.intervalStart ?? startDate,
    intervalSeconds: 900,
    reportData: records,
  };
}

export interface IntervalRecords {
  readonly intervalStart: string;
  readonly contentHash: string;
  readonly records: readonly HubRecord[];
}

/** Records by interval, in the order of the intervals, each with the hash of its content. `records` are sorted by interval. */
export function groupByInterval(records: readonly HubRecord[]): IntervalRecords[] {
  const groups = new Map<string, HubRecord[]>();
  for (const record of records) {
    const group = groups.get(record.intervalStart);
    if (group === undefined) groups.set(record.intervalStart, [record]);
    else group.push(record);
  }
  return [...groups].map(([intervalStart, group]) => ({
    intervalStart,
    contentHash: fingerprint(group.map((record) => JSON.stringify(record))),
    records: group,
  }));
}
