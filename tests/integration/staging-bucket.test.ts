import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, StorageUnavailableError } from '../../functions/lib/domain/errors.ts';
import { readManifest, toManifestKey, writeManifest } from '../../functions/lib/io/manifests.ts';
import { createSourceBucket } from '../../functions/lib/io/source-bucket.ts';
import { createStagingBucket, type StagingBucket } from '../../functions/lib/io/staging-bucket.ts';
import type { ReportManifest } from '../../schemas/manifest.ts';
import { createBuckets, startS3AndSqs } from '../../tools/local/aws/s3-and-sqs.ts';

let storage: Awaited<ReturnType<typeof startS3AndSqs>>;
let s3: S3Client;
let staging: StagingBucket;

beforeAll(async () => {
  storage = await startS3AndSqs(() => undefined);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  s3 = new S3Client({ region: 'eu-central-1', credentials, endpoint: storage.url, maxAttempts: 1 });
  await createBuckets(s3, ['reports', 'staging']);
  staging = createStagingBucket(s3, 'staging');
});
afterAll(async () => {
  s3.destroy();
  await storage.close();
});

const readText = async (key: string) => Buffer.from((await staging.read(key)) ?? []).toString();

describe('the staging bucket', () => {
  it('gives back bytes as they were written, and null for what is not there', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
    await staging.write('batch.json.gz', bytes, 'application/gzip');
    expect(Buffer.compare((await staging.read('batch.json.gz'))!, bytes)).toBe(0);
    expect(await staging.read('none')).toBeNull();
  });

  it('writes once: of many writers one gets through, and what stands stays', async () => {
    const writers = Array.from({ length: 8 }, (_, index) => staging.writeOnce('once', `writer ${index}`, 'text/plain'));
    const results = await Promise.all(writers);
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await readText('once')).toBe(`writer ${results.indexOf(true)}`);
  });

  it('takes another conditional write under way for something that passes', async () => {
    const conflict = Object.assign(new Error('The conditional request cannot succeed due to a conflicting operation'), {
      ...{ name: 'ConditionalRequestConflict', $metadata: { httpStatusCode: 409 } },
    });
    const busy = createStagingBucket({ send: () => Promise.reject(conflict) } as unknown as S3Client, 'staging');
    await expect(busy.writeOnce('x', 'x', 'text/plain')).rejects.toBeInstanceOf(StorageUnavailableError);
  });

  it('that is not there is a mistake of the deployment', async () => {
    const other = createStagingBucket(s3, 'no-such-bucket');
    await expect(other.read('x')).rejects.toBeInstanceOf(ConfigError);
    await expect(other.write('x', 'x', 'text/plain')).rejects.toBeInstanceOf(ConfigError);
  });

  it('copies exactly the upload that was meant, whatever its key, and says when it is not there any more', async () => {
    const key = 'a b/QR-A+B 100%-Größe & ?-2026-11-22T12:00:00Z.csv';
    await s3.send(new PutObjectCommand({ Bucket: 'reports', Key: key, Body: 'bad rows' }));
    const object = (await createSourceBucket(s3).head('reports', key))!;
    expect(await staging.copyFrom(object, 'quarantine/copy.csv')).toBe(true);
    expect(await readText('quarantine/copy.csv')).toBe('bad rows');
    await s3.send(new PutObjectCommand({ Bucket: 'reports', Key: key, Body: 'good rows' }));
    expect(await staging.copyFrom(object, 'quarantine/other.csv')).toBe(false);
    expect(await staging.copyFrom({ ...object, key: 'none' }, 'quarantine/other.csv')).toBe(false);
    expect(await staging.read('quarantine/other.csv')).toBeNull();
  });
});

describe('the manifest of a report', () => {
  const manifest = (rowCount: number): ReportManifest => ({
    ...{ formatVersion: 1, sourceVersion: 'v1', rowCount, recordCount: 0, unchangedRecordCount: 0 },
    ...{ rejectedRowCount: 0, outOfScopeRowCount: 0, summedRowCount: 0, mixedDirectionRowCount: 0 },
    ...{ mixedDirectionQueues: [], serviceLevelSeconds: null, rejectsKey: null, notes: [], intervals: [], batches: [] },
    source: { bucket: 'reports', key: 'QR-1.csv', kind: 'QR', series: 'QR', runTime: null },
  });

  it('is the first one written; a later writer is told which one stands', async () => {
    const key = toManifestKey('QR-1', 'v1');
    expect(await readManifest(staging, key)).toBeNull();
    expect(await writeManifest(staging, key, manifest(1))).toEqual(manifest(1));
    expect(await writeManifest(staging, key, manifest(2))).toEqual(manifest(1));
    expect(await readManifest(staging, key)).toEqual(manifest(1));
  });

  it('[fault 24] of a release with another form is staged anew', async () => {
    const key = toManifestKey('QR-2', 'v1');
    await staging.write(key, JSON.stringify({ formatVersion: 99 }), 'application/json');
    expect(await readManifest(staging, key)).toBeNull();
    expect(await writeManifest(staging, key, manifest(3))).toEqual(manifest(3));
    expect(await readManifest(staging, key)).toEqual(manifest(3));
  });
});
