// Secrets Manager with one secret: the hub's access key.
import { startJsonServer, type LocalServer } from './json-server.ts';
import { ServiceError } from './service-error.ts';

export interface HubAccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** Answers GetSecretValue for the ARN or the name of the secret. */
export function startSecrets(secret: { arn: string; name: string; value: HubAccessKey }): Promise<LocalServer> {
  const createdDate = new Date();
  return startJsonServer('application/x-amz-json-1.1', {
    GetSecretValue(request) {
      if (request['SecretId'] !== secret.arn && request['SecretId'] !== secret.name) {
        throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: '00000000-0000-4000-8000-000000000001',
        VersionStages: ['AWSCURRENT'],
        SecretString: JSON.stringify(secret.value),
        CreatedDate: createdDate,
      };
    },
  });
}
