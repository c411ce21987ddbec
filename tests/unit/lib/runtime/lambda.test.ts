import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { ConfigError, HubThrottledError } from '../../../../functions/lib/domain/errors.ts';
import { toLambdaHandler } from '../../../../functions/lib/runtime/lambda.ts';
import { countMetrics, logger } from '../../../../functions/lib/runtime/telemetry.ts';
import { readMetricLines } from './metric-lines.ts';

const context = { functionName: 'deliver-batch', awsRequestId: 'r', invokedFunctionArn: 'arn' } as Context;
const logged: unknown[][] = [];

beforeEach(() => {
  logger.error = (...parts: unknown[]) => {
    logged.push(parts);
  };
});
afterEach(() => {
  logged.length = 0;
  Reflect.deleteProperty(logger, 'error');
});

describe('toLambdaHandler', () => {
  it('builds the function on its first call, once, from the environment given', async () => {
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
    const error = new HubThrottledError('slow down', { context: { retryAfterSeconds: 9 } });
    const handler = toLambdaHandler('deliver-batch', () => () => Promise.reject(error));
    await expect(handler({}, context)).rejects.toBe(error);
    expect(error.name).toBe('HubThrottledError');
    expect(logged).toEqual([['deliver-batch failed', { errorClass: 'retryable', retryAfterSeconds: 9, error }]]);
  });

  it('publishes what a call counted when it ends, also when it fails, and nothing after a call that counted nothing', async () => {
    let isToFail = false;
    const handler = toLambdaHandler('deliver-batch', () => () => {
      countMetrics('QR', { RowsRead: 3 });
      return isToFail ? Promise.reject(new Error('no')) : Promise.resolve('fine');
    });
    expect(await readMetricLines(() => handler({}, context))).toMatchObject([{ reportKind: 'QR', RowsRead: 3 }]);
    isToFail = true;
    const failing = () => handler({}, context).catch(() => undefined);
    expect(await readMetricLines(failing)).toMatchObject([{ reportKind: 'QR', RowsRead: 3 }]);
    const idle = toLambdaHandler('deliver-batch', () => () => Promise.resolve('fine'));
    expect(await readMetricLines(() => idle({}, context))).toEqual([]);
  });
});
