// The customer's bucket, to read, and our own, to write.
import { S3Client } from '@aws-sdk/client-s3';
import { createSourceBucket, type SourceBucket } from '../io/source-bucket.ts';
import { createStagingBucket, type StagingBucket } from '../io/staging-bucket.ts';
import { toClientOptions } from './clients.ts';
import { requireVariable, type Environment } from './environment.ts';

const openS3 = (environment: Environment) => new S3Client(toClientOptions(environment, 'S3'));

export function openSourceBucket(environment: Environment): SourceBucket {
  return createSourceBucket(openS3(environment));
}

/** @throws {ConfigError} when the bucket's name is missing */
export function openStagingBucket(environment: Environment): StagingBucket {
  return createStagingBucket(openS3(environment), requireVariable(environment, 'STAGING_BUCKET'));
}
