// The queue of quarantined files: one message a file, with the reason and where its copy lies.
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { toQueueMessage } from '../domain/queue-message.ts';
import { callAws } from './aws-errors.ts';

export interface QuarantineMessage {
  /** The same for every attempt at the same upload: a repeated message is recognised by it. */
  readonly quarantineId: string;
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly uploadedAt: string;
  readonly error: string;
  readonly cause: string;
  readonly copyKey: string | null;
  readonly rejectsKey: string | null;
}

export interface QuarantineQueue {
  send(message: QuarantineMessage): Promise<void>;
}

/** @throws {QueueUnavailableError} {AccessDeniedError} {ConfigError} */
export function createQuarantineQueue(sqs: SQSClient, queueUrl: string): QuarantineQueue {
  return {
    async send(message) {
      await callAws('queue', 'send to the quarantine queue', () =>
        sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: toQueueMessage(message) })),
      );
    },
  };
}
