import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CopyObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { startLocalStack, type LocalStack } from '../../tools/local/stack.ts';
import { closeAll, definition, failAll, key, startFakeStack, takeAll } from './local-fake-stack.ts';

afterEach(closeAll);

const listDetails = (events: readonly SQSEvent[]) =>
  events
    .flatMap(({ Records }) => Records)
    .map(({ body }) => JSON.parse(body) as { detail: { reason: string; object: { etag: string } } });

async function receive(stack: LocalStack, queueUrl: string) {
  const { AWS_ENDPOINT_URL_SQS: endpoint, AWS_REGION: region } = stack.environment;
  const sqs = new SQSClient({
    endpoint: endpoint!,
    region: region!,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
  sqs.destroy();
  return Messages.map(({ Body }) => JSON.parse(Body!) as Record<string, unknown>);
}

describe('an upload', () => {
  it('reaches start-ingest as an SQS event that holds EventBridge\'s "Object Created"', async () => {
    const { stack, events, s3 } = await startFakeStack(takeAll);
    await stack.upload(key, 'Queue\n');
    await stack.idle();
    expect(events).toHaveLength(1);
    expect(events[0]!.Records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:.*-historical$/),
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {},
    });
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: stack.environment['SOURCE_BUCKET']!, Key: key }));
    expect(listDetails(events)[0]).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: {
        bucket: { name: stack.environment['SOURCE_BUCKET'] },
        object: { key, size: 6, etag: ETag!.replaceAll('"', ''), sequencer: expect.stringMatching(/^[0-9A-F]{18}$/) },
        reason: 'PutObject',
      },
    });
  });

  it('outside the prefix or into the staging bucket starts nothing', async () => {
    const { stack, events, s3 } = await startFakeStack(takeAll);
    await stack.upload('connect/demo/CallRecordings/QR.csv', 'x');
    await s3.send(new PutObjectCommand({ Bucket: stack.environment['STAGING_BUCKET']!, Key: key, Body: 'x' }));
    await stack.idle();
    expect(events).toEqual([]);
  });

  it('may be empty, a copy, or larger than the 11 MiB the embedded S3 takes at once', async () => {
    const { stack, events, s3 } = await startFakeStack(takeAll);
    const Bucket = stack.environment['SOURCE_BUCKET']!;
    await stack.upload(key, '');
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: `${key}.copy`,
        CopySource: encodeURI(`${Bucket}/${key}`).replaceAll('+', '%2B'),
      }),
    );
    await stack.upload(`${key}.large`, new Uint8Array(12 * 1024 * 1024));
    await stack.idle();
    const objects = listDetails(events).map(({ detail }) => detail);
    expect(objects.map(({ reason }) => reason)).toEqual(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);
    expect(objects.map(({ object }) => object)).toMatchObject([
      { key, size: 0 },
      { key: `${key}.copy`, size: 0 },
      { key: `${key}.large`, size: 12 * 1024 * 1024, etag: expect.stringMatching(/^[0-9a-f]{32}-2$/) },
    ]);
  });

  it('is told again on request, with the object as it is now', async () => {
    const { stack, events } = await startFakeStack(takeAll);
    await stack.upload(key, 'one');
    await stack.notify(key);
    await stack.idle();
    const etags = listDetails(events).map(({ detail }) => detail.object.etag);
    expect(etags).toHaveLength(2);
    expect(etags[1]).toBe(etags[0]);
  });

  it('starts an execution through the real Step Functions client, and its end is awaited by idle', async () => {
    const { stack } = await startFakeStack(async (event, environment) => {
      const client = new SFNClient({
        region: environment['AWS_REGION']!,
        endpoint: environment['AWS_ENDPOINT_URL_SFN']!,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      const { STATE_MACHINE_ARN: stateMachineArn } = environment;
      const input = JSON.stringify({ count: event.Records.length });
      await client.send(new StartExecutionCommand({ stateMachineArn: stateMachineArn!, name: 'qr', input }));
      client.destroy();
    });
    await stack.upload(key, 'x');
    await stack.idle();
    expect(stack.workflows.list()).toMatchObject([
      { name: 'qr', status: 'SUCCEEDED', input: '{"count":1}', output: '"read"' },
    ]);
  });
});

describe('a batch item failure', () => {
  it('brings back the failed message alone', async () => {
    const seen: string[] = [];
    const { stack } = await startFakeStack((event) => {
      const failed = event.Records.filter(({ body, attributes }) => {
        const { detail } = JSON.parse(body) as { detail: { object: { key: string } } };
        seen.push(`${detail.object.key.split('/').at(-1)!} ${attributes.ApproximateReceiveCount}`);
        return detail.object.key.endsWith('bad.csv') && attributes.ApproximateReceiveCount === '1';
      });
      return Promise.resolve({ batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) });
    });
    await Promise.all(['good.csv', 'bad.csv'].map((name) => stack.upload(`connect/demo/Reports/${name}`, 'x')));
    await stack.idle();
    expect(seen.toSorted()).toEqual(['bad.csv 1', 'bad.csv 2', 'good.csv 1']);
  });

  it('leads to the dead letter queue after five receives', async () => {
    const { stack, events } = await startFakeStack(failAll);
    await stack.upload(key, 'x');
    await stack.idle();
    expect(events.map(({ Records }) => Records[0]!.attributes.ApproximateReceiveCount)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
    const dead = await receive(stack, `${stack.environment['HISTORICAL_QUEUE_URL']!}-dlq`);
    expect(dead).toMatchObject([{ detail: { object: { key } } }]);
  });

  it('of the whole batch is what a throwing function means, and it is not silent', async () => {
    const { stack, events, warnings } = await startFakeStack(() => Promise.reject(new Error('no state machine')));
    await stack.upload(key, 'x');
    await stack.idle();
    expect(events).toHaveLength(5);
    expect(warnings[0]).toContain('no state machine');
  });
});

describe('the rest of the stack', () => {
  it('holds the checkpoint table and the secret', async () => {
    const { stack, config } = await startFakeStack(takeAll);
    const { environment } = stack;
    const dynamoDb = new DynamoDBClient({ ...config, endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB']! });
    const put = new PutItemCommand({
      TableName: environment['CHECKPOINT_TABLE']!,
      Item: { pk: { S: 'a' }, sk: { S: 'b' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await dynamoDb.send(put);
    await expect(dynamoDb.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    dynamoDb.destroy();
    const secrets = new SecretsManagerClient({ ...config, endpoint: environment['AWS_ENDPOINT_URL_SECRETS_MANAGER']! });
    const secret = await secrets.send(new GetSecretValueCommand({ SecretId: environment['HUB_SECRET_ARN']! }));
    expect(JSON.parse(secret.SecretString!)).toEqual({ accessKeyId: 'id', accessKeySecret: 'secret' });
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'other' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    secrets.destroy();
  });

  it('queues the status event of an execution that failed, and of no other', async () => {
    let isBroken = true;
    const { stack } = await startFakeStack(takeAll, {
      createHandlers: () => ({
        'start-ingest': () => Promise.resolve(),
        'read-report': () => (isBroken ? Promise.reject(new RangeError('too far')) : Promise.resolve(1)),
      }),
    });
    const failed = stack.workflows.start({ name: 'failed' });
    await stack.idle();
    isBroken = false;
    stack.workflows.start({ name: 'fine' });
    await stack.idle();
    expect(await receive(stack, stack.environment['FAILED_EXECUTIONS_QUEUE_URL']!)).toMatchObject([
      {
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        resources: [failed.executionArn],
        detail: {
          executionArn: failed.executionArn,
          name: 'failed',
          status: 'FAILED',
          error: 'RangeError',
          redriveCount: 0,
        },
      },
    ]);
  });

  it('says what still runs when it is not idle in time', async () => {
    const { stack } = await startFakeStack(takeAll, {
      createHandlers: () => ({
        'start-ingest': () => Promise.resolve(),
        'read-report': () => new Promise((resolve) => setTimeout(resolve, 300)),
      }),
    });
    stack.workflows.start({ name: 'slow-one' });
    await expect(stack.idle({ timeoutMs: 30 })).rejects.toThrow(/executions running: slow-one \(1 in all\)/);
  });

  it('does not start without start-ingest and leaves nothing open', async () => {
    const starting = startLocalStack({
      definition,
      hubAccessKey: { accessKeyId: 'id', accessKeySecret: 'secret' },
      settingsFile: 'settings.yml',
      createHandlers: () => ({ 'read-report': () => Promise.resolve() }),
    });
    await expect(starting).rejects.toThrow(/start-ingest/);
  });
});
