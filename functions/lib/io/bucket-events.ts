// Whether the customer's bucket tells EventBridge of its objects, and switching that on. One document a bucket holds this
// beside the notifications of others, without any lock: it is written only when it must be, and then looked at again.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { addEventBridge } from '../domain/bucket-events/notification-document.ts';
import { AccessDeniedError, ConfigError } from '../domain/errors.ts';
import { readAwsError, translateAwsError } from './aws-errors.ts';

export interface NotifyingBucket {
  readonly bucket: string;
  /** S3 refuses when the bucket belongs to another account; without it the owner is not checked. */
  readonly ownerAccountId?: string;
}

export interface BucketEvents {
  isOn(bucket: NotifyingBucket, signal?: AbortSignal): Promise<boolean>;
  /** Writes nothing when it is on already. @throws {ConfigError} when somebody else keeps switching it off */
  switchOn(bucket: NotifyingBucket, signal?: AbortSignal): Promise<'already-on' | 'switched-on'>;
}

type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;

const maxWriteCount = 3;
/** S3 shows a bucket's configuration to readers with some delay. */
const lookAgainAfterMs = [0, 1_000, 2_000, 4_000];

/** @throws {StorageUnavailableError} {AccessDeniedError} {ConfigError} from every method, saying what to do; the signal's reason when it is aborted */
export function createBucketEvents(
  s3: S3Client,
  wait: Wait = (ms, signal) => delay(ms, undefined, signal && { signal }),
): BucketEvents {
  const read = async ({ bucket, ownerAccountId }: NotifyingBucket, signal: AbortSignal | undefined) => {
    const command = new GetBucketNotificationConfigurationCommand({
      Bucket: bucket,
      ExpectedBucketOwner: ownerAccountId,
    });
    let document = '';
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { response } = result;
        if (typeof response === 'object' && response !== null && 'body' in response) {
          const bytes = response.body instanceof Readable ? await buffer(response.body) : Buffer.alloc(0);
          document = bytes.toString('utf8');
          response.body = Readable.from([bytes]);
        }
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'keepDocument' },
    );
    try {
      const { EventBridgeConfiguration } = await s3.send(command, signal && { abortSignal: signal });
      return { document, isOn: EventBridgeConfiguration !== undefined };
    } catch (error) {
      signal?.throwIfAborted();
      throw toBucketError(error, bucket, 's3:GetBucketNotification');
    }
  };

  const write = async (
    { bucket, ownerAccountId }: NotifyingBucket,
    document: string,
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    const command = new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      ExpectedBucketOwner: ownerAccountId,
      // A dead destination of somebody else must not fail our deployment.
      SkipDestinationValidation: true,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    });
    command.middlewareStack.add(
      (next) => (args) => {
        if (typeof args.request === 'object' && args.request !== null && 'body' in args.request) {
          args.request.body = document;
          return next(args);
        }
        throw new TypeError('The SDK built no request to write the notification configuration with');
      },
      { step: 'serialize', priority: 'low', name: 'sendDocument' },
    );
    try {
      await s3.send(command, signal && { abortSignal: signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw toBucketError(error, bucket, 's3:PutBucketNotification');
    }
  };

  const showsOn = async (bucket: NotifyingBucket, signal: AbortSignal | undefined): Promise<boolean> => {
    for (const pauseMs of lookAgainAfterMs) {
      await wait(pauseMs, signal);
      if ((await read(bucket, signal)).isOn) return true;
    }
    return false;
  };

  return {
    isOn: async (bucket, signal) => (await read(bucket, signal)).isOn,
    async switchOn(bucket, signal) {
      for (let writeCount = 0; writeCount < maxWriteCount; writeCount += 1) {
        const { document, isOn } = await read(bucket, signal);
        if (isOn) return writeCount === 0 ? 'already-on' : 'switched-on';
        await write(bucket, addEventBridge(document), signal);
        if (await showsOn(bucket, signal)) return 'switched-on';
      }
      throw new ConfigError(
        `Amazon EventBridge was switched on ${maxWriteCount} times for the bucket ${bucket.bucket} and was off again each time: another template or program owns its notification configuration. Switch EventBridge on there and set manageBucketEvents: false`,
        { context: { bucket: bucket.bucket } },
      );
    },
  };
}

function readBucketRegion(error: unknown): string {
  const response: unknown =
    typeof error === 'object' && error !== null && '$response' in error ? error.$response : null;
  const headers: unknown =
    typeof response === 'object' && response !== null && 'headers' in response ? response.headers : null;
  const region: unknown =
    typeof headers === 'object' && headers !== null && 'x-amz-bucket-region' in headers
      ? headers['x-amz-bucket-region']
      : null;
  return typeof region === 'string' ? region : 'another region';
}

const wrongRegionNames = ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'];
const byHand =
  'or switch Amazon EventBridge on by hand (S3 console, bucket, Properties, Event notifications) and set manageBucketEvents: false';

function toBucketError(error: unknown, bucket: string, permission: string): unknown {
  const facts = readAwsError(error);
  if (facts === null) return error;
  const { name, message, httpStatus } = facts;
  const options = { cause: error, context: { bucket, permission, awsErrorName: name, httpStatus } };
  if (wrongRegionNames.includes(name) || httpStatus === 301) {
    return new ConfigError(
      `The bucket ${bucket} lies in ${readBucketRegion(error)}; expected it in the region of this stack, because its events do not leave its region. Deploy the connector there (key region of the customer file)`,
      options,
    );
  }
  if (name === 'NoSuchBucket' || httpStatus === 404) {
    return new ConfigError(
      `There is no bucket ${bucket}; expected the bucket Amazon Connect exports its reports to (AmazonConnectS3BucketName)`,
      options,
    );
  }
  if (httpStatus === 403) {
    return new AccessDeniedError(
      `S3 refuses ${permission} on the bucket ${bucket}: ${name} ${message}. Expected a bucket of this account whose policy, like the organisation's, does not deny it to the function's role. Allow it, ${byHand}`,
      options,
    );
  }
  return translateAwsError(error, 'storage', `use ${permission} on the bucket ${bucket}`);
}
