// agent-events: a batch of the agent event stream becomes agent states at the hub, in order; what fails comes again.
import { SQSClient } from '@aws-sdk/client-sqs';
import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { StreamRecord } from '../lib/domain/agent-states/agent-record.ts';
import { createAgentStateRules } from '../lib/domain/agent-states/agent-state-rules.ts';
import { ConfigError, StateInputError } from '../lib/domain/errors.ts';
import { createAgentEventDlq } from '../lib/io/agent-event-dlq.ts';
import { openAgentStates } from '../lib/runtime/agent-states.ts';
import { toClientOptions } from '../lib/runtime/clients.ts';
import { requireVariable, type Environment } from '../lib/runtime/environment.ts';
import { openHub } from '../lib/runtime/hub.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { logger } from '../lib/runtime/telemetry.ts';
import { countAgentEvents } from './agent-event-metrics.ts';
import { openLargePayloads } from './large-payloads.ts';
import { processAgentEvents, type AgentEventsDeps } from './process-agent-events.ts';

function isKinesisEvent(input: unknown): input is KinesisStreamEvent {
  return typeof input === 'object' && input !== null && 'Records' in input && Array.isArray(input.Records);
}

const toStreamRecord = ({ eventID, eventSourceARN, kinesis }: KinesisStreamRecord): StreamRecord => ({
  streamArn: eventSourceARN,
  shardId: eventID.split(':')[0] ?? '',
  sequenceNumber: kinesis.sequenceNumber,
  partitionKey: kinesis.partitionKey,
  arrivedAtMs: Math.round(kinesis.approximateArrivalTimestamp * 1000),
  data: kinesis.data,
});

export const createHandler =
  (deps: AgentEventsDeps) =>
  async (input: unknown): Promise<KinesisStreamBatchResponse> => {
    if (!isKinesisEvent(input)) throw new StateInputError('agent-events takes batches of the agent event stream');
    const failed = await processAgentEvents(deps, input.Records.map(toStreamRecord));
    return { batchItemFailures: failed === null ? [] : [{ itemIdentifier: failed }] };
  };

function readInstalledAtMs(environment: Environment): number {
  const text = environment['INSTALLED_AT'] ?? '';
  const installedAtMs = text === '' ? -Infinity : Date.parse(text);
  if (!Number.isNaN(installedAtMs)) return installedAtMs;
  throw new ConfigError(`INSTALLED_AT must be an instant such as 2026-11-22T12:00:00Z; found ${text}`);
}

export function openAgentEvents(environment: Environment): AgentEventsDeps {
  const settings = loadSettings(environment);
  const { acd, agentStates, agents } = settings;
  return {
    store: openAgentStates(environment, settings),
    hub: openHub(environment, settings),
    dlq: createAgentEventDlq(
      new SQSClient(toClientOptions(environment, 'SQS')),
      requireVariable(environment, 'AGENT_EVENT_DLQ_URL'),
      openLargePayloads(environment),
    ),
    rules: createAgentStateRules(agentStates, agents),
    acdName: acd.name,
    installedAtMs: readInstalledAtMs(environment),
    reportResults: countAgentEvents,
    reportFailure: (error, sequenceNumber) => {
      const { errorClass, context } = error;
      logger.error('agent-events failed for a batch', { ...context, errorClass, sequenceNumber, error });
    },
  };
}

export const fromEnvironment = (
  environment: Environment,
  reportResults: AgentEventsDeps['reportResults'] = countAgentEvents,
) => createHandler({ ...openAgentEvents(environment), reportResults });

export const handler = toLambdaHandler('agent-events', fromEnvironment);
