// The queue of failed executions: one message an end, kept for as long as the execution can be redriven.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { QueueUnavailableError } from '../domain/errors.ts';
import { callAws } from './aws-errors.ts';

export interface QueuedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
}

export interface FailedExecutionsQueue {
  /** Up to ten messages, hidden from other readers for a minute; none when the queue is empty. */
  receive(): Promise<readonly QueuedMessage[]>;
  /** @throws {QueueUnavailableError} when one of them could not be removed */
  remove(messages: readonly QueuedMessage[]): Promise<void>;
  /** Shows them to others again at once; one that cannot be shown comes back by itself. */
  release(messages: readonly QueuedMessage[]): Promise<void>;
}

const mostInOneCall = 10;
const hiddenSeconds = 60;

function toEntries(messages: readonly QueuedMessage[]) {
  return messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
}

function toBatches<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / mostInOneCall) }, (_, index) =>
    all.slice(index * mostInOneCall, (index + 1) * mostInOneCall),
  );
}

/** @throws {QueueUnavailableError} {AccessDeniedError} {ConfigError} from every method. */
export function createFailedExecutionsQueue(sqs: SQSClient, queueUrl: string): FailedExecutionsQueue {
  const call = <T>(what: string, run: () => Promise<T>) => callAws('queue', `${what} the failed executions queue`, run);
  return {
    async receive() {
      const { Messages = [] } = await call('read', () =>
        sqs.send(
          new ReceiveMessageCommand({
            ...{ QueueUrl: queueUrl, MaxNumberOfMessages: mostInOneCall, VisibilityTimeout: hiddenSeconds },
            // Without a wait only some of SQS's servers are asked.
            WaitTimeSeconds: 1,
          }),
        ),
      );
      return Messages.flatMap(({ MessageId, ReceiptHandle, Body }): QueuedMessage[] =>
        MessageId === undefined || ReceiptHandle === undefined
          ? []
          : [{ messageId: MessageId, receiptHandle: ReceiptHandle, body: Body ?? '' }],
      );
    },
    async remove(messages) {
      for (const batch of toBatches(messages)) {
        const { Failed = [] } = await call('remove a message from', () =>
          sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: toEntries(batch) })),
        );
        const [first] = Failed;
        if (first !== undefined) {
          throw new QueueUnavailableError(
            `${Failed.length} messages could not be removed from the failed executions queue: ${first.Code ?? ''} ${first.Message ?? ''}`,
          );
        }
      }
    },
    async release(messages) {
      for (const batch of toBatches(messages)) {
        const Entries = toEntries(batch).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
        await call('give messages back to', () =>
          sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })),
        );
      }
    },
  };
}
