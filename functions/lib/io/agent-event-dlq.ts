// The agent event DLQ: one message a record, its payload in it or, where no message can hold it, in the staging bucket.
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EncodedDeadLetter } from '../domain/agent-states/agent-dead-letter.ts';
import { callAws } from './aws-errors.ts';
import type { StagingBucket } from './staging-bucket.ts';

export interface AgentEventDlq {
  /** The payload is in the staging bucket before the message names it. */
  send(deadLetter: EncodedDeadLetter): Promise<void>;
}

/** @throws {QueueUnavailableError} {StorageUnavailableError} {AccessDeniedError} {ConfigError} */
export function createAgentEventDlq(
  sqs: SQSClient,
  queueUrl: string,
  staging: Pick<StagingBucket, 'write'>,
): AgentEventDlq {
  return {
    async send({ letter, message, staged }) {
      if (staged !== null && letter.payloadKey !== null) {
        await staging.write(letter.payloadKey, staged, 'application/octet-stream');
      }
      await callAws('queue', 'send to the agent event DLQ', () =>
        sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: message })),
      );
    },
  };
}
