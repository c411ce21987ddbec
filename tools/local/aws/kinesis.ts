// Kinesis in this process (kinesalite): one stream, written in order, read shard by shard.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import createKinesalite from 'kinesalite';
import { maxRecordBytes } from '../run/event-lines.ts';
import { localAccountId, localRegion } from '../workflow/workflow-definition.ts';
import { listenLocally, type LocalServer } from './json-server.ts';
import { isJsonObject } from './json-value.ts';
import type { ShardReader } from './stream-mapping.ts';

// A request is kept below kinesalite's 7 MiB with the data in base64.
const maxRequestBytes = 4 * 1024 * 1024;
const maxRequestRecords = 500;
const maxPartitionKeyLength = 256;
const activePollMs = 5;
const activePollCount = 400;

const isWrite = ({ headers }: IncomingMessage): boolean => /\.PutRecords?$/.test(String(headers['x-amz-target']));

/**
 * `onWrite` is called as a write arrives, with the end of its request. kinesalite throws into the process when a client
 * leaves in the middle of a request: it gets to see whole requests only.
 */
export async function startKinesis(onWrite: (ended: Promise<void>) => void): Promise<LocalServer> {
  const kinesalite = createKinesalite({ createStreamMs: 0 });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url, headers } = request;
    const body = Readable.from([await buffer(request)]);
    kinesalite.emit('request', Object.assign(body, { method, url, headers }), response);
  };
  const server = createServer((request, response) => {
    if (isWrite(request)) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      response.once('close', () => {
        resolve(undefined);
      });
      onWrite(promise);
    }
    serve(request, response).catch(() => {
      response.destroy();
    });
  });
  const listening = await listenLocally(server);
  return {
    url: listening.url,
    async close() {
      await listening.close();
      // Answers with an error, since it never listened itself; its database is closed all the same.
      await new Promise<void>((resolve) => {
        kinesalite.close(() => {
          resolve();
        });
      });
    },
  };
}

/** HTTP/1.1: the SDK's own choice for Kinesis, HTTP/2, does not work without TLS. */
export function createKinesisClient(
  endpoint: string,
  credentials: { accessKeyId: string; secretAccessKey: string },
): KinesisClient {
  return new KinesisClient({ region: localRegion, endpoint, credentials, requestHandler: new NodeHttpHandler() });
}

export function toStreamArn(streamName: string): string {
  return `arn:aws:kinesis:${localRegion}:${localAccountId}:stream/${streamName}`;
}

/** Creates a stream and returns readers of its shards. @throws Error when it does not become active within 2 s */
export async function createStream(
  client: KinesisClient,
  { streamName, shardCount }: { streamName: string; shardCount: number },
): Promise<readonly ShardReader[]> {
  await client.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: shardCount }));
  for (let poll = 0; ; poll += 1) {
    const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
    if (summary.StreamDescriptionSummary?.StreamStatus === 'ACTIVE') break;
    if (poll === activePollCount) throw new Error(`The stream ${streamName} did not become active`);
    await new Promise((resolve) => setTimeout(resolve, activePollMs));
  }
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: streamName }));
  return Shards.map(({ ShardId: shardId = '' }) => createShardReader(client, streamName, shardId));
}

/** A new iterator for every read: the one kinesalite answers for an empty shard can lie behind its first record. */
function createShardReader(client: KinesisClient, streamName: string, shardId: string): ShardReader {
  return {
    shardId,
    async read(afterSequenceNumber, limit) {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({
          StreamName: streamName,
          ShardId: shardId,
          ...(afterSequenceNumber === undefined
            ? { ShardIteratorType: 'TRIM_HORIZON' }
            : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: afterSequenceNumber }),
        }),
      );
      const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator, Limit: limit }));
      return Records.map(({ SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp }) => ({
        sequenceNumber: SequenceNumber ?? '',
        partitionKey: PartitionKey ?? '',
        data: Data ?? new Uint8Array(),
        arrivedAtMs: ApproximateArrivalTimestamp?.getTime() ?? 0,
      }));
    },
  };
}

/** Amazon Connect's choice, the AgentARN of the event; a hash of the bytes where there is none to be read. */
export function choosePartitionKey(data: Uint8Array): string {
  try {
    const event: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    const agentArn = isJsonObject(event) ? event['AgentARN'] : undefined;
    if (typeof agentArn === 'string' && agentArn !== '' && agentArn.length <= maxPartitionKeyLength) return agentArn;
  } catch {
    // Not JSON: a poison record has its place in the stream like any other.
  }
  return createHash('sha256').update(data).digest('hex');
}

/** Cuts what is written at once into requests, in order. */
function* planRequests(entries: readonly PutRecordsRequestEntry[]): Generator<PutRecordsRequestEntry[]> {
  let request: PutRecordsRequestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const entryBytes = (entry.Data?.byteLength ?? 0) + (entry.PartitionKey?.length ?? 0);
    if (request.length === maxRequestRecords || (request.length > 0 && bytes + entryBytes > maxRequestBytes)) {
      yield request;
      [request, bytes] = [[], 0];
    }
    request.push(entry);
    bytes += entryBytes;
  }
  if (request.length > 0) yield request;
}

/**
 * Writes one record a line, its bytes as they are, in order within a shard.
 * @throws Error naming the first line that is above 1 MiB (nothing is written then), or records the stream refused
 */
export async function putLines(
  client: KinesisClient,
  streamName: string,
  lines: readonly (string | Uint8Array)[],
): Promise<void> {
  const entries = lines.map((line, index) => {
    const Data = typeof line === 'string' ? Buffer.from(line) : line;
    if (Data.byteLength > maxRecordBytes) {
      throw new Error(
        `Line ${index + 1}: a Kinesis record holds at most ${maxRecordBytes} bytes, found ${Data.byteLength}`,
      );
    }
    return { Data, PartitionKey: choosePartitionKey(Data) };
  });
  for (const Records of planRequests(entries)) {
    const { FailedRecordCount = 0 } = await client.send(new PutRecordsCommand({ StreamName: streamName, Records }));
    // Writing the refused ones again would put them behind later ones of the same agent.
    if (FailedRecordCount > 0) throw new Error(`The stream ${streamName} refused ${FailedRecordCount} records`);
  }
}
