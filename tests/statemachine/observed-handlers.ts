// The real functions of the state machine, each thing outside them wrapped by the test that watches or breaks the calls to it.
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createHandler as claimCheckpoint } from '../../functions/claim-checkpoint/handler.ts';
import { createHandler as completeReport } from '../../functions/complete-report/handler.ts';
import { createHandler as deliverBatch } from '../../functions/deliver-batch/handler.ts';
import { createHubClient } from '../../functions/lib/io/hub-client.ts';
import type { HubAccessKey } from '../../functions/lib/io/hub-secret.ts';
import { createQuarantineQueue } from '../../functions/lib/io/quarantine-queue.ts';
import { createSourceBucket } from '../../functions/lib/io/source-bucket.ts';
import { createStagingBucket } from '../../functions/lib/io/staging-bucket.ts';
import { toClientOptions } from '../../functions/lib/runtime/clients.ts';
import { loadSettings } from '../../functions/lib/runtime/settings.ts';
import { openTables } from '../../functions/lib/runtime/tables.ts';
import { createHandler as quarantineReport } from '../../functions/quarantine-report/handler.ts';
import { createHandler as transformRows } from '../../functions/transform-rows/handler.ts';
import { createHandler as validateSpacing } from '../../functions/validate-spacing/handler.ts';

/** Told of each call by `<thing>.<method>`; does it, or does not. */
export type AroundCall = (call: string, run: () => Promise<unknown>) => Promise<unknown>;

function wrap<T extends object>(name: string, target: T, around: AroundCall): T {
  return new Proxy(target, {
    get(object, property) {
      const value: unknown = Reflect.get(object, property);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        around(`${name}.${String(property)}`, async () => (await Reflect.apply(value, object, args)) as unknown);
    },
  });
}

/** The functions that touch the outside, by key; `readHubKey` is asked when the first token is needed. */
export function createObservedHandlers(
  environment: Record<string, string>,
  readHubKey: () => HubAccessKey,
  around: AroundCall,
) {
  const settings = loadSettings(environment);
  const tables = openTables(environment, settings);
  const s3 = new S3Client(toClientOptions(environment, 'S3'));
  const checkpoints = wrap('checkpoints', tables.checkpoints, around);
  const ledger = wrap('ledger', tables.ledger, around);
  const intervals = wrap('intervals', tables.intervals, around);
  const source = wrap('source', createSourceBucket(s3), around);
  const staging = wrap('staging', createStagingBucket(s3, environment['STAGING_BUCKET']!), around);
  const sqs = new SQSClient(toClientOptions(environment, 'SQS'));
  const queue = wrap('queue', createQuarantineQueue(sqs, environment['QUARANTINE_QUEUE_URL']!), around);
  const client = createHubClient({
    ...settings.hub,
    acdName: settings.acd.name,
    readAccessKey: () => Promise.resolve(readHubKey()),
    allowHttp: true,
  });
  const hub = wrap('hub', client, around);
  const countMetrics = () => undefined;
  return {
    'claim-checkpoint': claimCheckpoint({ checkpoints, source }),
    'validate-spacing': validateSpacing({ ledger }),
    'transform-rows': transformRows({ source, staging, intervals, settings, countMetrics }),
    'deliver-batch': deliverBatch({ checkpoints, staging, hub, acdName: settings.acd.name }),
    'complete-report': completeReport({ checkpoints, staging, intervals, ledger, countMetrics, nowMs: Date.now }),
    'quarantine-report': quarantineReport({ checkpoints, ledger, staging, queue, countMetrics }),
  };
}
