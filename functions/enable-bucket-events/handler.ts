// enable-bucket-events: the custom resource that lets the customer's bucket tell EventBridge of its objects. Whatever
// happens, CloudFormation gets an answer: without one a deployment hangs for as long as it is allowed to.
import { S3Client } from '@aws-sdk/client-s3';
import {
  parseCustomResourceRequest,
  planBucketEvents,
  toCustomResourceAnswer,
  type CustomResourceAnswer,
  type CustomResourceRequest,
} from '../lib/domain/bucket-events/custom-resource.ts';
import { createBucketEvents, type BucketEvents } from '../lib/io/bucket-events.ts';
import { answerCloudFormation, longestAnswerMs } from '../lib/io/cloudformation-response.ts';
import { toClientOptions } from '../lib/runtime/clients.ts';
import type { Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler, type InvocationTime } from '../lib/runtime/lambda.ts';
import { logger } from '../lib/runtime/telemetry.ts';

export interface EnableBucketEventsDeps {
  readonly bucketEvents: Pick<BucketEvents, 'switchOn'>;
  readonly answer: (responseUrl: string, answer: CustomResourceAnswer) => Promise<void>;
  readonly nowMs: () => number;
  /** Told how each request went; `error` is null when it went well. */
  readonly report: (requestType: string, outcome: string, error: unknown) => void;
}

export const createHandler =
  (deps: EnableBucketEventsDeps) =>
  async (input: unknown, time: InvocationTime): Promise<void> => {
    const request = parseCustomResourceRequest(input);
    const failure = await enableBucketEvents(deps, request, time);
    await deps.answer(request.responseUrl, toCustomResourceAnswer(request, failure, deps.nowMs()));
  };

/** What to tell CloudFormation of a failure; null when there is none. */
async function enableBucketEvents(
  { bucketEvents, report }: EnableBucketEventsDeps,
  request: CustomResourceRequest,
  time: InvocationTime,
): Promise<string | null> {
  const availableMs = Math.max(0, time.getRemainingTimeInMillis() - longestAnswerMs);
  const signal = AbortSignal.timeout(availableMs);
  try {
    const order = planBucketEvents(request);
    report(request.requestType, order === null ? 'left-alone' : await bucketEvents.switchOn(order, signal), null);
    return null;
  } catch (error) {
    report(request.requestType, 'failed', error);
    if (signal.aborted) {
      return `S3 did not answer within ${Math.round(availableMs / 1000)} s: it is slow, or this function cannot reach it. Deploy again; if that does not help, switch Amazon EventBridge on by hand (S3 console, bucket, Properties, Event notifications) and set manageBucketEvents: false`;
    }
    return error instanceof Error ? error.message : String(error);
  }
}

/** Needs no variable: a request must be answered even when the stack is not complete. */
export const fromEnvironment = (environment: Environment) =>
  createHandler({
    bucketEvents: createBucketEvents(new S3Client(toClientOptions(environment, 'S3'))),
    answer: answerCloudFormation,
    nowMs: Date.now,
    report: (requestType, outcome, error) => {
      if (error === null) logger.info('enable-bucket-events answers SUCCESS', { requestType, outcome });
      else logger.error('enable-bucket-events answers FAILED', { requestType, error: toError(error) });
    },
  });

const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

export const handler = toLambdaHandler('enable-bucket-events', fromEnvironment);
