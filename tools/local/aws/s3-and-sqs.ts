// S3 and SQS in this process (fauxqs), with the buckets and queues of one customer, and uploads as a customer does them.
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { localAccountId, localRegion } from '../workflow/workflow-definition.ts';
import type { LocalServer } from './json-server.ts';
import { addS3Hooks, type CreatedObject } from './s3-hooks.ts';

// fauxqs takes no body above 11 MiB; parts must have 5 MiB at least.
const partBytes = 8 * 1024 * 1024;

/** `onCreated` is called for every object written to any bucket, before the writer gets the answer. */
export async function startS3AndSqs(onCreated: (object: Promise<CreatedObject>) => void): Promise<LocalServer> {
  const app = buildApp({ logger: false, defaultRegion: localRegion });
  addS3Hooks(app, onCreated);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}

export async function createBuckets(client: S3Client, names: readonly string[]): Promise<void> {
  for (const name of names) await client.send(new CreateBucketCommand({ Bucket: name }));
}

export function toQueueArn(name: string): string {
  return `arn:aws:sqs:${localRegion}:${localAccountId}:${name}`;
}

/** Returns the queue's address. It is not the one CreateQueue answers: that names a host which does not resolve. */
export async function createQueue(
  client: SQSClient,
  queue: { endpoint: string; name: string; deadLetterQueue?: { name: string; maxReceiveCount: number } },
): Promise<string> {
  const { deadLetterQueue } = queue;
  const redrive = deadLetterQueue && {
    deadLetterTargetArn: toQueueArn(deadLetterQueue.name),
    maxReceiveCount: deadLetterQueue.maxReceiveCount,
  };
  const Attributes = redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(redrive) };
  await client.send(new CreateQueueCommand({ QueueName: queue.name, Attributes }));
  return `${queue.endpoint}/${localAccountId}/${queue.name}`;
}

/** Messages of all conditions: waiting, delayed and handed out but not deleted. */
export async function countMessages(client: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return [
    Attributes.ApproximateNumberOfMessages,
    Attributes.ApproximateNumberOfMessagesDelayed,
    Attributes.ApproximateNumberOfMessagesNotVisible,
  ].reduce((sum, count) => sum + Number(count ?? 0), 0);
}

/** Puts an object in one piece, a large one in parts. */
export async function uploadObject(
  client: S3Client,
  object: { bucket: string; key: string; body: Uint8Array | string },
): Promise<void> {
  const target = { Bucket: object.bucket, Key: object.key };
  const bytes = typeof object.body === 'string' ? Buffer.from(object.body) : object.body;
  if (bytes.byteLength <= partBytes) {
    await client.send(new PutObjectCommand({ ...target, Body: bytes }));
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (let start = 0; start < bytes.byteLength; start += partBytes) {
    const PartNumber = parts.length + 1;
    const Body = bytes.subarray(start, start + partBytes);
    const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
    parts.push({ PartNumber, ETag });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
}

/** What an "Object Created" event of this object would say now. */
export async function readCreatedObject(
  client: S3Client,
  object: { bucket: string; key: string },
): Promise<CreatedObject> {
  const head = await client.send(new HeadObjectCommand({ Bucket: object.bucket, Key: object.key }));
  const etag = (head.ETag ?? '').replaceAll('"', '');
  return { ...object, etag, sizeBytes: head.ContentLength ?? 0, reason: 'PutObject' };
}
