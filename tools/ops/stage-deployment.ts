// A deployed stage: region and settings from its customer file, names from the outputs of its stack.
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { readAwsError } from '../../functions/lib/io/aws-errors.ts';
import type { Settings } from '../../schemas/settings.ts';
import type { Deployment } from './deployment.ts';
import { AccessError, UsageError } from './ops-errors.ts';
import { toDeploymentNames } from './stack-outputs.ts';

/** What the commands need to know of a customer. */
export interface StageCustomer {
  readonly region: string;
  readonly hubSecretArn: string;
  readonly settings: Settings;
}

const pollMs = 3_000;
// Throttled calls wait and come again; a network that swallows packets is noticed.
const clientDefaults = { maxAttempts: 8, requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000 } };

async function readStack(client: CloudFormationClient, stackName: string, region: string): Promise<Stack> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    if (stack !== undefined) return stack;
  } catch (error) {
    const facts = readAwsError(error);
    if (facts?.name !== 'ValidationError' || !facts.message.includes('does not exist')) throw error;
  }
  throw new AccessError(
    `There is no stack ${stackName} in ${region} for the account you are signed in to. ` +
      'Deploy it, or choose the right account: aws sts get-caller-identity shows which one it is',
  );
}

/** Unlike a fault of AWS, a wrong customer file is the fault of who types. */
async function readCustomer(
  loadCustomer: (stage: string) => Promise<StageCustomer>,
  stage: string,
): Promise<StageCustomer> {
  try {
    return await loadCustomer(stage);
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/**
 * @throws UsageError when there is no such customer, or its file holds a mistake
 * @throws AccessError when its stack is not there; every other error of AWS passes through
 */
export async function openStageDeployment(
  stage: string,
  loadCustomer: (stage: string) => Promise<StageCustomer>,
): Promise<Deployment> {
  const { region, hubSecretArn, settings } = await readCustomer(loadCustomer, stage);
  const options = { ...clientDefaults, region };
  const stackName = `acdhub-amazon-connector-${stage}`;
  const cloudFormation = new CloudFormationClient(options);
  try {
    const { Outputs = [] } = await readStack(cloudFormation, stackName, region);
    const outputs = Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]));
    const names = toDeploymentNames(outputs, hubSecretArn, stackName);
    const clients = {
      s3: new S3Client(options),
      sqs: new SQSClient(options),
      dynamoDb: new DynamoDBClient(options),
      sfn: new SFNClient(options),
      secretsManager: new SecretsManagerClient(options),
    };
    const alarms = { cloudWatch: new CloudWatchClient(options), sns: new SNSClient(options) };
    return {
      ...{ label: stage, target: `--stage ${stage}`, settings, names, pollMs, allowHttpHub: false },
      clients: { ...clients, alarms },
      close() {
        for (const client of [...Object.values(clients), ...Object.values(alarms)]) client.destroy();
      },
    };
  } finally {
    cloudFormation.destroy();
  }
}
