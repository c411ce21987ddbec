// The staging bucket, opened when the first record needs it: hardly any is too large for a message, and the S3 client, which
// nothing else here uses, would be a quarter of what every cold start loads.
import type { StagingBucket } from '../lib/io/staging-bucket.ts';
import { requireVariable, type Environment } from '../lib/runtime/environment.ts';

/** @throws {ConfigError} at once when the bucket's name is missing */
export function openLargePayloads(environment: Environment): Pick<StagingBucket, 'write'> {
  requireVariable(environment, 'STAGING_BUCKET');
  let opened: Promise<StagingBucket> | undefined;
  return {
    async write(key, body, contentType) {
      opened ??= import('../lib/runtime/buckets.ts').then(({ openStagingBucket }) => openStagingBucket(environment));
      await (await opened).write(key, body, contentType);
    },
  };
}
