import { afterEach, describe, expect, it } from '@jest/globals';
import { AccessDeniedError, ConfigError, StorageUnavailableError } from '../../functions/lib/domain/errors.ts';
import { createBucketEvents } from '../../functions/lib/io/bucket-events.ts';
import {
  foreignDocument,
  foreignEntries,
  namespace,
  startFakeBucket,
  type FakeBucket,
  type Refusal,
} from './fake-notification-bucket.ts';

const target = { bucket: 'reports', ownerAccountId: '111122223333' };
const element = '<EventBridgeConfiguration></EventBridgeConfiguration>';
const emptyDocument = `<NotificationConfiguration ${namespace}/>`;
let fake: FakeBucket;
afterEach(() => fake.close());

async function open(document: string) {
  fake = await startFakeBucket(document);
  const pausesMs: number[] = [];
  const events = createBucketEvents(fake.s3, (ms) => {
    pausesMs.push(ms);
    return Promise.resolve();
  });
  return { events, pausesMs };
}

async function failure(refusal: Refusal, method: string): Promise<unknown> {
  const { events } = await open(foreignDocument);
  fake.refusal = (asked) => (asked === method ? refusal : null);
  return events.switchOn(target).catch((error: unknown) => error);
}

describe('switchOn', () => {
  it('sends back the text of S3 byte for byte with one element more, whatever the entries of others are', async () => {
    const { events } = await open(foreignDocument);
    expect(await events.switchOn(target)).toBe('switched-on');
    expect(fake.writes.map(({ body }) => body)).toEqual([
      foreignDocument.replace('</NotificationConfiguration>', `${element}</NotificationConfiguration>`),
    ]);
    expect(fake.document.includes(foreignEntries)).toBe(true);
  });

  it('asks S3 to leave the destinations of others untested, and to refuse a bucket of another account', async () => {
    const { events } = await open(foreignDocument);
    await events.switchOn(target);
    const { headers } = fake.writes[0]!;
    expect(headers['x-amz-skip-destination-validation']).toBe('true');
    expect(headers['x-amz-expected-bucket-owner']).toBe('111122223333');
    expect(fake.reads.map((read) => read['x-amz-expected-bucket-owner'])).toEqual(['111122223333', '111122223333']);
  });

  it.each([
    ['has no notification, written as an empty element', emptyDocument],
    [
      'has no notification, written with two tags',
      `<NotificationConfiguration ${namespace}></NotificationConfiguration>\n`,
    ],
  ])('switches a bucket on that %s', async (_, document) => {
    const { events } = await open(document);
    await events.switchOn(target);
    expect(fake.document).toBe(`<NotificationConfiguration ${namespace}>${element}</NotificationConfiguration>`);
  });

  it.each(['<EventBridgeConfiguration/>', element])('writes nothing where %s stands already', async (standing) => {
    const { events } = await open(foreignDocument.replace('</Not', `${standing}</Not`));
    expect(await events.switchOn(target)).toBe('already-on');
    expect([await events.isOn(target), fake.writes.length]).toEqual([true, 0]);
  });

  it('adds to what another writer has put there meanwhile', async () => {
    const { events } = await open(emptyDocument);
    fake.afterWrite = (bucket) => {
      if (bucket.writes.length === 1) bucket.document = foreignDocument;
    };
    expect(await events.switchOn(target)).toBe('switched-on');
    expect(fake.document).toContain(foreignEntries);
    expect(fake.document).toContain(element);
  });

  it('looks again for a while before it writes again, since S3 shows changes late', async () => {
    const { events, pausesMs } = await open(foreignDocument);
    let lateReads = 0;
    fake.afterWrite = (bucket, before) => {
      const after = bucket.document;
      bucket.document = before;
      bucket.refusal = (method) => {
        if (method === 'GET' && (lateReads += 1) === 3) bucket.document = after;
        return null;
      };
    };
    expect(await events.switchOn(target)).toBe('switched-on');
    expect([fake.writes.length, pausesMs]).toEqual([1, [0, 1_000, 2_000]]);
  });

  it('gives up after three writes against a writer who keeps switching it off, and says what to do', async () => {
    const { events } = await open(foreignDocument);
    fake.afterWrite = (bucket, before) => (bucket.document = before);
    const error = await events.switchOn(target).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('Switch EventBridge on there and set manageBucketEvents: false');
    expect([fake.writes.length, fake.document]).toEqual([3, foreignDocument]);
  });

  it('writes nothing when S3 answers with something else', async () => {
    const { events } = await open('<html>a proxy</html>');
    await expect(events.switchOn(target)).rejects.toThrow();
    expect(fake.writes).toEqual([]);
  });

  it('stops when the caller has no time left', async () => {
    const { events } = await open(foreignDocument);
    await expect(events.switchOn(target, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(fake.writes).toEqual([]);
  });
});

describe('what S3 refuses', () => {
  it.each([
    ['GET', 's3:GetBucketNotification'],
    ['PUT', 's3:PutBucketNotification'],
  ])('a refused %s names the permission %s and what to do without it', async (method, permission) => {
    const error = await failure({ status: 403, code: 'AccessDenied' }, method);
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(String(error)).toContain(`${permission} on the bucket reports`);
    expect(String(error)).toContain('manageBucketEvents: false');
    expect(fake.document).toBe(foreignDocument);
  });

  it('a bucket that is not there is told by the parameter that names it', async () => {
    const error = await failure({ status: 404, code: 'NoSuchBucket' }, 'GET');
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('AmazonConnectS3BucketName');
  });

  it.each([
    ['PermanentRedirect', 301],
    ['AuthorizationHeaderMalformed', 400],
  ])('a bucket elsewhere (%s) is told by its region', async (code, status) => {
    const error = await failure({ status, code, headers: { 'x-amz-bucket-region': 'eu-west-1' } }, 'GET');
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('The bucket reports lies in eu-west-1');
  });

  it('an S3 that is down is retryable', async () => {
    expect(await failure({ status: 503, code: 'SlowDown' }, 'PUT')).toBeInstanceOf(StorageUnavailableError);
  });
});
