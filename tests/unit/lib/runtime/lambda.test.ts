import { afterEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { ConfigError, HubThrottledError } from '../../../../functions/lib/domain/errors.ts';
import { toLambdaHandler } from '../../../../functions/lib/runtime/lambda.ts';
import { logger, metrics } from '../../../../functions/lib/runtime/telemetry.ts';

const context = { functionName: 'deliver-batch', awsRequestId: 'r', invokedFunctionArn: 'arn' } as Context;
const logged: unknown[][] = [];
let publishedCount = 0;

/** Puts own methods before those of the classes; afterEach takes them away again. */
function listen(hasMetrics: boolean): void {
  logger.error = (...parts: unknown[]) => {
    logged.push(parts);
  };
  metrics.hasStoredMetrics = () => hasMetrics;
  metrics.publishStoredMetrics = () => {
    publishedCount += 1;
    return metrics;
  };
}

afterEach(() => {
  logged.length = 0;
  publishedCount = 0;
  Reflect.deleteProperty(logger, 'error');
  Reflect.deleteProperty(metrics, 'publishStoredMetrics');
  Reflect.deleteProperty(metrics, 'hasStoredMetrics');
});

describe('toLambdaHandler', () => {
  it('builds the function on its first call, once, from the environment given', async () => {
    listen(false);
    const environments: unknown[] = [];
    const environment = { STAGING_BUCKET: 'b' };
    const fromEnvironment = (given: unknown) => {
      environments.push(given);
      return (input: unknown) => Promise.resolve({ input });
    };
    const handler = toLambdaHandler('deliver-batch', fromEnvironment, environment);
    expect(environments).toEqual([]);
    expect(await handler(1, context)).toEqual({ input: 1 });
    expect(await handler(2, context)).toEqual({ input: 2 });
    expect(environments).toEqual([environment]);
  });

  it('fails the call, not the start, when the environment is wrong, and tries again the next time', async () => {
    listen(false);
    let isWrong = true;
    const handler = toLambdaHandler('deliver-batch', () => {
      if (isWrong) throw new ConfigError('STAGING_BUCKET is missing');
      return () => Promise.resolve('fine');
    });
    await expect(handler({}, context)).rejects.toBeInstanceOf(ConfigError);
    isWrong = false;
    expect(await handler({}, context)).toBe('fine');
  });

  it('passes an error on under its own name, and logs it once with its class and facts', async () => {
    listen(true);
    const error = new HubThrottledError('slow down', { context: { retryAfterSeconds: 9 } });
    const handler = toLambdaHandler('deliver-batch', () => () => Promise.reject(error));
    await expect(handler({}, context)).rejects.toBe(error);
    expect(error.name).toBe('HubThrottledError');
    expect(logged).toEqual([['deliver-batch failed', { errorClass: 'retryable', retryAfterSeconds: 9, error }]]);
    expect(publishedCount).toBe(1);
  });

  it('publishes metrics after a call that counted something, and only then', async () => {
    const handler = toLambdaHandler('deliver-batch', () => () => Promise.resolve('fine'));
    listen(false);
    await handler({}, context);
    expect(publishedCount).toBe(0);
    listen(true);
    await handler({}, context);
    expect(publishedCount).toBe(1);
  });
});
