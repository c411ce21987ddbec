// The hub, opened by what the environment and the settings name.
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Settings } from '../../../schemas/settings.ts';
import { createHubClient } from '../io/hub-client.ts';
import { readHubAccessKey } from '../io/hub-secret.ts';
import { toClientOptions } from './clients.ts';
import { requireVariable, type Environment } from './environment.ts';

/** @throws {ConfigError} when the secret's name is missing, or the address is none the connector takes */
export function openHub(
  environment: Environment,
  { acd, hub }: Pick<Settings, 'acd' | 'hub'>,
): ReturnType<typeof createHubClient> {
  const secrets = new SecretsManagerClient(toClientOptions(environment, 'SECRETS_MANAGER'));
  const secretArn = requireVariable(environment, 'HUB_SECRET_ARN');
  return createHubClient({
    ...hub,
    acdName: acd.name,
    readAccessKey: () => readHubAccessKey(secrets, secretArn),
    allowHttp: environment['HUB_ALLOW_HTTP'] === '1',
  });
}
