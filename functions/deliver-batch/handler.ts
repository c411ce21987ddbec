// DeliverBatch: one staged batch to the hub, byte for byte as it was staged, unless the hub has acknowledged it already.
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { checkDeliverBatchInput } from '../../schemas/checks/deliver-batch-input.ts';
import { createHubClient } from '../lib/io/hub-client.ts';
import { readHubAccessKey } from '../lib/io/hub-secret.ts';
import { openStagingBucket } from '../lib/runtime/buckets.ts';
import { toClientOptions } from '../lib/runtime/clients.ts';
import { requireVariable, type Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { parseStepInput } from '../lib/runtime/step-input.ts';
import { openTables } from '../lib/runtime/tables.ts';
import { deliverStagedBatch, type DeliverBatchDeps } from './deliver-staged-batch.ts';

export const createHandler = (deps: DeliverBatchDeps) => (input: unknown) =>
  deliverStagedBatch(deps, parseStepInput(checkDeliverBatchInput, input));

export const fromEnvironment = (environment: Environment) => {
  const settings = loadSettings(environment);
  const secrets = new SecretsManagerClient(toClientOptions(environment, 'SECRETS_MANAGER'));
  const secretArn = requireVariable(environment, 'HUB_SECRET_ARN');
  return createHandler({
    checkpoints: openTables(environment, settings).checkpoints,
    staging: openStagingBucket(environment),
    hub: createHubClient({
      ...settings.hub,
      acdName: settings.acd.name,
      readAccessKey: () => readHubAccessKey(secrets, secretArn),
      allowHttp: environment['HUB_ALLOW_HTTP'] === '1',
    }),
    acdName: settings.acd.name,
  });
};

export const handler = toLambdaHandler('deliver-batch', fromEnvironment);
