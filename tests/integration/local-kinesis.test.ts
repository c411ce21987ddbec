import { connect } from 'node:net';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { choosePartitionKey, createKinesisClient } from '../../tools/local/aws/kinesis.ts';
import type { StackOptions } from '../../tools/local/stack.ts';
import { closeAll, startFakeStack, takeAll } from './local-fake-stack.ts';

afterEach(closeAll);

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const agentArn = (name: string) => `arn:aws:connect:eu-central-1:000000000000:instance/i/agent/${name}`;
const toLine = (name: string, count: number) => JSON.stringify({ AgentARN: agentArn(name), count });
const readData = ({ kinesis }: KinesisStreamRecord) => Buffer.from(kinesis.data, 'base64').toString();

type AgentEventsFake = (records: KinesisStreamRecord[], environment: Record<string, string>) => unknown;

/** The real stack with an agent-events of the test's own; keeps every batch it was called with. */
async function startWithStream(agentEvents: AgentEventsFake, options: Partial<StackOptions> = {}) {
  const batches: KinesisStreamRecord[][] = [];
  const started = await startFakeStack(takeAll, {
    createHandlers: (environment) => ({
      'start-ingest': () => Promise.resolve(),
      'read-report': () => Promise.resolve(),
      'agent-events': async (event) => {
        const { Records } = event as KinesisStreamEvent;
        batches.push(Records);
        return await agentEvents(Records, environment);
      },
    }),
    ...options,
  });
  const kinesis = createKinesisClient(started.stack.cliEnvironment['AWS_ENDPOINT_URL_KINESIS']!, credentials);
  const put = async (data: string): Promise<void> => {
    const StreamName = started.stack.cliEnvironment['AGENT_EVENT_STREAM_NAME']!;
    await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'any', Data: Buffer.from(data) }));
    kinesis.destroy();
  };
  return { ...started, batches, put };
}

describe('the stream of the local stack', () => {
  it('carries lines to agent-events as they are, in order, poison among them', async () => {
    const { stack, batches } = await startWithStream(() => undefined);
    const lines = [toLine('a', 1), 'not JSON', new Uint8Array([0xff, 0x00, 0x7b]), '', toLine('a', 2)];
    await stack.putAgentEvents(lines);
    await stack.idle();
    const records = batches.flat();
    const received = records.map(({ kinesis }) => kinesis.data);
    expect(received).toEqual(lines.map((line) => Buffer.from(line as string).toString('base64')));
    expect(records[0]).toMatchObject({
      eventSource: 'aws:kinesis',
      eventID: `shardId-000000000000:${records[0]!.kinesis.sequenceNumber}`,
      eventSourceARN: stack.agentEvents!.streamArn,
      kinesis: { partitionKey: agentArn('a'), kinesisSchemaVersion: '1.0' },
    });
    const arrivedAtSeconds = records[0]!.kinesis.approximateArrivalTimestamp;
    expect(new Date(arrivedAtSeconds * 1000).getUTCFullYear()).toBe(new Date().getUTCFullYear());
  });

  it('carries 2,500 lines in order through several requests and batches', async () => {
    const { stack, batches } = await startWithStream(() => undefined, { agentEvents: { batchSize: 400 } });
    const lines = Array.from({ length: 2_500 }, (_, index) => toLine(`agent-${index % 7}`, index));
    await stack.putAgentEvents(lines);
    await stack.idle();
    expect(batches.flat().map(readData)).toEqual(lines);
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(400);
  });

  it('keeps the order of each agent on two shards, one of which does not wait for the other', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    let failures = 0;
    const { stack, batches } = await startWithStream(
      (records) => {
        const [first] = records;
        if (!first!.eventID.startsWith('shardId-000000000000') || failures === 5) return undefined;
        failures += 1;
        return { batchItemFailures: [{ itemIdentifier: first!.kinesis.sequenceNumber }] };
      },
      { agentEvents: { shardCount: 2, batchSize: 10 } },
    );
    await stack.putAgentEvents(Array.from({ length: 60 }, (_, index) => toLine(names[index % 6]!, index)));
    await stack.idle();
    const shardOf = (record: KinesisStreamRecord) => record.eventID.split(':')[0];
    expect(new Set(batches.flat().map(shardOf))).toEqual(new Set(['shardId-000000000000', 'shardId-000000000001']));
    for (const name of names) {
      const seen = batches.flat().filter(({ kinesis }) => kinesis.partitionKey === agentArn(name));
      const counts = [...new Set(seen.map((record) => (JSON.parse(readData(record)) as { count: number }).count))];
      expect(counts).toEqual(counts.toSorted((left, right) => left - right));
      expect(counts).toHaveLength(10);
    }
  });

  it('takes records of other producers without being asked to look', async () => {
    const { stack, batches, put } = await startWithStream(() => undefined);
    await stack.idle();
    await put('from the AWS CLI');
    await stack.idle();
    expect(batches.flat().map(readData)).toEqual(['from the AWS CLI']);
  });

  it('keeps running when a producer leaves in the middle of a request', async () => {
    const { stack, batches, put } = await startWithStream(() => undefined);
    const { hostname, port } = new URL(stack.cliEnvironment['AWS_ENDPOINT_URL_KINESIS']!);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const target = 'x-amz-target: Kinesis_20131202.PutRecord\r\ncontent-type: application/x-amz-json-1.1';
        socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${target}\r\ncontent-length: 100\r\n\r\n{"a`, () => {
          setTimeout(() => {
            socket.destroy();
            resolve();
          }, 20);
        });
      });
    });
    await put('after');
    await stack.idle();
    expect(batches.flat().map(readData)).toEqual(['after']);
  });

  it('refuses a line above 1 MiB by its number, and writes none of the others', async () => {
    const { stack, batches } = await startWithStream(() => undefined);
    const lines = ['first', 'x'.repeat(1024 * 1024 + 1)];
    await expect(stack.putAgentEvents(lines)).rejects.toThrow('Line 2: a Kinesis record holds at most 1048576 bytes');
    await stack.putAgentEvents(['x'.repeat(1024 * 1024)]);
    await stack.idle();
    expect(batches.flat().map((record) => readData(record).length)).toEqual([1024 * 1024]);
  });
});

describe('a failure of agent-events', () => {
  it('brings back the batch from the failed record on', async () => {
    let isDown = true;
    const { stack, batches } = await startWithStream((records) => {
      const failed = records.find((record) => isDown && readData(record) === 'three');
      isDown = false;
      return { batchItemFailures: failed ? [{ itemIdentifier: failed.kinesis.sequenceNumber }] : [] };
    });
    await stack.putAgentEvents(['one', 'two', 'three', 'four']);
    await stack.idle();
    expect(batches.map((records) => records.map(readData))).toEqual([
      ['one', 'two', 'three', 'four'],
      ['three', 'four'],
    ]);
  });

  it('keeps idle waiting, which says in the end what does not go through', async () => {
    const { stack, warnings } = await startWithStream(() => Promise.reject(new Error('hub down')));
    await stack.putAgentEvents(['one']);
    await expect(stack.idle({ timeoutMs: 200 })).rejects.toThrow(/agent events: shardId-0+: .*hub down/);
    expect(warnings).toEqual([expect.stringContaining('hub down')]);
  });

  it('[fault 20] ends in the discards with the whole payload when the records get too old', async () => {
    const { stack, s3 } = await startWithStream(() => Promise.reject(new Error('hub down')), {
      agentEvents: { maxRecordAgeSeconds: 1 },
    });
    await stack.putAgentEvents([toLine('a', 1)]);
    await stack.idle();
    const { discards, deadLetters } = await stack.agentEvents!.readFailures();
    expect(deadLetters).toEqual([]);
    expect(discards).toHaveLength(1);
    const [{ bucket, key, record }] = discards as [(typeof discards)[0]];
    expect(`s3://${bucket}/${key}`).toMatch(
      new RegExp(
        `^${stack.environment['AGENT_EVENT_DISCARDS']!}shardId-0{12}/\\d{4}/\\d\\d/\\d\\d/\\d{4}-\\d\\d-\\d\\dT[\\d.]{8}-[0-9a-f-]{36}$`,
      ),
    );
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(JSON.parse(await object.Body!.transformToString())).toEqual(record);
    expect(record).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded', functionArn: expect.stringMatching(/:function:agent-events$/) },
      responseContext: { functionError: 'Unhandled' },
      KinesisBatchInfo: { batchSize: 1, shardId: 'shardId-000000000000', streamArn: stack.agentEvents!.streamArn },
    });
    const { Records } = JSON.parse(record.payload) as KinesisStreamEvent;
    expect(Records.map(readData)).toEqual([toLine('a', 1)]);
    expect(record.KinesisBatchInfo.startSequenceNumber).toBe(Records[0]!.kinesis.sequenceNumber);
  });
});

describe('the environment of agent-events', () => {
  it('names a table and a dead letter queue that are there, and what is in the queue can be read again and again', async () => {
    const { stack, config } = await startWithStream(async (records, environment) => {
      const endpoint = environment['AWS_ENDPOINT_URL_SQS']!;
      const sqs = new SQSClient({ ...config, endpoint });
      for (const record of records) {
        await sqs.send(
          new SendMessageCommand({
            QueueUrl: environment['AGENT_EVENT_DLQ_URL']!,
            MessageBody: readData(record),
            MessageAttributes: { fault: { DataType: 'String', StringValue: 'json' } },
          }),
        );
      }
      sqs.destroy();
    });
    const dynamoDb = new DynamoDBClient({ ...config, endpoint: stack.environment['AWS_ENDPOINT_URL_DYNAMODB']! });
    const TableName = stack.environment['AGENT_STATE_TABLE']!;
    await dynamoDb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' }, sk: { S: 'b' } } }));
    dynamoDb.destroy();
    await stack.putAgentEvents(Array.from({ length: 12 }, (_, index) => `poison ${index}`));
    await stack.idle();
    const { deadLetters } = await stack.agentEvents!.readFailures();
    expect(deadLetters.map(({ body }) => body).toSorted()).toHaveLength(12);
    expect(deadLetters[0]!.attributes).toEqual({ fault: 'json' });
    expect((await stack.agentEvents!.readFailures()).deadLetters).toEqual(deadLetters);
  });
});

describe('a stack without agent-events', () => {
  it('has no stream and says so', async () => {
    const { stack } = await startFakeStack(takeAll);
    expect(stack.agentEvents).toBeUndefined();
    expect(stack.cliEnvironment).not.toHaveProperty('AWS_ENDPOINT_URL_KINESIS');
    await expect(stack.putAgentEvents(['x'])).rejects.toThrow('createHandlers gave no agent-events');
  });
});

describe('choosePartitionKey', () => {
  it.each([
    ['the AgentARN', '{"AgentARN":"arn:agent"}', 'arn:agent'],
    ['a hash for what is no JSON', 'x', expect.stringMatching(/^[0-9a-f]{64}$/)],
    ['a hash for JSON without an agent', '[1]', expect.stringMatching(/^[0-9a-f]{64}$/)],
    ['a hash for an AgentARN that is no text', '{"AgentARN":7}', expect.stringMatching(/^[0-9a-f]{64}$/)],
    [
      'a hash for an AgentARN too long for a key',
      `{"AgentARN":"${'x'.repeat(257)}"}`,
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ],
  ])('is %s', (_what, line, key) => {
    expect(choosePartitionKey(Buffer.from(line))).toEqual(key);
  });
});
