// The real-time half of the local stack: stream, event source mapping, agent-events, discards and the agent event DLQ.
import type { S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { StepHandler } from '../workflow/function-call.ts';
import { createKinesisClient, createStream, putLines, startKinesis, toStreamArn } from './kinesis.ts';
import { createStreamDiscards, type StoredDiscard } from './stream-discards.ts';
import { startStreamMapping } from './stream-mapping.ts';

export interface AgentEventOptions {
  /** Default 1: the records of all agents stay in one order. */
  readonly shardCount?: number;
  /** Default 500. */
  readonly batchSize?: number;
  /** Default 0. */
  readonly batchWindowMs?: number;
  /** Default 6 hours. */
  readonly maxRecordAgeSeconds?: number;
}

export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface AgentEventFailures {
  /** Messages of the agent event DLQ, in the order they were received. */
  readonly deadLetters: readonly DeadLetter[];
  /** What the event source mapping gave up, with the whole payload. */
  readonly discards: readonly StoredDiscard[];
}

export interface AgentEventStream {
  readonly url: string;
  readonly streamName: string;
  readonly streamArn: string;
  /**
   * One record a line, its bytes as they are; partition key is the AgentARN, else a hash of the line. Order is kept
   * within a shard.
   * @throws Error naming the first line above 1 MiB; nothing is written then
   */
  putLines(lines: readonly (string | Uint8Array)[]): Promise<void>;
  findActivity(): string | undefined;
  /** Takes the messages out of the DLQ and remembers them: a second call answers them again. */
  readFailures(): Promise<AgentEventFailures>;
  close(): Promise<void>;
}

export interface AgentEventParts {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  readonly streamName: string;
  readonly handler: StepHandler;
  readonly deadLetterQueueUrl: string;
  readonly discards: { readonly bucket: string; readonly prefix: string };
  readonly fastRetries: boolean;
  readonly onWarning: (message: string) => void;
  readonly options: AgentEventOptions;
}

const presets = { shardCount: 1, batchSize: 500, batchWindowMs: 0, maxRecordAgeSeconds: 21_600 } as const;
const backoffs = { fast: { firstMs: 10, longestMs: 100 }, slow: { firstMs: 200, longestMs: 10_000 } } as const;
const maxReceivedMessages = 10;

function toDeadLetter({ MessageId = '', Body = '', MessageAttributes = {} }: Message): DeadLetter {
  const attributes: Record<string, string> = {};
  for (const [name, { StringValue = '' }] of Object.entries(MessageAttributes)) attributes[name] = StringValue;
  return { messageId: MessageId, body: Body, attributes };
}

/** Receives and deletes until the queue has nothing to give. */
async function drainQueue(sqs: SQSClient, queueUrl: string): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: maxReceivedMessages,
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return letters;
    for (const message of Messages) {
      letters.push(toDeadLetter(message));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }
}

/** @throws Error when the stream cannot be started; nothing stays open then */
export async function startAgentEventStream(parts: AgentEventParts): Promise<AgentEventStream> {
  const { streamName, sqs, deadLetterQueueUrl, onWarning } = parts;
  const { shardCount, ...mappingOptions } = { ...presets, ...parts.options };
  const streamArn = toStreamArn(streamName);
  const discards = createStreamDiscards(parts.s3, { ...parts.discards, functionName: 'agent-events' });
  const deadLetters: DeadLetter[] = [];
  let writesInFlight = 0;
  let wake: () => void = () => undefined;

  const server = await startKinesis((ended) => {
    writesInFlight += 1;
    void ended.then(() => {
      writesInFlight -= 1;
      wake();
    });
  });
  const client = createKinesisClient(server.url, parts.credentials);
  const closeServer = async (): Promise<void> => {
    client.destroy();
    await server.close();
  };
  const shards = await createStream(client, { streamName, shardCount }).catch(async (error: unknown) => {
    await closeServer();
    throw error;
  });
  const mapping = startStreamMapping({
    ...mappingOptions,
    streamArn,
    shards,
    handler: parts.handler,
    backoff: parts.fastRetries ? backoffs.fast : backoffs.slow,
    discard: (batch) => discards.write(batch),
    onWarning,
  });
  wake = () => {
    mapping.wake();
  };
  return {
    url: server.url,
    streamName,
    streamArn,
    putLines: (lines) => putLines(client, streamName, lines),
    findActivity: () =>
      writesInFlight > 0 ? `${writesInFlight} writes to the stream ${streamName}` : mapping.findActivity(),
    async readFailures() {
      deadLetters.push(...(await drainQueue(sqs, deadLetterQueueUrl)));
      return { deadLetters: [...deadLetters], discards: discards.list() };
    },
    async close() {
      await mapping.close();
      await closeServer();
    },
  };
}
