// watch-intervals: scheduled; notices what no event tells of: reports that never came, lost events, failures that wait.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createBucketEvents } from '../lib/io/bucket-events.ts';
import { createExecutionArchive } from '../lib/io/execution-archive.ts';
import { createFailedExecutionsQueue } from '../lib/io/failed-executions-queue.ts';
import { createReportWorkflow } from '../lib/io/report-workflow.ts';
import { openSourceBucket } from '../lib/runtime/buckets.ts';
import { toClientOptions } from '../lib/runtime/clients.ts';
import { requireVariable, type Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { openTables } from '../lib/runtime/tables.ts';
import { countMetrics, logger } from '../lib/runtime/telemetry.ts';
import { watchIntervals, type WatchDeps } from './watch-intervals.ts';

export const createHandler = (deps: WatchDeps) => () => watchIntervals(deps);

/** Everything the watch looks at, as the environment and the settings name it. */
export function openWatch(environment: Environment): WatchDeps {
  const settings = loadSettings(environment);
  const sfn = new SFNClient(toClientOptions(environment, 'SFN'));
  const stateMachineArn = requireVariable(environment, 'STATE_MACHINE_ARN');
  const bucket = requireVariable(environment, 'SOURCE_BUCKET');
  const bucketEvents = createBucketEvents(new S3Client(toClientOptions(environment, 'S3')));
  const cure =
    environment['MANAGE_BUCKET_EVENTS'] === 'false'
      ? 'switch them on in the template that owns the bucket'
      : 'deploy the stack again';
  return {
    ...openTables(environment, settings),
    archive: createExecutionArchive(sfn, stateMachineArn),
    workflow: createReportWorkflow(sfn, stateMachineArn),
    queue: createFailedExecutionsQueue(
      new SQSClient(toClientOptions(environment, 'SQS')),
      requireVariable(environment, 'FAILED_EXECUTIONS_QUEUE_URL'),
    ),
    source: openSourceBucket(environment),
    ...{ bucket, prefix: environment['SOURCE_PREFIX'] ?? '' },
    bucketEvents: { isOn: () => bucketEvents.isOn({ bucket }), cure },
    rules: settings,
    nowMs: Date.now,
    countMetrics,
    warn: (message, facts) => {
      logger.warn(message, facts);
    },
    reportFailure: (error) => {
      logger.error('A part of the watch failed', { error: error instanceof Error ? error : new Error(String(error)) });
    },
  };
}

export const fromEnvironment = (environment: Environment) => createHandler(openWatch(environment));

export const handler = toLambdaHandler('watch-intervals', fromEnvironment);
