import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AccessDeniedError,
  ConfigError,
  ReportNotFoundError,
  StorageUnavailableError,
} from '../../functions/lib/domain/errors.ts';
import { createSourceBucket, type OpenedObject, type SourceBucket } from '../../functions/lib/io/source-bucket.ts';
import { createBuckets, startS3AndSqs } from '../../tools/local/aws/s3-and-sqs.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const options = { region: 'eu-central-1', credentials, forcePathStyle: true, maxAttempts: 1 };
const clientOf = (endpoint: string) => new S3Client({ ...options, endpoint });
const bucket = 'reports';
let storage: Awaited<ReturnType<typeof startS3AndSqs>>;
let s3: S3Client;
let source: SourceBucket;
const closing: (() => void)[] = [];

beforeAll(async () => {
  storage = await startS3AndSqs(() => undefined);
  s3 = clientOf(storage.url);
  await createBuckets(s3, [bucket]);
  source = createSourceBucket(s3);
});
afterEach(() => {
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) close();
});
afterAll(async () => {
  s3.destroy();
  await storage.close();
});

const put = (key: string, body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
const readBody = (opened: OpenedObject) => {
  if (opened.status !== 'open') throw new Error(opened.status);
  return text(opened.body);
};
const missing = { bucket, key: 'none', etag: 'e', sizeBytes: 1, uploadedAt: '2026-11-22T12:00:00.000Z' };

/** A bucket behind a server that answers as it is told. */
async function sourceAnswering(listener: RequestListener): Promise<SourceBucket> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = clientOf(`http://127.0.0.1:${address.port}`);
  closing.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return createSourceBucket(client);
}
const answering = (status: number, code: string) =>
  sourceAnswering((_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>told to</Message></Error>`);
  });

describe('looking at an object', () => {
  it.each(['QR-1.csv', 'a b/QR-A+B 100%-Größe-2026-11-22T12:00:00Z.csv'])('%s tells its upload', async (key) => {
    await put(key, 'Queue\n');
    const object = await source.head(bucket, key);
    expect(object).toEqual({
      ...{ bucket, key, sizeBytes: 6, etag: expect.stringMatching(/^[0-9a-f]{32}$/) },
      uploadedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    });
  });

  it('that is not there tells so', async () => {
    expect(await source.head(bucket, 'none')).toBeNull();
  });
});

describe('the checksum of an object', () => {
  it('is asked for, and taken over where S3 keeps one', async () => {
    const asked: unknown[] = [];
    const bucketWithChecksums = await sourceAnswering((request, response) => {
      asked.push(request.headers['x-amz-checksum-mode']);
      response.writeHead(200, {
        ETag: '"encrypted"',
        'Last-Modified': 'Sun, 22 Nov 2026 12:00:20 GMT',
        'Content-Length': '5',
        'x-amz-checksum-crc64nvme': 'rosUhgp5mIg=',
      });
      response.end();
    });
    expect(await bucketWithChecksums.head(bucket, 'QR.csv')).toMatchObject({
      etag: 'encrypted',
      checksum: 'rosUhgp5mIg=',
    });
    expect(asked).toEqual(['ENABLED']);
  });
});

describe('opening an upload', () => {
  it('gives exactly its bytes', async () => {
    await put('open.csv', 'Queue\nSales\n');
    expect(await readBody(await source.open((await source.head(bucket, 'open.csv'))!))).toBe('Queue\nSales\n');
  });

  it('[fault 5] that was replaced says so, by other bytes as by another time', async () => {
    await put('replaced.csv', 'one');
    const object = (await source.head(bucket, 'replaced.csv'))!;
    expect(await source.open({ ...object, uploadedAt: '2026-11-22T12:00:00.000Z' })).toEqual({ status: 'replaced' });
    await put('replaced.csv', 'two');
    expect(await source.open(object)).toEqual({ status: 'replaced' });
  });

  it('that was deleted is a permanent error which names it', async () => {
    await put('deleted.csv', 'one');
    const object = (await source.head(bucket, 'deleted.csv'))!;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'deleted.csv' }));
    await expect(source.open(object)).rejects.toBeInstanceOf(ReportNotFoundError);
    await expect(source.open(object)).rejects.toThrow('deleted.csv is not in the bucket reports');
  });

  it('of a bucket that is not there is a mistake of the deployment, not of the file', async () => {
    await expect(source.open({ ...missing, bucket: 'no-such-bucket' })).rejects.toBeInstanceOf(ConfigError);
  });

  it.each([
    [403, 'AccessDenied', AccessDeniedError],
    [400, 'KMS.DisabledException', AccessDeniedError],
    [503, 'SlowDown', StorageUnavailableError],
    [500, 'InternalError', StorageUnavailableError],
    [429, 'TooManyRequests', StorageUnavailableError],
  ])('refused with %i %s is told apart', async (status, code, expected) => {
    await expect((await answering(status, code)).open(missing)).rejects.toBeInstanceOf(expected);
  });

  it('[fault 16] whose body is cut in transit fails while it is read, as something that may pass', async () => {
    const cutting = await sourceAnswering((_, response) => {
      response.writeHead(200, {
        ETag: '"e"',
        'Last-Modified': 'Sun, 22 Nov 2026 12:00:00 GMT',
        'Content-Length': '100',
      });
      response.write('Queue\n', () => response.destroy());
    });
    const opened = await cutting.open(missing);
    await expect(readBody(opened)).rejects.toBeInstanceOf(StorageUnavailableError);
  });

  it('that nobody answers is something that may pass', async () => {
    // Jest's errors are not Node's: the SDK would wrap one of the network and lose its code, which it does not elsewhere.
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const client = new S3Client({ ...options, requestHandler: { handle: () => Promise.reject(refused) } });
    await expect(createSourceBucket(client).head(bucket, 'x')).rejects.toBeInstanceOf(StorageUnavailableError);
  });
});

describe('listing the bucket', () => {
  it('gives objects below the prefix behind a key, as a HEAD tells them', async () => {
    for (const key of ['list/a+b c.csv', 'list/b:1.csv', 'listen.csv']) await put(key, 'x');
    const all = await source.list(bucket, 'list/', null);
    expect(all.objects.map(({ key }) => key)).toEqual(['list/a+b c.csv', 'list/b:1.csv']);
    expect(all.objects[1]).toEqual(await source.head(bucket, 'list/b:1.csv'));
    expect(all.lastKey).toBeNull();
    const behind = await source.list(bucket, 'list/', 'list/a+b c.csv');
    expect(behind.objects.map(({ key }) => key)).toEqual(['list/b:1.csv']);
  });

  it('reads encoded keys, and says where a page that is not the last one ends', async () => {
    const listing =
      '<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Contents><Key>p/a%2Bb+%01.csv</Key>' +
      '<ETag>&quot;e&quot;</ETag><Size>3</Size><LastModified>2026-11-22T12:00:00.900Z</LastModified></Contents></ListBucketResult>';
    const urls: string[] = [];
    const answered = await sourceAnswering((request, response) => {
      urls.push(request.url ?? '');
      response.writeHead(200, { 'Content-Type': 'application/xml' }).end(listing);
    });
    const key = 'p/a+b \u0001.csv';
    expect(await answered.list(bucket, 'p/', null)).toEqual({
      objects: [{ bucket, key, etag: 'e', sizeBytes: 3, uploadedAt: '2026-11-22T12:00:00.000Z' }],
      lastKey: key,
    });
    expect(urls[0]).toContain('encoding-type=url');
  });

  it('says so when it is not permitted', async () => {
    const refused = await answering(403, 'AccessDenied');
    await expect(refused.list(bucket, 'p/', null)).rejects.toBeInstanceOf(AccessDeniedError);
  });
});
