// AWS clients as every function makes them. Endpoints come from the environment given, so that a local stack can stand in for AWS.
import type { Environment } from './environment.ts';

export interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

type LocalService = 'S3' | 'SQS' | 'DYNAMODB' | 'SFN' | 'SECRETS_MANAGER';

/**
 * In AWS: nothing but the number of attempts (the SDK finds region and role itself). With AWS_ENDPOINT_URL_<service> in the
 * environment, the endpoint, region and key from there.
 */
export function toClientOptions(environment: Environment, service: LocalService): ClientOptions {
  const endpoint = environment[`AWS_ENDPOINT_URL_${service}`];
  if (endpoint === undefined) return { maxAttempts: 4 };
  return {
    maxAttempts: 4,
    endpoint,
    region: environment['AWS_REGION'] ?? 'eu-central-1',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? 'local',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? 'local',
    },
  };
}
