// start-ingest: every announced upload gets its execution, once. Messages that fail stay on the queue, the others are done.
import { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { StateInputError } from '../lib/domain/errors.ts';
import { parseObjectNotices } from '../lib/domain/report-file/object-notice.ts';
import { toExecutionStart } from '../lib/domain/report-file/report-identity.ts';
import { createReportWorkflow, type ReportWorkflow } from '../lib/io/report-workflow.ts';
import type { SourceBucket } from '../lib/io/source-bucket.ts';
import { openSourceBucket } from '../lib/runtime/buckets.ts';
import { toClientOptions } from '../lib/runtime/clients.ts';
import { requireVariable, type Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { logger } from '../lib/runtime/telemetry.ts';

export interface StartIngestDeps {
  readonly source: Pick<SourceBucket, 'head'>;
  readonly workflow: ReportWorkflow;
  /** Told of each failed message; the message itself stays on the queue. */
  readonly reportFailure: (messageId: string, error: unknown) => void;
}

function isSqsEvent(input: unknown): input is SQSEvent {
  return typeof input === 'object' && input !== null && 'Records' in input && Array.isArray(input.Records);
}

export const createHandler =
  (deps: StartIngestDeps) =>
  async (input: unknown): Promise<SQSBatchResponse> => {
    if (!isSqsEvent(input)) throw new StateInputError('start-ingest takes messages of the Historical queue');
    const outcomes = await Promise.allSettled(input.Records.map((record) => startExecutions(deps, record)));
    const batchItemFailures = input.Records.flatMap((record, index) => {
      const outcome = outcomes[index];
      if (outcome?.status !== 'rejected') return [];
      deps.reportFailure(record.messageId, outcome.reason);
      return [{ itemIdentifier: record.messageId }];
    });
    return { batchItemFailures };
  };

/** One execution for each object the message announces, in order. An object deleted meanwhile needs none. */
async function startExecutions({ source, workflow }: StartIngestDeps, record: SQSRecord): Promise<void> {
  for (const { bucket, key } of parseObjectNotices(record.body)) {
    const object = await source.head(bucket, key);
    if (object !== null) await workflow.start(toExecutionStart(object));
  }
}

export const fromEnvironment = (environment: Environment) =>
  createHandler({
    source: openSourceBucket(environment),
    workflow: createReportWorkflow(
      new SFNClient(toClientOptions(environment, 'SFN')),
      requireVariable(environment, 'STATE_MACHINE_ARN'),
    ),
    reportFailure: (messageId, error) => {
      logger.error('start-ingest failed for one message', {
        messageId,
        error: error instanceof Error ? error : new Error(String(error)),
      });
    },
  });

export const handler = toLambdaHandler('start-ingest', fromEnvironment);
