// One pipeline a test file: the real state machine and handlers in the local stack, and a reference hub to deliver to.
// Tests keep out of each other's way by series and queue names of their own.
import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client, GetObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { parse } from 'yaml';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import { checkpointKeys } from '../../schemas/checkpoint-items.ts';
import type { QueueRecord } from '../../schemas/hub-records.ts';
import { createHandlers } from '../../tools/local/functions.ts';
import { startReferenceHub, type ReferenceHub } from '../../tools/local/hub/reference-hub.ts';
import { removeSettingsFile, writeSettingsFile } from '../../tools/local/settings.ts';
import { startLocalStack, type LocalStack, type StepHandler } from '../../tools/local/stack.ts';

export const prefix = 'connect/demo/Reports/';
const quarterHourMs = 900_000;
const [hourMs, dayMs] = [3_600_000, 86_400_000];
// The last day that ended six hours ago or earlier: whatever the time, and should midnight come meanwhile, all its reports are
// due, none of them is in the future, and the reload window is far away.
const firstRunTimeMs = Math.floor((Date.now() - 6 * hourMs) / dayMs) * dayMs - dayMs;

export const toSecondsText = (instant: string) => instant.replace('.000Z', 'Z');
/** The n-th run time of the tests' day. */
export const runTime = (n: number) => new Date(firstRunTimeMs + n * quarterHourMs).toISOString();
/** The interval that ends at the n-th run time. */
export const interval = (n: number) => runTime(n - 1);
export const reportKey = (series: string, n: number) => `${prefix}${series}-${toSecondsText(runTime(n))}.csv`;

export interface QueueRow {
  readonly queue: string;
  /** Number of the run time at which the interval ends. */
  readonly n: number;
  readonly handled?: number;
}

export const queueHeadings =
  'Queue,StartInterval,EndInterval,Contacts queued,Contacts handled,Contacts abandoned,' +
  'Contacts abandoned in 20 seconds,Contacts answered in 20 seconds,Average queue answer time';

const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A queue report; a row of `handled` contacts was offered two more, one of them abandoned in time. */
export function queueReport(rows: readonly QueueRow[]): string {
  const lines = rows.map(({ queue, n, handled = 8 }) =>
    [quote(queue), interval(n), runTime(n), handled + 2, handled, 2, 1, Math.min(handled, 6), 12.5].join(','),
  );
  return [queueHeadings, ...lines, ''].join('\n');
}

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  /** Names of the states entered, in order, redrives included. */
  readonly states: readonly string[];
  readonly input: Input;
  /** The state as it was when the execution ended; empty after a failure. */
  readonly output: Output;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly redriveStatus: string;
}

interface Input {
  readonly object: {
    readonly bucket: string;
    readonly key: string;
    readonly etag: string;
    readonly uploadedAt: string;
  };
  readonly revision: string;
}

interface Batch {
  readonly batchId: string;
  readonly stagedKey: string;
  readonly recordCount: number;
}

/** What the tests read of `$`; every field is there in the paths that reach its state. */
export interface Output {
  readonly report: { readonly status: string; readonly kind: string; readonly series: string | null; runTime: string };
  readonly claim: { readonly status: string; readonly sourceVersion: string; readonly isResend: boolean };
  readonly spacing: { readonly verdict: string; readonly missing: readonly string[]; readonly missingCount: number };
  readonly rows: {
    readonly status: string;
    readonly rowCount: number;
    readonly recordCount: number;
    readonly unchangedRecordCount: number;
    readonly rejectedRowCount: number;
    readonly rejectsKey: string | null;
    readonly batches: readonly Batch[];
    readonly notes: readonly string[];
  };
  readonly delivery: { readonly status: string; deliveredRecordCount: number; readonly rejectedRecordCount: number };
  readonly quarantine: { readonly error: string; readonly cause: string; readonly copyKey: string | null };
}

type Hook = (input: unknown) => Promise<void> | void;

export interface Pipeline {
  readonly stack: LocalStack;
  readonly hub: ReferenceHub;
  readonly s3: S3Client;
  /** Runs once, before or after the next call of that function; what it throws, the function throws. */
  before(functionKey: string, hook: Hook): void;
  after(functionKey: string, hook: Hook): void;
  /** Uploads, waits until all is quiet, and gives the newest execution of that key. */
  deliver(key: string, body: string | Uint8Array): Promise<Execution>;
  /** Executions of a key, oldest first. */
  executions(key: string): Execution[];
  newest(key: string): Execution;
  redrive(execution: Execution): Promise<Execution>;
  /** A new execution with the same input, as the console starts it. */
  startAgain(execution: Execution): Promise<Execution>;
  /** @throws Error naming `what` when it does not hold within 10 s */
  waitFor(condition: () => boolean, what: string): Promise<void>;
  /** Queue figures of one queue at the hub, by interval. */
  queueRecords(queue: string): { readonly sourceVersion: string; readonly record: QueueRecord }[];
  /** Contacts handled within and after the service level, by interval. */
  handled(queue: string): Record<string, number>;
  /** Report requests the hub took since the last call of this function; `records` in all. */
  takeRequests(): { readonly count: number; readonly records: number; readonly batchIds: (string | null)[] };
  /** Takes every message off a queue of the stack. */
  takeMessages(queueUrlVariable: string): Promise<Record<string, unknown>[]>;
  /** Puts a message into the queue that start-ingest reads. */
  sendNotice(body: string): Promise<void>;
  listKeys(bucketVariable: 'SOURCE_BUCKET' | 'STAGING_BUCKET', keyPrefix?: string): Promise<string[]>;
  readStaged(key: string): Promise<string>;
  /** The ledger's entry of the n-th run time of a series. */
  readCoverage(kind: string, series: string, n: number): Promise<Record<string, unknown> | undefined>;
  close(): Promise<void>;
}

export interface PipelineOptions {
  /** Merged over the defaults, section by section. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Functions that stand in for the real ones. */
  readonly handlers?: (environment: Record<string, string>) => Record<string, StepHandler>;
}

export const readDefinition = async (): Promise<unknown> =>
  parse(await readFile(new URL('../../statemachines/report-ingest.asl.yml', import.meta.url), 'utf8'));

/** Waits for the next whole second of the clock: S3 counts uploads in seconds. */
export async function nextSecond(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1005 - (Date.now() % 1000)));
}

export async function startPipeline(options: PipelineOptions = {}): Promise<Pipeline> {
  const hub = await startReferenceHub({ acdName: 'test-acd' });
  const settings = parseSettings(
    { acd: { name: 'test-acd' }, hub: { url: hub.url, timeoutSeconds: 5 }, ...options.settings },
    'the test',
  );
  const hooks = { before: new Map<string, Hook[]>(), after: new Map<string, Hook[]>() };
  const runHook = async (when: 'before' | 'after', functionKey: string, input: unknown): Promise<void> => {
    await hooks[when].get(functionKey)?.shift()?.(input);
  };
  const addHook = (when: 'before' | 'after') => (functionKey: string, hook: Hook) => {
    hooks[when].set(functionKey, [...(hooks[when].get(functionKey) ?? []), hook]);
  };
  const settingsFile = await writeSettingsFile(settings);
  const stack = await startLocalStack({
    definition: await readDefinition(),
    createHandlers: (environment) =>
      Object.fromEntries(
        Object.entries({ ...createHandlers(environment), ...options.handlers?.(environment) }).map(([key, handler]) => [
          key,
          async (input: unknown) => {
            await runHook('before', key, input);
            const result = await handler(input);
            await runHook('after', key, input);
            return result;
          },
        ]),
      ),
    prefix,
    hubAccessKey: hub.credentials,
    settingsFile,
    fastRetries: true,
  });
  const { environment, workflows } = stack;
  const client = {
    region: environment['AWS_REGION']!,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const s3 = new S3Client({ ...client, endpoint: environment['AWS_ENDPOINT_URL_S3']! });
  const sqs = new SQSClient({ ...client, endpoint: environment['AWS_ENDPOINT_URL_SQS']! });
  const dynamoDb = new DynamoDBClient({ ...client, endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB']! });
  const table = DynamoDBDocumentClient.from(dynamoDb);
  let requestsSeen = 0;

  const describe = (arn: string): Execution => {
    const { name, status, input, output, error, cause, redriveStatus } = workflows.describe(arn);
    const states = workflows.history(arn).flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
    return {
      ...{ arn, name, status, states, error, cause, redriveStatus },
      input: JSON.parse(input) as Input,
      output: JSON.parse(output ?? '{}') as Output,
    };
  };
  const executions = (key: string) =>
    workflows
      .list()
      .toReversed()
      .map(({ executionArn }) => describe(executionArn))
      .filter(({ input }) => input.object.key === key);
  const newest = (key: string): Execution => {
    const found = executions(key).at(-1);
    if (found === undefined) throw new Error(`No execution was started for ${key}`);
    return found;
  };
  const queueRecords = (queue: string) =>
    hub
      .records('QR')
      .map(({ sourceVersion, record }) => ({ sourceVersion, record: record as QueueRecord }))
      .filter(({ record }) => record.queueValue === queue);

  return {
    ...{ stack, hub, s3, executions, newest, queueRecords },
    before: addHook('before'),
    after: addHook('after'),
    async deliver(key, body) {
      await stack.upload(key, body);
      await stack.idle();
      return newest(key);
    },
    async redrive({ arn }) {
      workflows.redrive(arn);
      await stack.idle();
      return describe(arn);
    },
    async startAgain({ name, input }) {
      const { executionArn } = workflows.start({
        name: `${name.slice(-60)}-again-${workflows.list().length}`,
        input: JSON.stringify(input),
      });
      await stack.idle();
      return describe(executionArn);
    },
    async waitFor(condition, what) {
      for (let look = 0; look < 2_000; look += 1) {
        if (condition()) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      throw new Error(`Waited 10 s in vain for ${what}`);
    },
    handled: (queue) =>
      Object.fromEntries(
        queueRecords(queue).map(({ record }) => [
          record.intervalStart,
          (record.handledShort ?? 0) + (record.handledLong ?? 0),
        ]),
      ),
    takeRequests() {
      const taken = hub.requests.slice(requestsSeen);
      requestsSeen = hub.requests.length;
      const records = taken.reduce((sum, { recordCount }) => sum + recordCount, 0);
      return { count: taken.length, records, batchIds: taken.map(({ batchId }) => batchId) };
    },
    async takeMessages(queueUrlVariable) {
      const QueueUrl = environment[queueUrlVariable]!;
      const bodies: Record<string, unknown>[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        if (Messages.length === 0) return bodies;
        for (const { Body, ReceiptHandle } of Messages) {
          bodies.push(JSON.parse(Body!) as Record<string, unknown>);
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    },
    async sendNotice(body) {
      await sqs.send(new SendMessageCommand({ QueueUrl: environment['HISTORICAL_QUEUE_URL']!, MessageBody: body }));
    },
    async listKeys(bucketVariable, keyPrefix = '') {
      const Bucket = environment[bucketVariable]!;
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: keyPrefix }));
      return Contents.map(({ Key }) => Key!);
    },
    async readStaged(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: environment['STAGING_BUCKET']!, Key: key }));
      return Body!.transformToString();
    },
    async readCoverage(kind, series, n) {
      const Key = { pk: checkpointKeys.coverage('test-acd', kind, series), sk: runTime(n) };
      const { Item } = await table.send(new GetCommand({ TableName: environment['CHECKPOINT_TABLE']!, Key }));
      return Item;
    },
    async close() {
      dynamoDb.destroy();
      s3.destroy();
      sqs.destroy();
      await stack.close();
      await removeSettingsFile(settingsFile);
      await hub.close();
    },
  };
}

/** Every (record, version) the hub has applied, each as often as it came under a key of its own. */
export function countApplications(hub: ReferenceHub): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, entity, sourceVersion } of [...hub.applications, ...hub.repetitions]) {
    const name = `${kind} ${entity} ${sourceVersion}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

export const listRepeatedApplications = (hub: ReferenceHub): string[] =>
  [...countApplications(hub)].filter(([, count]) => count > 1).map(([name]) => name);
