// The hub, opened by what the environment and the settings name.
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Settings } from '../../../schemas/settings.ts';
import { createHubClient, type HubCall } from '../io/hub-client.ts';
import { readHubAccessKey } from '../io/hub-secret.ts';
import { toClientOptions } from './clients.ts';
import { requireVariable, type Environment } from './environment.ts';
import { countMetrics, type CountMetrics } from './telemetry.ts';

/** Counts how a call to the hub went; why one failed stands in the log, with its class. */
export const countHubCall =
  (count: CountMetrics) =>
  ({ subject, latenciesMs, retryCount, hasFailed }: HubCall): void => {
    for (const latencyMs of latenciesMs) count(subject, { HubLatencyMs: latencyMs });
    count(null, { HubErrors: hasFailed ? 1 : 0, HubRetries: retryCount });
  };

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
    observe: countHubCall(countMetrics),
    allowHttp: environment['HUB_ALLOW_HTTP'] === '1',
  });
}
