import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../../functions/lib/domain/errors.ts';
import { toClientOptions } from '../../../../functions/lib/runtime/clients.ts';
import { requireVariable } from '../../../../functions/lib/runtime/environment.ts';

describe('requireVariable', () => {
  it('gives the value, and names a variable that is missing or empty', () => {
    expect(requireVariable({ STAGING_BUCKET: 'staging' }, 'STAGING_BUCKET')).toBe('staging');
    for (const environment of [{}, { STAGING_BUCKET: '' }]) {
      expect(() => requireVariable(environment, 'STAGING_BUCKET')).toThrow(ConfigError);
      expect(() => requireVariable(environment, 'STAGING_BUCKET')).toThrow('STAGING_BUCKET is missing');
    }
  });
});

describe('toClientOptions', () => {
  it('leaves region, endpoint and role to the SDK when the environment names no endpoint', () => {
    const environment = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' };
    expect(Object.keys(toClientOptions(environment, 'S3'))).toEqual(['maxAttempts']);
  });

  it('takes the endpoint of its own service, with dummy keys unless there are others', () => {
    const environment = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:2' };
    expect(toClientOptions(environment, 'SQS')).toMatchObject({
      ...{ endpoint: 'http://127.0.0.1:2', region: 'eu-central-1' },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });
});
