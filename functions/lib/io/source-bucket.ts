// The customer's bucket: looked at and read, never written to.
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { SourceObject } from '../../../schemas/state.ts';
import { ReportNotFoundError, StorageUnavailableError } from '../domain/errors.ts';
import type { UploadedObject } from '../domain/report-file/report-identity.ts';
import { callAws, isObjectMissing, readAwsError, translateAwsError } from './aws-errors.ts';

export type OpenedObject =
  | { readonly status: 'open'; readonly body: Readable }
  /** A newer upload has replaced the object; it has an event, and so an execution, of its own. */
  | { readonly status: 'replaced' };

export interface ListedPage {
  /** In the order of their keys. */
  readonly objects: readonly UploadedObject[];
  /** Key to go on after; null on the last page. */
  readonly lastKey: string | null;
}

export interface SourceBucket {
  /** What the object is now; null when there is none. */
  head(bucket: string, key: string): Promise<UploadedObject | null>;
  /**
   * The bytes of exactly that upload.
   * @throws {ReportNotFoundError} when the object was deleted
   */
  open(object: SourceObject): Promise<OpenedObject>;
  /** At most 1000 objects below a prefix, from the first key behind `afterKey` on. */
  list(bucket: string, prefix: string, afterKey: string | null): Promise<ListedPage>;
}

export const withoutQuotes = (etag: string) => etag.replace(/^"|"$/g, '');

/** @throws {StorageUnavailableError} {AccessDeniedError} {ConfigError} from every method and from the body's stream. */
export function createSourceBucket(s3: S3Client): SourceBucket {
  return {
    async head(bucket, key) {
      try {
        const answer = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
        if (answer.ETag === undefined || answer.LastModified === undefined) {
          throw new StorageUnavailableError(`S3 answered a HEAD of ${key} without etag or date`);
        }
        return {
          bucket,
          key,
          etag: withoutQuotes(answer.ETag),
          // The one S3 computes itself, over the whole object, when the uploader gives none.
          ...(answer.ChecksumCRC64NVME === undefined ? {} : { checksum: answer.ChecksumCRC64NVME }),
          sizeBytes: answer.ContentLength ?? 0,
          uploadedAt: answer.LastModified.toISOString(),
        };
      } catch (error) {
        if (isObjectMissing(error)) return null;
        throw translateAwsError(error, 'storage', `look at ${key}`);
      }
    },
    async open({ bucket, key, etag, uploadedAt }) {
      try {
        const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: `"${etag}"` }));
        const isSameUpload = answer.LastModified?.toISOString() === uploadedAt;
        const body = answer.Body;
        if (body === undefined || !('pipe' in body)) throw new StorageUnavailableError(`S3 sent no body of ${key}`);
        if (!isSameUpload) {
          body.destroy();
          return { status: 'replaced' };
        }
        return { status: 'open', body: countBytes(body, key, answer.ContentLength ?? null) };
      } catch (error) {
        if (readAwsError(error)?.httpStatus === 412) return { status: 'replaced' };
        if (isObjectMissing(error)) throw toNotFound(bucket, key);
        throw translateAwsError(error, 'storage', `read ${key}`);
      }
    },
    async list(bucket, prefix, afterKey) {
      const answer = await callAws('storage', `list the objects below ${prefix}`, () =>
        s3.send(
          new ListObjectsV2Command({
            ...{ Bucket: bucket, Prefix: prefix },
            // XML cannot carry every character a key may have.
            EncodingType: 'url',
            ...(afterKey === null ? {} : { StartAfter: afterKey }),
          }),
        ),
      );
      const decode = (key: string) =>
        answer.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
      const objects = (answer.Contents ?? []).flatMap(({ Key, ETag, LastModified, Size }): UploadedObject[] => {
        if (Key === undefined || ETag === undefined || LastModified === undefined) return [];
        // Whole seconds, as a HEAD says it.
        const uploadedAt = new Date(Math.floor(LastModified.getTime() / 1000) * 1000).toISOString();
        return [{ bucket, key: decode(Key), etag: withoutQuotes(ETag), sizeBytes: Size ?? 0, uploadedAt }];
      });
      return { objects, lastKey: answer.IsTruncated === true ? (objects.at(-1)?.key ?? null) : null };
    },
  };
}

function toNotFound(bucket: string, key: string): ReportNotFoundError {
  return new ReportNotFoundError(
    `The object ${key} is not in the bucket ${bucket} any more; expected the report that was announced. Upload it again`,
    { context: { bucket, key } },
  );
}

/** A body cut in transit must not look like a short report: its bytes are counted against what S3 promised. */
function countBytes(body: Readable, key: string, expectedBytes: number | null): Readable {
  let receivedBytes = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      receivedBytes += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      const isWhole = expectedBytes === null || receivedBytes === expectedBytes;
      done(
        isWhole
          ? null
          : new StorageUnavailableError(
              `S3 cut the body of ${key}: ${receivedBytes} of ${String(expectedBytes)} bytes`,
            ),
      );
    },
  });
  body.on('error', (error) => {
    const translated = translateAwsError(error, 'storage', `read ${key}`);
    counted.destroy(translated instanceof Error ? translated : error);
  });
  counted.on('close', () => body.destroy());
  return body.pipe(counted);
}
