// How a file's records are cut into batches, and how an interval's content is told from another.
import type { HubRecord } from '../../../../schemas/hub-records.ts';
import { createFingerprint, type Fingerprint } from '../fingerprint.ts';
import { intervalMs, toEpochMs, toInstant } from '../interval.ts';
import type { HubReportContent } from './hub-body.ts';

export interface BatchLimits {
  readonly maxRecords: number;
  /** Of the records' JSON, before compression. A single larger record travels alone. */
  readonly maxBytes: number;
}

export interface PlannedBatch {
  readonly records: readonly HubRecord[];
  /** The records as the JSON text of an array. */
  readonly recordsJson: string;
}

/** Batches in the order of the records, each within the limits. The same records and limits give the same batches. */
export function* planBatches(records: Iterable<HubRecord>, limits: BatchLimits): Generator<PlannedBatch, void> {
  let batch: HubRecord[] = [];
  // Kept: the text tells a record's size, and writing it once more takes as long as checking and mapping a row.
  let texts: string[] = [];
  let batchBytes = 0;
  const close = () => ({ records: batch, recordsJson: `[${texts.join(',')}]` });
  for (const record of records) {
    const text = JSON.stringify(record);
    const recordBytes = Buffer.byteLength(text) + 1;
    if (batch.length > 0 && (batch.length >= limits.maxRecords || batchBytes + recordBytes > limits.maxBytes)) {
      yield close();
      batch = [];
      texts = [];
      batchBytes = 0;
    }
    batch.push(record);
    texts.push(text);
    batchBytes += recordBytes;
  }
  if (batch.length > 0) yield close();
}

/** The envelope around a batch. `records` are sorted by interval; startDate is the first one's start, endDate the last one's end. */
export function toHubReportContent(records: readonly HubRecord[], sourceVersion: string): HubReportContent {
  const startDate = records[0]?.intervalStart ?? '';
  return {
    acdType: 'AMAZON_CONNECT',
    reportVersion: '1',
    sourceVersion,
    startDate,
    endDate: toInstant(toEpochMs(records.at(-1)?.intervalStart ?? startDate) + intervalMs),
    intervalSeconds: 900,
    reportData: records,
  };
}

export interface IntervalSummary {
  readonly intervalStart: string;
  readonly contentHash: string;
  readonly recordCount: number;
}

/** What each interval holds, in the order of the intervals. `records` are sorted by interval and not held. */
export function summarizeIntervals(records: Iterable<HubRecord>): IntervalSummary[] {
  const open: { readonly intervalStart: string; readonly content: Fingerprint; recordCount: number }[] = [];
  let current = open[0];
  for (const record of records) {
    if (current?.intervalStart !== record.intervalStart) {
      current = { intervalStart: record.intervalStart, content: createFingerprint(), recordCount: 0 };
      open.push(current);
    }
    current.content.add(JSON.stringify(record));
    current.recordCount += 1;
  }
  return open.map(({ intervalStart, content, recordCount }) => ({
    intervalStart,
    contentHash: content.finish(),
    recordCount,
  }));
}
