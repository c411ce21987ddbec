// Batches of a Kinesis shard: what Lambda hands to a function, and what is left of a batch after the function's answer.
import type { KinesisStreamEvent } from 'aws-lambda';
import { localAccountId, localRegion } from '../workflow/workflow-definition.ts';
import { isJsonObject } from './json-value.ts';

export interface StreamRecord {
  /** Digits; ascending within a shard. */
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivedAtMs: number;
}

export type Batch = readonly StreamRecord[];

/** What came of a call: the function's answer, or what it threw. */
export type CallResult = { readonly answer: unknown } | { readonly error: unknown };

// Lambda's limit for the event of a synchronous call; the fields around the data are counted roughly.
const maxEventBytes = 6 * 1024 * 1024;
const fieldBytes = 600;

const countEventBytes = ({ data, partitionKey }: StreamRecord): number =>
  Math.ceil(data.byteLength / 3) * 4 + Buffer.byteLength(partitionKey) + fieldBytes;

/** The event of a batch as Lambda hands it over; `approximateArrivalTimestamp` is in seconds with a fraction. */
export function toKinesisEvent(records: Batch, shard: { streamArn: string; shardId: string }): KinesisStreamEvent {
  return {
    Records: records.map(({ sequenceNumber, partitionKey, data, arrivedAtMs }) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey,
        sequenceNumber,
        data: Buffer.from(data).toString('base64'),
        approximateArrivalTimestamp: arrivedAtMs / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shard.shardId}:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: `arn:aws:iam::${localAccountId}:role/local`,
      awsRegion: localRegion,
      eventSourceARN: shard.streamArn,
    })),
  };
}

/** How many of the records, from the first on, make one batch: at most `batchSize`, and an event of at most 6 MiB. */
export function countBatch(records: Batch, batchSize: number): number {
  const fitting = records.slice(0, batchSize);
  let eventBytes = 0;
  const end = fitting.findIndex((record) => (eventBytes += countEventBytes(record)) > maxEventBytes);
  return end === -1 ? fitting.length : Math.max(end, 1);
}

/**
 * Place of the first failed record. As on AWS no answer, null, no list or an empty one means that all went well
 * (undefined), and an entry without the sequence number of one of the records that the whole batch failed.
 */
function findFirstFailure(answer: unknown, records: Batch): number | 'everything' | undefined {
  if (!isJsonObject(answer)) return undefined;
  const failures: unknown = answer['batchItemFailures'];
  if (failures === undefined || failures === null) return undefined;
  if (!Array.isArray(failures)) return 'everything';
  const places = failures.map((failure: unknown) => {
    const id = isJsonObject(failure) ? failure['itemIdentifier'] : undefined;
    return records.findIndex(({ sequenceNumber }) => sequenceNumber === id);
  });
  if (places.includes(-1)) return 'everything';
  return places.length === 0 ? undefined : Math.min(...places);
}

/**
 * What is to be handed over again, in this order, before anything newer: nothing after a success; from the lowest
 * reported sequence number on; or, when the batch failed as a whole, its two halves (ReportBatchItemFailures with
 * BisectBatchOnFunctionError).
 * @source AWS Lambda Developer Guide, "Configuring partial batch response with Kinesis Data Streams and Lambda"
 */
export function listRemaining(records: Batch, result: CallResult): readonly Batch[] {
  const first = 'error' in result ? 'everything' : findFirstFailure(result.answer, records);
  if (first === undefined) return [];
  if (first !== 'everything') return [records.slice(first)];
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].filter(({ length }) => length > 0);
}
