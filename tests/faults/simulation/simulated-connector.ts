// The connector in virtual time: the real functions and state machine over simulated stores, hub and queue.
import { gunzipSync, gzipSync } from 'node:zlib';
import { createHandler as claimCheckpoint } from '../../../functions/claim-checkpoint/handler.ts';
import { createHandler as classifyReport } from '../../../functions/classify-report/handler.ts';
import { createHandler as completeReport } from '../../../functions/complete-report/handler.ts';
import { createHandler as deliverBatch } from '../../../functions/deliver-batch/handler.ts';
import { HubUnavailableError, WorkflowUnavailableError } from '../../../functions/lib/domain/errors.ts';
import type { HubClient, HubRequest } from '../../../functions/lib/io/hub-client.ts';
import { createIntervalLedger } from '../../../functions/lib/io/interval-ledger-store.ts';
import { createReportCheckpoints } from '../../../functions/lib/io/report-checkpoints.ts';
import { createSeriesLedger } from '../../../functions/lib/io/series-ledger.ts';
import { createHandler as quarantineReport } from '../../../functions/quarantine-report/handler.ts';
import { createHandler as startIngest } from '../../../functions/start-ingest/handler.ts';
import { createHandler as transformRows } from '../../../functions/transform-rows/handler.ts';
import { createHandler as validateSpacing } from '../../../functions/validate-spacing/handler.ts';
import type { Settings } from '../../../schemas/settings.ts';
import type { Random } from './random.ts';
import type { Outside, Sandbox } from './sandbox.ts';
import type { SimulatedHub } from './simulated-hub.ts';
import { sourceBucketName, type SimulatedStores } from './simulated-stores.ts';
import { SimulatedWorkflow, type Functions, type SimulatedExecution } from './simulated-workflow.ts';

/** Dependencies broken on purpose: the oracle has to see each of them. */
export type Mutation =
  | 'marks a batch before the hub has it'
  | 'hub does not compare versions'
  | 'writes without conditions'
  | 'loses the rejects'
  | 'takes a cut file for a whole one'
  | 'forgets messages that failed'
  | 'sends a batch again under another key'
  | 'sends other bytes under the same key'
  | 'sends other queue names than it was given'
  | 'nobody redrives';

export const acdName = 'simulated-acd';
const checkpointDays = 60;
const maxReceiveCount = 5;

export interface Connector {
  readonly workflow: SimulatedWorkflow;
  readonly queue: Queue;
}

/** All parts joined; `mutation` breaks one of them. */
export function createConnector(world: World, mutation?: Mutation): Connector {
  const functions = createFunctions(world, mutation, (name, input) => workflow.start(name, input));
  const workflow = new SimulatedWorkflow(world.outside.time, world.outside.random, functions);
  return { workflow, queue: createQueue(workflow, world.outside, mutation) };
}

export interface World {
  readonly outside: Outside;
  readonly stores: SimulatedStores;
  readonly hub: SimulatedHub;
  readonly settings: Settings;
}

/** The real functions, each run with connections of its own. */
function createFunctions(
  { outside, stores, hub, settings }: World,
  mutation: Mutation | undefined,
  start: SimulatedWorkflow['start'],
): Functions {
  const countMetrics = () => undefined;
  const nowMs = () => outside.time.nowMs;
  const checkpointsOf = (sandbox: Sandbox) =>
    createReportCheckpoints(stores.openTable(sandbox), acdName, checkpointDays);
  const ledgerOf = (sandbox: Sandbox) => createSeriesLedger(stores.openTable(sandbox), acdName, checkpointDays);
  const intervalsOf = (sandbox: Sandbox) => createIntervalLedger(stores.openTable(sandbox), acdName, checkpointDays);
  return {
    'start-ingest': (sandbox) =>
      startIngest({
        source: stores.openSource(sandbox),
        workflow: {
          start: ({ executionName, input }) =>
            outside.call(sandbox, {
              effect: () => start(executionName, input),
              toError: () => new WorkflowUnavailableError('throttled'),
              maxLateMs: 10_000,
            }),
        },
        reportFailure: () => undefined,
      }),
    'classify-report': () => classifyReport({ settings: settings.reports }),
    'claim-checkpoint': (sandbox) =>
      claimCheckpoint({ checkpoints: checkpointsOf(sandbox), source: stores.openSource(sandbox) }),
    'validate-spacing': (sandbox) => validateSpacing({ ledger: ledgerOf(sandbox) }),
    'transform-rows': (sandbox) =>
      transformRows({
        source: stores.openSource(sandbox),
        staging: stores.openStaging(sandbox),
        intervals: intervalsOf(sandbox),
        settings,
        countMetrics,
      }),
    'deliver-batch': (sandbox) =>
      deliverBatch({
        checkpoints: checkpointsOf(sandbox),
        staging: stores.openStaging(sandbox),
        hub: openHub(outside, hub, sandbox, mutation),
        acdName,
      }),
    'complete-report': (sandbox) =>
      completeReport({
        checkpoints: checkpointsOf(sandbox),
        staging: stores.openStaging(sandbox),
        intervals: intervalsOf(sandbox),
        ledger: ledgerOf(sandbox),
        ...{ countMetrics, nowMs },
      }),
    'quarantine-report': (sandbox) =>
      quarantineReport({
        checkpoints: checkpointsOf(sandbox),
        ledger: ledgerOf(sandbox),
        staging: stores.openStaging(sandbox),
        queue: stores.openQuarantineQueue(sandbox),
        countMetrics,
      }),
  };
}

/** A request may reach the hub long after its sender has given it up. */
const maxLatePostMs = 1_200_000;

function openHub(outside: Outside, hub: SimulatedHub, sandbox: Sandbox, mutation: Mutation | undefined): HubClient {
  return {
    postReport: (request) => {
      const isWrong = outside.random.chance(outside.faultRate);
      const sent = garble(request, outside.random, mutation);
      const answered = outside.call(sandbox, {
        effect: () => {
          if (mutation === 'sends a batch again under another key') {
            hub.receive({ ...request, batchId: `${request.batchId}-again` });
          }
          return isWrong ? hub.misbehave(sent) : hub.receive(sent);
        },
        toError: () => new HubUnavailableError('timeout'),
        maxLateMs: maxLatePostMs,
      });
      if (mutation !== 'marks a batch before the hub has it') return answered;
      answered.catch(() => undefined);
      return Promise.resolve({ status: 'accepted', accepted: request.recordCount, ignoredAsOlder: 0, rejected: [] });
    },
  };
}

/** The request with a body a broken connector would give it. */
function garble(request: HubRequest, random: Random, mutation: Mutation | undefined): HubRequest {
  const rewrite = (change: (text: string) => string) => ({
    ...request,
    body: gzipSync(change(gunzipSync(request.body).toString())),
  });
  if (mutation === 'sends other bytes under the same key') return rewrite((text) => text + ' '.repeat(random.below(9)));
  if (mutation === 'sends other queue names than it was given')
    return rewrite((text) => text.replaceAll('"queue ', '"'));
  return request;
}

export interface Queue {
  readonly deadLetters: string[];
  send(key: string): void;
  replayDeadLetters(): void;
}

/** The Historical queue: at least once, in any order, five receives and then the dead letter queue. */
function createQueue(workflow: SimulatedWorkflow, { time, random }: Outside, mutation: Mutation | undefined): Queue {
  const deadLetters: string[] = [];
  const receive = async (key: string, receiveCount: number): Promise<void> => {
    const detail = { bucket: { name: sourceBucketName }, object: { key } };
    const body = JSON.stringify({ 'detail-type': 'Object Created', detail });
    const answer = (await workflow
      .invoke('start-ingest', { Records: [{ messageId: 'm', body }] }, 60)
      .catch(() => null)) as { readonly batchItemFailures: readonly unknown[] } | null;
    if (answer?.batchItemFailures.length === 0 || mutation === 'forgets messages that failed') return;
    if (receiveCount < maxReceiveCount) {
      time.after(60_000 + random.below(60_000), () => void receive(key, receiveCount + 1));
    } else deadLetters.push(key);
  };
  return {
    deadLetters,
    send: (key) => void receive(key, 1),
    replayDeadLetters: () => {
      for (const key of deadLetters.splice(0)) void receive(key, 1);
    },
  };
}

export function listFailed(workflow: SimulatedWorkflow): SimulatedExecution[] {
  return [...workflow.executions.values()].filter(
    ({ status, state }) => status === 'RUNNING' || (status === 'FAILED' && state !== 'ReportQuarantined'),
  );
}

/** What failed is redriven, or started again with the same input. */
export function repair(workflow: SimulatedWorkflow, random: Random): void {
  for (const execution of listFailed(workflow)) {
    if (execution.status === 'RUNNING') continue;
    if (random.chance(0.3)) workflow.start(`${execution.name}-anew`, execution.input);
    workflow.redrive(execution);
  }
}
