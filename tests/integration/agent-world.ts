// What agent-events and report-feed-health find in AWS, in this process: table, queue, bucket, secret, and the reference hub.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter } from '../../functions/lib/domain/agent-states/agent-dead-letter.ts';
import { createCheckpointTable, startDynamoDb } from '../../tools/local/aws/dynamodb.ts';
import { createQueue, startS3AndSqs } from '../../tools/local/aws/s3-and-sqs.ts';
import { startSecrets } from '../../tools/local/aws/secrets.ts';
import { startReferenceHub, type ReferenceHub } from '../../tools/local/hub/reference-hub.ts';
import { removeSettingsFile, writeSettingsFile } from '../../tools/local/settings.ts';
import { settingsWith } from '../unit/agent-event-builder.ts';

export interface AgentWorld {
  readonly hub: ReferenceHub;
  readonly dynamoDb: DynamoDBClient;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes every message out of the agent event DLQ. */
  receiveDeadLetters(): Promise<DeadLetter[]>;
  readStaged(key: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

const region = 'eu-central-1';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const secretArn = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:hub';

export async function startAgentWorld(agentStates: object = {}): Promise<AgentWorld> {
  const hub = await startReferenceHub({ acdName: 'acd' });
  const database = await startDynamoDb();
  const storage = await startS3AndSqs(() => undefined);
  const secrets = await startSecrets({ arn: secretArn, name: 'hub', value: hub.credentials });
  const s3 = new S3Client({ region, credentials, endpoint: storage.url, forcePathStyle: true });
  const sqs = new SQSClient({ region, credentials, endpoint: storage.url, useQueueUrlAsEndpoint: false });
  const dynamoDb = new DynamoDBClient({ region, credentials, endpoint: database.url });
  await s3.send(new CreateBucketCommand({ Bucket: 'staging' }));
  await createCheckpointTable(dynamoDb, 'agent-states');
  await createCheckpointTable(dynamoDb, 'checkpoints');
  const queueUrl = await createQueue(sqs, { endpoint: storage.url, name: 'agent-event-dlq' });
  const settings = settingsWith(agentStates);
  const settingsFile = await writeSettingsFile({ ...settings, hub: { ...settings.hub, url: hub.url } });

  return {
    hub,
    dynamoDb,
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_S3: storage.url,
      AWS_ENDPOINT_URL_SQS: storage.url,
      AWS_ENDPOINT_URL_DYNAMODB: database.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AGENT_STATE_TABLE: 'agent-states',
      CHECKPOINT_TABLE: 'checkpoints',
      AGENT_EVENT_DLQ_URL: queueUrl,
      STAGING_BUCKET: 'staging',
      HUB_SECRET_ARN: secretArn,
      HUB_ALLOW_HTTP: '1',
      CONNECTOR_SETTINGS_FILE: settingsFile,
    },
    async receiveDeadLetters() {
      const letters: DeadLetter[] = [];
      for (let tries = 0; tries < 100; tries += 1) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) break;
        for (const { Body = '', ReceiptHandle } of Messages) {
          letters.push(JSON.parse(Body) as DeadLetter);
          await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
        }
      }
      return letters;
    },
    async readStaged(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'staging', Key: key }));
      return Body!.transformToByteArray();
    },
    async close() {
      for (const client of [s3, sqs, dynamoDb]) client.destroy();
      await removeSettingsFile(settingsFile);
      await hub.close();
      for (const server of [secrets, storage, database]) await server.close();
    },
  };
}
