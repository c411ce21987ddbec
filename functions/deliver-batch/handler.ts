// DeliverBatch: one staged batch to the hub, byte for byte as it was staged, unless the hub has acknowledged it already.
import { checkDeliverBatchInput } from '../../schemas/checks/deliver-batch-input.ts';
import { openStagingBucket } from '../lib/runtime/buckets.ts';
import type { Environment } from '../lib/runtime/environment.ts';
import { openHub } from '../lib/runtime/hub.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { parseStepInput } from '../lib/runtime/step-input.ts';
import { openTables } from '../lib/runtime/tables.ts';
import { deliverStagedBatch, type DeliverBatchDeps } from './deliver-staged-batch.ts';

export const createHandler = (deps: DeliverBatchDeps) => (input: unknown) =>
  deliverStagedBatch(deps, parseStepInput(checkDeliverBatchInput, input));

export const fromEnvironment = (environment: Environment) => {
  const settings = loadSettings(environment);
  return createHandler({
    checkpoints: openTables(environment, settings).checkpoints,
    staging: openStagingBucket(environment),
    hub: openHub(environment, settings),
    acdName: settings.acd.name,
  });
};

export const handler = toLambdaHandler('deliver-batch', fromEnvironment);
