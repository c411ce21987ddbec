// The life of one customer's stack, fact by fact.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ListTablesCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  type ExecutionListItem,
} from '@aws-sdk/client-sfn';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { checkpointKeys } from '../../../schemas/checkpoint-items.ts';
import type { Settings } from '../../../schemas/settings.ts';
import type { Customer } from '../../../tools/deploy/customer.ts';
import type { ReferenceHub } from '../../../tools/local/hub/reference-hub.ts';
import { quarterBefore, writeQueueReport, writeStatusChange, type WrittenReport } from './connect-data.ts';
import { openCustomerAccount, type CustomerAccount } from './customer-account.ts';
import { openStack, type DeployedStack } from './deployed-stack.ts';
import { credentials, region, type Emulator } from './emulator.ts';
import { packageCustomer, prepareVersion } from './packaged-customer.ts';
import { waitFor } from './wait-for.ts';

export interface Scene {
  readonly stage: string;
  readonly customer: Customer;
  /** A folder of the test's own. */
  readonly folder: string;
  readonly python: string;
  readonly hub: ReferenceHub;
  readonly emulator: Emulator;
  /** Tells a fact that was shown. */
  readonly say: (fact: string) => void;
}

const arrivalSeconds = 60;
/** A schedule of one minute, as slow as it can be, and the run itself. */
const scheduleSeconds = 100;

function openClients({ emulator }: Scene) {
  const options = { region, credentials, endpoint: emulator.url };
  return {
    s3: new S3Client({ ...options, forcePathStyle: true }),
    sqs: new SQSClient(options),
    kinesis: new KinesisClient(options),
    secrets: new SecretsManagerClient(options),
    cloudFormation: new CloudFormationClient(options),
    dynamoDb: new DynamoDBClient(options),
    stepFunctions: new SFNClient(options),
    sns: new SNSClient(options),
    cloudWatch: new CloudWatchClient(options),
  };
}
type Clients = ReturnType<typeof openClients>;

interface Deployment {
  readonly account: CustomerAccount;
  readonly stack: DeployedStack;
}

/** All executions there were. @throws Error with the cause of one that failed, instead of waiting for what it would have done */
async function listExecutions({ stepFunctions }: Clients, stack: DeployedStack): Promise<ExecutionListItem[]> {
  const stateMachineArn = await stack.readOutput('StateMachineArn');
  const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
  for (const { executionArn, status = '' } of executions) {
    if (['RUNNING', 'SUCCEEDED'].includes(status)) continue;
    const { error = '', cause = '' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    throw new Error(`The execution ${executionArn ?? ''} is ${status}: ${error} ${cause}`);
  }
  return executions;
}

async function showReport(
  { hub, say }: Scene,
  clients: Clients,
  { account, stack }: Deployment,
  { report, hubQueue }: { readonly report: WrittenReport; readonly hubQueue: string },
): Promise<void> {
  await account.uploadReport(report.name, report.csv);
  const { record } = await waitFor(`${report.name} at the hub as queue "${hubQueue}"`, arrivalSeconds, async () => {
    await listExecutions(clients, stack);
    return hub
      .records('QR')
      .find(
        ({ record: { intervalStart, ...rest } }) =>
          intervalStart === report.intervalStart && 'queueValue' in rest && rest.queueValue === hubQueue,
      );
  });
  assert.partialDeepStrictEqual(record, report.figures);
  say(`an uploaded report is at the hub as queue "${hubQueue}", figure by figure`);
}

async function showExecution({ say }: Scene, clients: Clients, { stack }: Deployment): Promise<void> {
  const executions = await waitFor('the end of the execution', arrivalSeconds, async () => {
    const found = await listExecutions(clients, stack);
    return found.every(({ status }) => status === 'SUCCEEDED') && found;
  });
  assert.equal(executions.length, 1, 'one upload is one execution');
  say('its execution has succeeded');
}

async function showAgentEvents({ hub, say }: Scene, { sqs }: Clients, { account, stack }: Deployment): Promise<void> {
  await account.putRecord('poison', 'this is no agent event');
  await account.putRecord('ann', writeStatusChange('ann', 'Training', Date.now()));
  const state = await waitFor('the state of an agent at the hub', arrivalSeconds, () => hub.agentStates.get('ann'));
  assert.partialDeepStrictEqual(state, { eventId: 'Training', activityCode: 'Training', status: 'Closed' });
  say("an agent event is at the hub, in the customer's own words for it");
  const QueueUrl = await stack.readOutput('AgentEventDlqUrl');
  const body = await waitFor('the poison record in the agent event DLQ', arrivalSeconds, async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    return Messages[0]?.Body;
  });
  assert.match(body, /"payload":"this is no agent event"/);
  say('a poison record is in the agent event DLQ, with its payload');
}

async function showSchedules(
  { hub, customer, say }: Scene,
  { dynamoDb }: Clients,
  { stack }: Deployment,
): Promise<void> {
  await waitFor('a heartbeat at the hub', scheduleSeconds, () => hub.heartbeats.length > 0);
  say('report-feed-health runs on its schedule: a heartbeat is at the hub');
  const TableName = await stack.readOutput('CheckpointTableName');
  const missing = await waitFor('intervals noted as missing by watch-intervals', scheduleSeconds, async () => {
    const { Items = [] } = await dynamoDb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: checkpointKeys.missing(customer.acd.name, 'QR') } },
      }),
    );
    return Items.length > 0 && Items;
  });
  say(`watch-intervals runs on its schedule: ${missing.length} missing intervals after the report are noted`);
}

async function showAlarms(
  { customer, say }: Scene,
  { sns, cloudWatch }: Clients,
  { stack }: Deployment,
): Promise<void> {
  const TopicArn = await stack.readOutput('AlarmTopicArn');
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const addresses = Subscriptions.map(({ Endpoint }) => Endpoint).toSorted();
  assert.deepEqual(addresses, customer.derived.alarmEmails.toSorted());
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  assert(MetricAlarms.length > 0, 'the stack has alarms');
  for (const { AlarmName, AlarmActions } of MetricAlarms) assert.deepEqual(AlarmActions, [TopicArn], AlarmName);
  say(`${MetricAlarms.length} alarms go to the ${addresses.length} addresses of the customer`);
}

/** What the template retains: an operator may need it, and the customer's data is not the stack's to throw away. */
async function listRetained({ dynamoDb, s3 }: Clients): Promise<readonly string[]> {
  const { TableNames = [] } = await dynamoDb.send(new ListTablesCommand({}));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return [...TableNames, ...Buckets.map(({ Name = '' }) => Name)];
}

/** @throws Error at the first thing that is not as it must be */
export async function showDeployment(scene: Scene): Promise<void> {
  const { stage, customer, folder, python, hub, say } = scene;
  const clients = openClients(scene);
  const account = await openCustomerAccount(clients, customer, hub.credentials);
  const before = await account.readNotifications();
  assert.equal(before.hasEventBridge, false);

  const packaged = await packageCustomer(stage, join(folder, 'package'));
  say(`${stage} is packaged`);
  const secretArn = { packaged: customer.HubSecretArn, created: account.secretArn };
  const facts = { python, artifactBucket: account.artifactBucket, secretArn };
  const settings: Settings = { ...packaged.settings, hub: { ...packaged.settings.hub, url: hub.url } };
  const stack = openStack(clients.cloudFormation, clients.s3, {
    stackName: `acdhub-amazon-connector-${stage}`,
    artifactBucket: account.artifactBucket,
  });
  await stack.create(await prepareVersion(packaged, 'first', settings, facts));
  say(`the stack is created: ${await stack.countResources()} resources`);

  const during = await account.readNotifications();
  assert.equal(during.hasEventBridge, true, 'the bucket tells EventBridge of its objects');
  assert.deepEqual(during.foreign, before.foreign);
  say("the bucket tells EventBridge of its objects; the others' notifications are what they were");
  const installation = await stack.readPhysicalId('BucketEvents');

  const queue = settings.queues.find(({ hubQueue }) => hubQueue !== undefined);
  assert(queue?.hubQueue !== undefined, 'the example customer has a queue with another name at the hub');
  const runTimeMs = quarterBefore(Date.now(), 12);
  const deployment = { account, stack };
  await showAlarms(scene, clients, deployment);
  const report = writeQueueReport('QR-Cards', runTimeMs, queue.name);
  await showReport(scene, clients, deployment, { report, hubQueue: queue.hubQueue });
  await showExecution(scene, clients, deployment);
  await showAgentEvents(scene, clients, deployment);
  await showSchedules(scene, clients, deployment);

  const renamed = 'Cards and accounts';
  const changed = { ...settings, queues: settings.queues.map((q) => (q === queue ? { ...q, hubQueue: renamed } : q)) };
  await stack.update(await prepareVersion(packaged, 'second', changed, facts));
  assert.equal(await stack.readPhysicalId('BucketEvents'), installation, 'the instant of the installation stays');
  say('the stack is updated with a changed setting');
  const later = writeQueueReport('QR-Cards', runTimeMs + 900_000, queue.name);
  await showReport(scene, clients, deployment, { report: later, hubQueue: renamed });

  const keys = await account.listKeys();
  const outputs = ['CheckpointTableName', 'AgentStateTableName', 'StagingBucketName'];
  const retained = await Promise.all(outputs.map((name) => stack.readOutput(name)));
  await stack.remove();
  say('the stack is deleted');
  assert.deepEqual(await account.readNotifications(), during);
  assert.deepEqual(await account.listKeys(), keys);
  assert.equal(keys.length, 2);
  const left = await listRetained(clients);
  assert.deepEqual(
    retained.filter((name) => !left.includes(name)),
    [],
  );
  say("the customer's bucket with its objects and notifications is still there, and so are tables and staged data");
}
