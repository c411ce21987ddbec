// What a function's code does against what its role grants, both ways: nothing missing, nothing to spare.
import type { ReadCodeCalls } from './code-calls.ts';
import { listFunctionRoles } from './rights.ts';
import {
  at,
  entriesOf,
  listResources,
  toFunctionId,
  toFunctionKey,
  toLogicalId,
  toLogGroupId,
  toText,
  type CustomerFacts,
  type Resource,
  type Template,
  type TemplateRule,
} from './template.ts';

interface Right {
  readonly action: string;
  /** An ARN as `toText` writes it; ending in `/`, anything below it will do. */
  readonly resource: string;
}

const readsByStore = {
  Get: 'dynamodb:GetItem',
  BatchGet: 'dynamodb:BatchGetItem',
  Query: 'dynamodb:Query',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
} as const;

const tableOfStore: Readonly<Record<string, string>> = {
  'report-checkpoints.ts': '${CheckpointTable.Arn}',
  'series-ledger.ts': '${CheckpointTable.Arn}',
  'interval-ledger-store.ts': '${CheckpointTable.Arn}',
  'watch-ledger.ts': '${CheckpointTable.Arn}',
  'agent-state-store.ts': '${AgentStateTable.Arn}',
};

const queueOfStore: Readonly<Record<string, string>> = {
  'agent-event-dlq.ts': '${AgentEventDlq.Arn}',
  'quarantine-queue.ts': '${QuarantineQueue.Arn}',
  'failed-executions-queue.ts': '${FailedExecutionsQueue.Arn}',
};

const toRights = (resource: string, ...actions: readonly string[]): Right[] =>
  actions.map((action) => ({ action, resource }));

/** Who manages the bucket's notifications alone has enable-bucket-events answer CloudFormation and touch nothing. */
const isLeftAlone = (functionKey: string, call: string, { managesBucketEvents }: CustomerFacts) =>
  functionKey === 'enable-bucket-events' && call.startsWith('bucket-events.ts: ') && !managesBucketEvents;

/** Rights for one call of AWS, as `<file>: <command>`; null when none are known. */
function toNeededRights(call: string, customer: CustomerFacts): Right[] | null {
  const [store = '', command = ''] = call.split(': ');
  const table = tableOfStore[store];
  if (table !== undefined) {
    const action = entriesOf(readsByStore).find(([name]) => name === command)?.[1];
    return action === undefined ? null : toRights(table, toText(action));
  }
  const queue = queueOfStore[store];
  if (queue !== undefined) return toRights(queue, `sqs:${command.replace(/Batch$/, '')}`);
  const bucket = `arn:${customer.streamArn.split(':')[1] ?? 'aws'}:s3:::${customer.bucketName}`;
  const machine = '${ReportIngestStateMachine}';
  // ListBucket: without it S3 answers 403 for an object that is not there, and a missing file looks like a missing right.
  // The key: a HEAD that asks for the checksum needs it as a GET does.
  const readSource = [
    ...toRights(bucket, 's3:ListBucket'),
    ...toRights(`${bucket}/${customer.prefix}*`, 's3:GetObject'),
    ...toKeyRights(customer.bucketKeyArn),
  ];
  const known: Readonly<Record<string, Right[]>> = {
    'source-bucket.ts: HeadObject': readSource,
    'source-bucket.ts: GetObject': readSource,
    'source-bucket.ts: ListObjectsV2': toRights(bucket, 's3:ListBucket'),
    'staging-bucket.ts: GetObject': [
      ...toRights('${StagingBucket.Arn}', 's3:ListBucket'),
      ...toRights('${StagingBucket.Arn}/', 's3:GetObject'),
    ],
    'staging-bucket.ts: PutObject': toRights('${StagingBucket.Arn}/', 's3:PutObject'),
    'staging-bucket.ts: CopyObject': [...readSource, ...toRights('${StagingBucket.Arn}/', 's3:PutObject')],
    'hub-secret.ts: GetSecretValue': [
      ...toRights(customer.secretArn, 'secretsmanager:GetSecretValue'),
      ...toKeyRights(customer.secretKeyArn),
    ],
    'report-workflow.ts: StartExecution': toRights(machine, 'states:StartExecution'),
    'bucket-events.ts: GetBucketNotificationConfiguration': toRights(bucket, 's3:GetBucketNotification'),
    'bucket-events.ts: PutBucketNotificationConfiguration': toRights(bucket, 's3:PutBucketNotification'),
  };
  return known[call] ?? toExecutionRights(command);
}

const executions =
  'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${ReportIngestStateMachine.Name}:*';

/** Whatever asks after executions asks after those of the one state machine. */
function toExecutionRights(command: string): Right[] | null {
  if (command === 'ListExecutions') return toRights('${ReportIngestStateMachine}', 'states:ListExecutions');
  const isOfOne = command === 'DescribeExecution' || command === 'GetExecutionHistory';
  return isOfOne ? toRights(executions, `states:${command}`) : null;
}

const toKeyRights = (keyArn: string | null) => (keyArn === null ? [] : toRights(keyArn, 'kms:Decrypt'));

/** What Lambda does in the function's name: logs, traces, the network, and fetching from its queue or stream. */
function listPlatformRights(template: Template, functionKey: string, customer: CustomerFacts): Right[] {
  const lambda = listResources(template, 'AWS::Lambda::Function').find(({ id }) => id === toFunctionId(functionKey));
  const tracing = at(lambda?.properties, 'TracingConfig', 'Mode') === 'Active';
  const inVpc = at(lambda?.properties, 'VpcConfig') !== undefined;
  return [
    ...toRights(`\${${toLogGroupId(functionKey)}.Arn}`, 'logs:CreateLogStream', 'logs:PutLogEvents'),
    ...(tracing ? toRights('*', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords') : []),
    ...(inVpc
      ? toRights(
          '*',
          ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'],
          ...['ec2:DescribeSubnets', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
        )
      : []),
    ...listMappings(template, functionKey).flatMap(({ properties }) => listMappingRights(properties, customer)),
  ];
}

/** Event source mappings of a function. */
export function listMappings(template: Template, functionKey: string): Resource[] {
  return listResources(template, 'AWS::Lambda::EventSourceMapping').filter(
    ({ properties }) => toLogicalId(toText(at(properties, 'FunctionName'))) === toFunctionId(functionKey),
  );
}

function listMappingRights(properties: unknown, { streamKeyArn }: CustomerFacts): Right[] {
  const source = toText(at(properties, 'EventSourceArn'));
  const onFailure = toText(at(properties, 'DestinationConfig', 'OnFailure', 'Destination') ?? '');
  const kinesis = ['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'];
  return [
    ...(source.includes(':kinesis:')
      ? [...toRights(source, ...kinesis.map((action) => `kinesis:${action}`)), ...toKeyRights(streamKeyArn)]
      : toRights(source, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes')),
    // Lambda Developer Guide, "Retaining records of failed invocations": an S3 destination takes these two.
    ...(onFailure === ''
      ? []
      : [...toRights(onFailure, 's3:ListBucket'), ...toRights(`${onFailure}/`, 's3:PutObject')]),
  ];
}

const covers = (needed: string, granted: string) =>
  needed === granted || (needed.endsWith('/') && granted.startsWith(needed));

/** Also finds calls of AWS for which no right is known here: a new store has to be entered above. */
export const codeAndRolesAgree =
  (readCalls: ReadCodeCalls): TemplateRule =>
  (template, customer) =>
    listFunctionRoles(template).flatMap(({ functionKey, statements }) => {
      const calls = readCalls(functionKey)
        .commands.filter((call) => !isLeftAlone(functionKey, call, customer))
        .map((call) => ({ call, rights: toNeededRights(call, customer) }));
      const platform = { call: 'Lambda itself', rights: listPlatformRights(template, functionKey, customer) };
      const granted = statements.flatMap(({ actions, resources }) =>
        actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
      );
      const needed = [...calls, platform].flatMap(({ call, rights }) =>
        (rights ?? []).map((right) => ({ call, ...right })),
      );
      return [
        ...calls
          .filter(({ rights }) => rights === null)
          .map(
            ({ call }) => `${functionKey}: no right is known for ${call}; enter it in template-rules/code-rights.ts`,
          ),
        ...needed
          .filter(
            ({ action, resource }) =>
              !granted.some((each) => each.action === action && covers(resource, each.resource)),
          )
          .map(
            ({ call, action, resource }) =>
              `${functionKey}: ${call} needs ${action} on ${resource}, which is not granted`,
          ),
        ...granted
          .filter(
            ({ action, resource }) => !needed.some((each) => each.action === action && covers(each.resource, resource)),
          )
          .map(({ action, resource }) => `${functionKey}: may ${action} on ${resource}, which it never does`),
      ];
    });

/** The local stack alone: an HTTP hub on loopback, and where its AWS is. */
const localVariables = ['HUB_ALLOW_HTTP'];
/** Read by Node.js and Powertools themselves. */
const platformVariable = /^(NODE_OPTIONS|POWERTOOLS_\w+|AWS_\w+)$/;

/** A variable that is missing fails every invocation; one nobody reads is a trap for the next reader. */
export const codeAndEnvironmentsAgree =
  (readCalls: ReadCodeCalls): TemplateRule =>
  (template) =>
    listResources(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
      const functionKey = toFunctionKey(id) ?? id;
      const asked = readCalls(functionKey).variables.filter((name) => !localVariables.includes(name));
      const given = entriesOf(at(properties, 'Environment', 'Variables')).map(([name]) => name);
      return [
        ...asked
          .filter((name) => !platformVariable.test(name) && !given.includes(name))
          .map((name) => `${functionKey}: its code asks for ${name}, which its environment does not hold`),
        ...given
          .filter((name) => !platformVariable.test(name) && !asked.includes(name))
          .map((name) => `${functionKey}: its environment holds ${name}, which its code never reads`),
      ];
    });
