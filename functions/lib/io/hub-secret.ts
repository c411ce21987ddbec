// The hub's access key in Secrets Manager: `{"accessKeyId": "…", "accessKeySecret": "…"}`.
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConfigError } from '../domain/errors.ts';
import { callAws } from './aws-errors.ts';

export interface HubAccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/**
 * The access key as it is now: read anew for every token, so that a rotated secret needs no deployment.
 * @throws {ConfigError} when the secret has another form (its value is never part of the message)
 * @throws {SecretUnavailableError} {AccessDeniedError} by Secrets Manager's answer
 */
export async function readHubAccessKey(client: SecretsManagerClient, secretArn: string): Promise<HubAccessKey> {
  const answer = await callAws('secret', 'read the hub secret', () =>
    client.send(new GetSecretValueCommand({ SecretId: secretArn })),
  );
  const secret = parseJson(answer.SecretString ?? '');
  if (
    typeof secret !== 'object' ||
    secret === null ||
    !('accessKeyId' in secret) ||
    !('accessKeySecret' in secret) ||
    typeof secret.accessKeyId !== 'string' ||
    typeof secret.accessKeySecret !== 'string'
  ) {
    throw new ConfigError(
      'The hub secret has another form than expected: {"accessKeyId": "…", "accessKeySecret": "…"} as JSON text',
    );
  }
  return { accessKeyId: secret.accessKeyId, accessKeySecret: secret.accessKeySecret };
}

/** No cause and no text in the error: a JSON error quotes what it could not read. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
