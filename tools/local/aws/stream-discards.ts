// The on-failure destination of the agent events: what Lambda's event source mapping writes to an S3 bucket for records
// it gives up, metadata and the whole event, so that they can be replayed after the stream has forgotten them.
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { KinesisStreamEvent } from 'aws-lambda';
import { localAccountId, localRegion } from '../workflow/workflow-definition.ts';
import type { Batch } from './stream-batch.ts';

export interface DiscardedBatch {
  readonly streamArn: string;
  readonly shardId: string;
  /** In order, at least one. */
  readonly records: Batch;
  readonly event: KinesisStreamEvent;
  readonly invokeCount: number;
  /** The last call threw; false also when there was none. */
  readonly hasThrown: boolean;
  readonly atMs: number;
}

/** Lambda's invocation record. */
export interface InvocationRecord {
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RecordAgeExceeded';
    readonly approximateInvokeCount: number;
  };
  /** null when the records were too old before the first call. */
  readonly responseContext: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled' | null;
  } | null;
  readonly version: '1.0';
  readonly timestamp: string;
  readonly KinesisBatchInfo: {
    readonly shardId: string;
    readonly startSequenceNumber: string;
    readonly endSequenceNumber: string;
    readonly approximateArrivalOfFirstRecord: string;
    readonly approximateArrivalOfLastRecord: string;
    readonly batchSize: number;
    readonly streamArn: string;
  };
  /** The whole event as JSON text. */
  readonly payload: string;
}

export interface StoredDiscard {
  readonly bucket: string;
  readonly key: string;
  readonly record: InvocationRecord;
}

export interface StreamDiscards {
  /** @throws Error when the object cannot be written; nothing is listed then */
  write(batch: DiscardedBatch): Promise<void>;
  /** In order of writing. */
  list(): readonly StoredDiscard[];
}

/**
 * The invocation record of a discarded batch.
 * @source AWS Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source"
 */
export function toInvocationRecord(
  batch: DiscardedBatch,
  call: { functionName: string; requestId: string },
): InvocationRecord {
  const { records, invokeCount } = batch;
  const [first, last] = [records.at(0), records.at(-1)];
  const toTime = (ms = 0): string => new Date(ms).toISOString();
  return {
    requestContext: {
      requestId: call.requestId,
      functionArn: `arn:aws:lambda:${localRegion}:${localAccountId}:function:${call.functionName}`,
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: invokeCount,
    },
    responseContext:
      invokeCount === 0
        ? null
        : { statusCode: 200, executedVersion: '$LATEST', functionError: batch.hasThrown ? 'Unhandled' : null },
    version: '1.0',
    timestamp: toTime(batch.atMs),
    KinesisBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first?.sequenceNumber ?? '',
      endSequenceNumber: last?.sequenceNumber ?? '',
      approximateArrivalOfFirstRecord: toTime(first?.arrivedAtMs),
      approximateArrivalOfLastRecord: toTime(last?.arrivedAtMs),
      batchSize: records.length,
      streamArn: batch.streamArn,
    },
    payload: JSON.stringify(batch.event),
  };
}

/** Objects `<prefix><shard>/YYYY/MM/DD/YYYY-MM-DDThh.mm.ss-<id>`, named as Lambda does below its own prefix. */
export function createStreamDiscards(
  s3: S3Client,
  target: { bucket: string; prefix: string; functionName: string },
): StreamDiscards {
  const stored: StoredDiscard[] = [];
  const { bucket, prefix, functionName } = target;
  return {
    async write(batch) {
      const requestId = crypto.randomUUID();
      const record = toInvocationRecord(batch, { functionName, requestId });
      const day = record.timestamp.slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '/');
      const second = record.timestamp.slice(0, 'YYYY-MM-DDThh:mm:ss'.length).replaceAll(':', '.');
      const key = `${prefix}${batch.shardId}/${day}/${second}-${requestId}`;
      const Body = JSON.stringify(record);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/json' }));
      stored.push({ bucket, key, record });
    },
    list: () => [...stored],
  };
}
