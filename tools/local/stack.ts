// The local stack: S3, SQS, DynamoDB, Secrets Manager, Step Functions and Kinesis in this process, wired like the deployed
// connector: bucket, rule, queue, start-ingest, state machine, failed executions; stream, event source mapping, agent-events.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AgentEventOptions, AgentEventParts, AgentEventStream } from './aws/agent-event-stream.ts';
import { toObjectCreatedMessage, toStatusChangeMessage } from './aws/bus-event.ts';
import { createCheckpointTable, startDynamoDb } from './aws/dynamodb.ts';
import { matchesPattern, objectCreatedPattern } from './aws/event-rule.ts';
import { startJsonServer, type JsonOperation } from './aws/json-server.ts';
import { parseJson } from './aws/json-value.ts';
import { startQueueMapping } from './aws/queue-mapping.ts';
import {
  countMessages,
  createBuckets,
  createQueue,
  readCreatedObject,
  startS3AndSqs,
  toQueueArn,
  uploadObject,
} from './aws/s3-and-sqs.ts';
import type { CreatedObject } from './aws/s3-hooks.ts';
import { startSecrets, type HubAccessKey } from './aws/secrets.ts';
import type { StepHandler } from './workflow/function-call.ts';
import { createStepFunctionsOperations } from './workflow/step-functions-api.ts';
import { localAccountId, localRegion, readWorkflow } from './workflow/workflow-definition.ts';
import { createWorkflowStore, type ExecutionDescription, type WorkflowStore } from './workflow/workflow-store.ts';

export type { StepHandler } from './workflow/function-call.ts';

export interface StackOptions {
  /** The parsed state machine report-ingest. */
  readonly definition: unknown;
  /**
   * Makes the functions by key: every Task's and `start-ingest`; the stream runs when there is an `agent-events`. The
   * environment is that of the deployed functions.
   */
  readonly createHandlers: (environment: Record<string, string>) => Record<string, StepHandler>;
  readonly sourceBucket?: string;
  /** Keys below it start an execution, e.g. `connect/demo/Reports/`; empty: every key. */
  readonly prefix?: string;
  readonly hubAccessKey: HubAccessKey;
  readonly settingsFile: string;
  /** The stream of agent events and its event source mapping. */
  readonly agentEvents?: AgentEventOptions;
  /** Every wait of a Retry is cut to `retryWaitMs`, and a failed message comes back at once. */
  readonly fastRetries?: boolean;
  /** With fastRetries; default 10. */
  readonly retryWaitMs?: number;
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
  /** The stream, and what did not find its way through agent-events; undefined when there is no such function. */
  readonly agentEvents: Pick<AgentEventStream, 'streamName' | 'streamArn' | 'readFailures'> | undefined;
  /** Puts an object into the source bucket; its event is in the queue afterwards and finds its own way. */
  upload(key: string, body: Uint8Array | string): Promise<void>;
  /** Sends the "Object Created" event of an object of the source bucket once more. */
  notify(key: string): Promise<void>;
  /**
   * Writes one stream record a line, its bytes as they are, each agent's in order.
   * @throws Error when there is no agent-events, or a line is above 1 MiB: then nothing is written
   */
  putAgentEvents(lines: readonly (string | Uint8Array)[]): Promise<void>;
  /**
   * Until queue and stream are empty, start-ingest and agent-events are done, no execution runs and no function is in
   * flight. Records that keep failing keep it waiting.
   * @throws Error naming what still goes on after `timeoutMs` (30,000)
   */
  idle(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Stops what runs and closes every server and connection; the second call does nothing. */
  close(): Promise<void>;
}

const service = 'acdhub-amazon-connector-local';
const fastRetryWaitMs = 10;
const presetIdleTimeoutMs = 30_000;
const idlePollMs = 10;
const maxReceiveCount = 5;
const secretName = `${service}-hub-access-key`;
const secretArn = `arn:aws:secretsmanager:${localRegion}:${localAccountId}:secret:${secretName}-local0`;
const discardPrefix = 'discards/';
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
    agentEventDlq: await create('agent-event-dlq'),
    agentEventDiscards: await create('agent-event-discards'),
  };
}

/** Loaded only where there is something to run: the embedded Kinesis costs a tenth of a second. */
async function startAgentEvents(
  handler: StepHandler | undefined,
  parts: Omit<AgentEventParts, 'handler'>,
): Promise<AgentEventStream | undefined> {
  if (handler === undefined) return undefined;
  const { startAgentEventStream } = await import('./aws/agent-event-stream.ts');
  return startAgentEventStream({ ...parts, handler });
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
  const agentStateTable = `${service}-agent-states`;
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
    const isDiscard = object.bucket === stagingBucket && object.key.startsWith(discardPrefix);
    if (isDiscard) await sendMessage(queues.agentEventDiscards, message);
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
  for (const table of [checkpointTable, agentStateTable]) await createCheckpointTable(dynamoDb, table);
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
    SOURCE_PREFIX: prefix,
    STAGING_BUCKET: stagingBucket,
    CHECKPOINT_TABLE: checkpointTable,
    HISTORICAL_QUEUE_URL: queues.historical,
    HISTORICAL_DLQ_URL: queues.historicalDlq,
    QUARANTINE_QUEUE_URL: queues.quarantine,
    FAILED_EXECUTIONS_QUEUE_URL: queues.failedExecutions,
    AGENT_STATE_TABLE: agentStateTable,
    AGENT_EVENT_DLQ_URL: queues.agentEventDlq,
    AGENT_EVENT_DISCARDS_QUEUE_URL: queues.agentEventDiscards,
    AGENT_EVENT_DISCARDS: `s3://${stagingBucket}/${discardPrefix}`,
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
    retryWaitMs: fastRetries ? (options.retryWaitMs ?? fastRetryWaitMs) : undefined,
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
  const agentEvents = await startAgentEvents(handlers['agent-events'], {
    ...{ s3, sqs, credentials, fastRetries, onWarning },
    streamName: `${service}-agent-events`,
    deadLetterQueueUrl: queues.agentEventDlq,
    discards: { bucket: stagingBucket, prefix: discardPrefix },
    options: options.agentEvents ?? {},
  });
  if (agentEvents !== undefined) closers.add(agentEvents);

  /** Looks where work comes from before where it goes to: nothing slips through between two looks. */
  const findActivity = async (): Promise<string | undefined> => {
    if (pending.size > 0) return 'events on their way';
    const streamActivity = agentEvents?.findActivity();
    if (streamActivity !== undefined) return `agent events: ${streamActivity}`;
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
      ...(agentEvents && {
        AWS_ENDPOINT_URL_KINESIS: agentEvents.url,
        AGENT_EVENT_STREAM_NAME: agentEvents.streamName,
      }),
      // Every other service: nothing typed in that shell reaches the real AWS.
      AWS_ENDPOINT_URL: storage.url,
      AWS_DEFAULT_REGION: localRegion,
      AWS_PAGER: '',
      NO_PROXY: '127.0.0.1',
    },
    workflows,
    agentEvents,
    async upload(key, body) {
      await uploadObject(s3, { bucket: sourceBucket, key, body });
      await lastPublished;
    },
    notify: async (key) => publishCreated(await readCreatedObject(s3, { bucket: sourceBucket, key })),
    async putAgentEvents(lines) {
      if (agentEvents === undefined) throw new Error('There is no stream: createHandlers gave no agent-events');
      await agentEvents.putLines(lines);
    },
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
