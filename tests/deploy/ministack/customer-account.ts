// What a customer has before the connector comes: a bucket with notifications of others, an agent event stream, a hub secret.
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  PutRecordCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Customer } from '../../../tools/deploy/customer.ts';
import { accountId, region } from './emulator.ts';
import { waitFor } from './wait-for.ts';

interface Clients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly kinesis: KinesisClient;
  readonly secrets: SecretsManagerClient;
}

export interface CustomerAccount {
  /** A bucket for the zips of deployments. */
  readonly artifactBucket: string;
  /** ARN MiniStack gave the secret. */
  readonly secretArn: string;
  uploadReport(name: string, csv: string): Promise<void>;
  putRecord(partitionKey: string, data: string): Promise<void>;
  readNotifications(): Promise<Notifications>;
  listKeys(): Promise<readonly string[]>;
}

interface Notifications {
  readonly hasEventBridge: boolean;
  /** Everything else, as it stands in the bucket. */
  readonly foreign: object;
}

const artifactBucket = 'deployment-artifacts';
const arnOf = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** The queue is there; topic and function were deleted long ago, as happens. */
const foreignNotifications = {
  QueueConfigurations: [
    {
      Id: 'thumbnails',
      QueueArn: arnOf('sqs', 'thumbnails'),
      Events: ['s3:ObjectCreated:*' as const, 's3:ObjectRemoved:Delete' as const],
      Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'images/' }] } },
    },
  ],
  TopicConfigurations: [
    { Id: 'audit', TopicArn: arnOf('sns', 'deleted-long-ago'), Events: ['s3:ObjectRemoved:*' as const] },
  ],
  LambdaFunctionConfigurations: [
    {
      Id: 'scan',
      LambdaFunctionArn: arnOf('lambda', 'function:deleted-too'),
      Events: ['s3:ObjectCreated:Put' as const],
      Filter: { Key: { FilterRules: [{ Name: 'suffix' as const, Value: '.exe' }] } },
    },
  ],
};

export async function openCustomerAccount(
  { s3, sqs, kinesis, secrets }: Clients,
  customer: Customer,
  hubAccessKey: object,
): Promise<CustomerAccount> {
  const Bucket = customer.AmazonConnectS3BucketName;
  const StreamName = customer.AmazonConnectKinesisStreamName;
  for (const name of [Bucket, artifactBucket]) {
    const CreateBucketConfiguration = { LocationConstraint: region };
    await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
  }
  await sqs.send(new CreateQueueCommand({ QueueName: 'thumbnails' }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      ...{ Bucket, SkipDestinationValidation: true, NotificationConfiguration: foreignNotifications },
    }),
  );
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  await waitFor('active stream', 20, async () => {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary?.StreamStatus === 'ACTIVE';
  });
  const { ARN: secretArn = '' } = await secrets.send(
    new CreateSecretCommand({ Name: 'acdhub/hub', SecretString: JSON.stringify(hubAccessKey) }),
  );
  return {
    artifactBucket,
    secretArn,
    async uploadReport(name, csv) {
      const Key = `${customer.AmazonConnectS3FolderPrefix}${name}`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: csv }));
    },
    async putRecord(PartitionKey, data) {
      await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from(data) }));
    },
    async readNotifications() {
      const { EventBridgeConfiguration, QueueConfigurations, TopicConfigurations, LambdaFunctionConfigurations } =
        await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      const foreign = { QueueConfigurations, TopicConfigurations, LambdaFunctionConfigurations };
      return { hasEventBridge: EventBridgeConfiguration !== undefined, foreign };
    },
    async listKeys() {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key = '' }) => Key);
    },
  };
}
