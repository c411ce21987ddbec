// The local stack: S3, SQS, DynamoDB, Secrets Manager and Step Functions in this process, wired like the deployed
// connector: bucket, rule, queue, start-ingest, state machine, failed executions.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { toObjectCreatedMessage, toStatusChangeMessage } from './bus-event.ts';
import { createCheckpointTable, startDynamoDb } from './dynamodb.ts';
import { matchesPattern, objectCreatedPattern } from './event-rule.ts';
import type { StepHandler } from './function-call.ts';
import { startJsonServer, type JsonOperation } from './json-server.ts';
import { parseJson } from './json-value.ts';
import { startQueueMapping } from './queue-mapping.ts';
import {
  countMessages,
  createBuckets,
  createQueue,
  readCreatedObject,
  startS3AndSqs,
  toQueueArn,
  uploadObject,
} from './s3-and-sqs.ts';
import type { CreatedObject } from './s3-hooks.ts';
import { startSecrets, type HubAccessKey } from './secrets.ts';
import { createStepFunctionsOperations } from './step-functions-api.ts';
import { localAccountId, localRegion, readWorkflow } from './workflow-definition.ts';
import { createWorkflowStore, type ExecutionDescription, type WorkflowStore } from './workflow-store.ts';

export type { StepHandler } from './function-call.ts';

export interface StackOptions {
  /** The parsed state machine report-ingest. */
  readonly definition: unknown;
  /** Makes the functions by key: every Task's and `start-ingest`. The environment is that of the deployed functions. */
  readonly createHandlers: (environment: Record<string, string>) => Record<string, StepHandler>;
  readonly sourceBucket?: string;
  /** Keys below it start an execution, e.g. `connect/demo/Reports/`; empty: every key. */
  readonly prefix?: string;
  readonly hubAccessKey: HubAccessKey;
  readonly settingsFile: string;
  /** Every wait of a Retry lasts 10 ms, and a failed message comes back at once. */
  readonly fastRetries?: boolean;
  readonly onExecutionEvent?: (event: ExecutionEvent) => void;
  /** An execution has ended, also after a redrive. */
  readonly onExecutionEnd?: (execution: ExecutionDescription) => void;
  /** What nobody else would hear of: start-ingest threw, polling failed. Default: standard error. */
  readonly onWarning?: (message: string) => void;
}

export interface ExecutionEvent {
  readonly executionArn: string;
  readonly name: string;
  readonly event: HistoryEvent;
}

export interface LocalStack {
  /** For the handlers: region, dummy credentials, endpoints, names of buckets, table, queues, state machine, secret. */
  readonly environment: Record<string, string>;
  /** For a shell that uses the AWS CLI. */
  readonly cliEnvironment: Record<string, string>;
  readonly workflows: WorkflowStore;
  /** Puts an object into the source bucket; its event is in the queue afterwards and finds its own way. */
  upload(key: string, body: Uint8Array | string): Promise<void>;
  /** Sends the "Object Created" event of an object of the source bucket once more. */
  notify(key: string): Promise<void>;
  /**
   * Until the queue is empty, start-ingest is done, no execution runs and no function is in flight.
   * @throws Error naming what still goes on after `timeoutMs` (30,000)
   */
  idle(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Stops what runs and closes every server and connection; the second call does nothing. */
  close(): Promise<void>;
}

const service = 'acdhub-amazon-connector-local';
const presetIdleTimeoutMs = 30_000;
const idlePollMs = 10;
const maxReceiveCount = 5;
const secretName = `${service}-hub-access-key`;
const secretArn = `arn:aws:secretsmanager:${localRegion}:${localAccountId}:secret:${secretName}-local0`;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Closes what was opened, last first. */
function createClosers() {
  const opened: { close(): Promise<void> | void }[] = [];
  return {
    add: (closable: { close(): Promise<void> | void }): void => {
      opened.push(closable);
    },
    async closeAll() {
      for (let last = opened.pop(); last !== undefined; last = opened.pop()) await last.close();
    },
  };
}

async function startQueues(client: SQSClient, endpoint: string) {
  const create = (noun: string, deadLetterNoun?: string) =>
    createQueue(client, {
      endpoint,
      name: `${service}-${noun}`,
      ...(deadLetterNoun === undefined
        ? {}
        : { deadLetterQueue: { name: `${service}-${deadLetterNoun}`, maxReceiveCount } }),
    });
  return {
    historicalDlq: await create('historical-dlq'),
    historical: await create('historical', 'historical-dlq'),
    quarantine: await create('quarantine'),
    failedExecutions: await create('failed-executions'),
  };
}

/** @throws Error when the state machine is not valid, a function is missing, or a server cannot be started */
export async function startLocalStack(options: StackOptions): Promise<LocalStack> {
  const workflow = readWorkflow(options.definition);
  const closers = createClosers();
  try {
    return await wireStack(options, workflow, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function wireStack(
  options: StackOptions,
  workflow: ReturnType<typeof readWorkflow>,
  closers: ReturnType<typeof createClosers>,
): Promise<LocalStack> {
  const { sourceBucket = 'amazon-connect-local', prefix = '', fastRetries = false } = options;
  const onWarning =
    options.onWarning ??
    ((message: string) => {
      console.error(message);
    });
  const stagingBucket = `${service}-staging`;
  const checkpointTable = `${service}-checkpoints`;
  const pattern = objectCreatedPattern(sourceBucket, prefix);
  const pending = new Set<Promise<void>>();
  let eventCount = 0;
  let lastPublished = Promise.resolve();

  const sendMessage = async (queueUrl: string, body: string): Promise<void> => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  };
  const track = (work: Promise<void>, what: string): void => {
    const tracked = work.catch((error: unknown) => {
      onWarning(`${what}: ${String(error)}`);
    });
    pending.add(tracked);
    void tracked.then(() => pending.delete(tracked));
  };
  const publishCreated = async (object: CreatedObject): Promise<void> => {
    eventCount += 1;
    const message = toObjectCreatedMessage(object, eventCount.toString(16).toUpperCase().padStart(18, '0'));
    if (matchesPattern(pattern, parseJson(message))) await sendMessage(queues.historical, message);
  };
  /** One after another, so that events arrive in the order of the writes. */
  const publishNext = (object: Promise<CreatedObject>): void => {
    lastPublished = lastPublished
      .then(() => object.then(publishCreated))
      .catch((error: unknown) => {
        onWarning(`"Object Created" was not queued: ${String(error)}`);
      });
    track(lastPublished, '"Object Created" was not queued');
  };

  const storage = await startS3AndSqs(publishNext);
  closers.add(storage);
  const database = await startDynamoDb();
  closers.add(database);
  const secrets = await startSecrets({ arn: secretArn, name: secretName, value: options.hubAccessKey });
  closers.add(secrets);

  const s3 = new S3Client({ region: localRegion, credentials, endpoint: storage.url });
  const sqs = new SQSClient({ region: localRegion, credentials, endpoint: storage.url, useQueueUrlAsEndpoint: false });
  const dynamoDb = new DynamoDBClient({ region: localRegion, credentials, endpoint: database.url });
  for (const client of [s3, sqs, dynamoDb]) {
    closers.add({
      close: () => {
        client.destroy();
      },
    });
  }
  await createCheckpointTable(dynamoDb, checkpointTable);
  await createBuckets(s3, [sourceBucket, stagingBucket]);
  const queues = await startQueues(sqs, storage.url);

  const stateMachineName = 'report-ingest';
  const shell = {
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: storage.url,
    AWS_ENDPOINT_URL_SQS: storage.url,
    AWS_ENDPOINT_URL_DYNAMODB: database.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
  };
  const environment: Record<string, string> = {
    ...shell,
    SOURCE_BUCKET: sourceBucket,
    STAGING_BUCKET: stagingBucket,
    CHECKPOINT_TABLE: checkpointTable,
    HISTORICAL_QUEUE_URL: queues.historical,
    QUARANTINE_QUEUE_URL: queues.quarantine,
    FAILED_EXECUTIONS_QUEUE_URL: queues.failedExecutions,
    STATE_MACHINE_ARN: `arn:aws:states:${localRegion}:${localAccountId}:stateMachine:${stateMachineName}`,
    HUB_SECRET_ARN: secretArn,
    CONNECTOR_SETTINGS_FILE: options.settingsFile,
    HUB_ALLOW_HTTP: '1',
  };
  // The functions need the address of the API, and the API the store, which needs the functions.
  const operations: Record<string, JsonOperation> = {};
  const stepFunctions = await startJsonServer('application/x-amz-json-1.0', operations);
  closers.add(stepFunctions);
  environment['AWS_ENDPOINT_URL_SFN'] = stepFunctions.url;

  const handlers = options.createHandlers({ ...environment });
  const startIngest = handlers['start-ingest'];
  if (startIngest === undefined) throw new Error('createHandlers gave no start-ingest');
  const workflows = createWorkflowStore({
    stateMachineName,
    workflow,
    handlers,
    fastRetries,
    onEvent: (execution, event) => options.onExecutionEvent?.({ ...execution, event }),
    onEnd(execution) {
      if (execution.status !== 'SUCCEEDED') {
        track(sendMessage(queues.failedExecutions, toStatusChangeMessage(execution)), 'Failed execution not queued');
      }
      options.onExecutionEnd?.(execution);
    },
  });
  Object.assign(operations, createStepFunctionsOperations(workflows, options.definition));
  closers.add({
    close: async () => {
      await Promise.all(pending);
    },
  });
  closers.add(workflows);
  const mapping = startQueueMapping({
    client: sqs,
    queueUrl: queues.historical,
    queueArn: toQueueArn(`${service}-historical`),
    handler: startIngest,
    retryAtOnce: fastRetries,
    onWarning,
  });
  closers.add(mapping);

  /** Looks where work comes from before where it goes to: nothing slips through between two looks. */
  const findActivity = async (): Promise<string | undefined> => {
    if (pending.size > 0) return 'events on their way';
    const messages = await countMessages(sqs, queues.historical);
    if (messages > 0) return `${messages} messages in the historical queue`;
    if (mapping.isBusy()) return 'start-ingest at work';
    const { running, functionCount } = workflows.activity();
    if (running.length > 0) return `executions running: ${running.slice(0, 5).join(', ')} (${running.length} in all)`;
    if (functionCount > 0) return `${functionCount} functions in flight`;
    return pending.size > 0 ? 'events on their way' : undefined;
  };

  return {
    environment,
    cliEnvironment: {
      ...shell,
      AWS_ENDPOINT_URL_SFN: stepFunctions.url,
      // Every other service: nothing typed in that shell reaches the real AWS.
      AWS_ENDPOINT_URL: storage.url,
      AWS_DEFAULT_REGION: localRegion,
      AWS_PAGER: '',
      NO_PROXY: '127.0.0.1',
    },
    workflows,
    async upload(key, body) {
      await uploadObject(s3, { bucket: sourceBucket, key, body });
      await lastPublished;
    },
    notify: async (key) => publishCreated(await readCreatedObject(s3, { bucket: sourceBucket, key })),
    async idle({ timeoutMs = presetIdleTimeoutMs } = {}) {
      const startedAtMs = performance.now();
      for (;;) {
        const activity = await findActivity();
        if (activity === undefined) return;
        if (performance.now() - startedAtMs > timeoutMs) {
          throw new Error(`The local stack is not idle after ${timeoutMs} ms: ${activity}`);
        }
        await new Promise((resolve) => setTimeout(resolve, idlePollMs));
      }
    },
    close: () => closers.closeAll(),
  };
}
