// Our own bucket: staged batches, manifests, rejects and copies of quarantined files.
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SourceObject } from '../../../schemas/state.ts';
import { callAws, isObjectMissing, readAwsError, translateAwsError } from './aws-errors.ts';

export interface StagingBucket {
  /** null when there is no such object. */
  read(key: string): Promise<Uint8Array | null>;
  write(key: string, body: Uint8Array | string, contentType: string): Promise<void>;
  /** false when the object exists already: it stays as it is. */
  writeOnce(key: string, body: Uint8Array | string, contentType: string): Promise<boolean>;
  /** Copies an upload of the customer's bucket; false when it is not there (any more) in this form. */
  copyFrom(object: SourceObject, key: string): Promise<boolean>;
}

/** @throws {StorageUnavailableError} {AccessDeniedError} {ConfigError} from every method. */
export function createStagingBucket(s3: S3Client, bucket: string): StagingBucket {
  return {
    async read(key) {
      try {
        const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await answer.Body?.transformToByteArray()) ?? null;
      } catch (error) {
        if (isObjectMissing(error)) return null;
        throw translateAwsError(error, 'storage', `read ${key} from the staging bucket`);
      }
    },
    async write(key, body, contentType) {
      await callAws('storage', `write ${key} to the staging bucket`, () =>
        s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType })),
      );
    },
    async writeOnce(key, body, contentType) {
      try {
        await s3.send(
          new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: '*' }),
        );
        return true;
      } catch (error) {
        if (readAwsError(error)?.httpStatus === 412) return false;
        throw translateAwsError(error, 'storage', `write ${key} to the staging bucket`);
      }
    },
    async copyFrom(object, key) {
      try {
        await s3.send(
          new CopyObjectCommand({
            Bucket: bucket,
            Key: key,
            CopySource: `${object.bucket}/${object.key.split('/').map(encodeURIComponent).join('/')}`,
            CopySourceIfMatch: `"${object.etag}"`,
            // The tags stay behind: S3 asks for further rights on both buckets before it copies them.
            TaggingDirective: 'REPLACE',
          }),
        );
        return true;
      } catch (error) {
        if (isObjectMissing(error) || readAwsError(error)?.httpStatus === 412) return false;
        throw translateAwsError(error, 'storage', `copy ${object.key} to the staging bucket`);
      }
    },
  };
}
