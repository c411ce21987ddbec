// The one middy stack all functions share: context and errors in the log, metrics flushed, errors passed on by their names.
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { ConnectorError } from '../domain/errors.ts';
import type { Environment } from './environment.ts';
import { logger, publishMetrics } from './telemetry.ts';

export type InvocationTime = Pick<Context, 'getRemainingTimeInMillis'>;
export type StepHandler = (input: unknown, time: InvocationTime) => Promise<unknown>;

/**
 * The Lambda handler of one function. `fromEnvironment` builds it on the first call, so that importing the file needs no
 * environment and a wrong setting fails the step with its message instead of the start of the sandbox.
 */
export function toLambdaHandler(
  functionName: string,
  fromEnvironment: (environment: Environment) => StepHandler,
  environment: Environment = process.env,
): (input: unknown, context: Context) => Promise<unknown> {
  let step: StepHandler | undefined;
  return middy<unknown, unknown>()
    .use(injectLambdaContext(logger))
    .after(publishMetrics)
    .onError(publishMetrics)
    .onError(({ error }) => {
      const facts = error instanceof ConnectorError ? { errorClass: error.errorClass, ...error.context } : {};
      logger.error(`${functionName} failed`, { ...facts, error: error ?? new Error('unknown') });
    })
    .handler(async (input: unknown, context) => {
      step ??= fromEnvironment(environment);
      return step(input, context);
    });
}
