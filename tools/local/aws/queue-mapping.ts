// Lambda's event source mapping of an SQS queue: polls, calls the function with up to 10 messages, deletes those that are
// not reported as failed. A failed message comes back after the queue's visibility timeout.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { StepHandler } from '../workflow/function-call.ts';
import { localRegion } from '../workflow/workflow-definition.ts';

export interface QueueMappingOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly handler: StepHandler;
  /** Failed messages become visible at once instead of after the visibility timeout. */
  readonly retryAtOnce: boolean;
  readonly onWarning: (message: string) => void;
}

export interface QueueMapping {
  isBusy(): boolean;
  close(): Promise<void>;
}

const batchSize = 10;
const longPollSeconds = 5;
const pauseAfterErrorMs = 100;

function toRecord(message: Message, queueArn: string): SQSRecord {
  const { MessageId: messageId = '', ReceiptHandle: receiptHandle = '', Body: body = '', Attributes = {} } = message;
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: Attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: Attributes.SentTimestamp ?? '0',
      SenderId: Attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: Attributes.ApproximateFirstReceiveTimestamp ?? '0',
    },
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: localRegion,
  };
}

/**
 * Ids of the messages that failed, read from what the function answered. As on AWS nothing, null or an empty list means
 * that all went well, and an entry without a known id that the whole batch failed.
 */
export function readFailedIds(answer: unknown, messageIds: readonly string[]): ReadonlySet<string> {
  if (typeof answer !== 'object' || answer === null || !('batchItemFailures' in answer)) return new Set();
  const failures: unknown = answer.batchItemFailures;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return new Set(messageIds);
  const ids = failures.map((failure: unknown): unknown =>
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure ? failure.itemIdentifier : undefined,
  );
  const known = ids.filter((id) => typeof id === 'string').filter((id) => messageIds.includes(id));
  return new Set(known.length === ids.length ? known : messageIds);
}

/** Begins to poll at once. */
export function startQueueMapping(options: QueueMappingOptions): QueueMapping {
  const { client, queueUrl, queueArn } = options;
  const stop = new AbortController();
  const isStopped = (): boolean => stop.signal.aborted;
  let busy = false;

  const callHandler = async (records: SQSRecord[]): Promise<ReadonlySet<string>> => {
    const messageIds = records.map(({ messageId }) => messageId);
    const event: SQSEvent = { Records: records };
    try {
      return readFailedIds(await options.handler(structuredClone(event)), messageIds);
    } catch (error) {
      options.onWarning(`The function of ${queueArn} failed with a batch of ${records.length}: ${String(error)}`);
      return new Set(messageIds);
    }
  };
  const processBatch = async (messages: Message[]): Promise<void> => {
    const records = messages.map((message) => toRecord(message, queueArn));
    const failedIds = await callHandler(records);
    for (const { messageId, receiptHandle } of records) {
      const message = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle };
      if (!failedIds.has(messageId)) await client.send(new DeleteMessageCommand(message));
      else if (options.retryAtOnce) {
        await client.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 0 }));
      }
    }
  };
  const poll = async (): Promise<void> => {
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchSize,
        WaitTimeSeconds: longPollSeconds,
        MessageSystemAttributeNames: ['All'],
      }),
      { abortSignal: stop.signal },
    );
    busy = messages.length > 0;
    if (busy) await processBatch(messages);
    busy = false;
  };
  const pollUntilStopped = async (): Promise<void> => {
    while (!isStopped()) {
      try {
        await poll();
      } catch (error) {
        busy = false;
        if (isStopped()) return;
        options.onWarning(`Polling ${queueArn} failed: ${String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, pauseAfterErrorMs));
      }
    }
  };
  const polling = pollUntilStopped();
  return {
    isBusy: () => busy,
    async close() {
      stop.abort();
      await polling;
    },
  };
}
