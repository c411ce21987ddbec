import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, key, startFakeStack, takeAll } from './local-fake-stack.ts';

afterEach(closeAll);

describe('the embedded S3', () => {
  it('answers 412 to a read pinned to an etag that is gone', async () => {
    const { stack, s3 } = await startFakeStack(takeAll);
    const object = { Bucket: stack.environment['SOURCE_BUCKET']!, Key: key };
    const { ETag } = await s3.send(new PutObjectCommand({ ...object, Body: 'one' }));
    const pinned = new GetObjectCommand({ ...object, IfMatch: ETag! });
    const { Body, LastModified } = await s3.send(pinned);
    expect(await Body!.transformToString()).toBe('one');
    expect(LastModified).toBeInstanceOf(Date);
    await s3.send(new PutObjectCommand({ ...object, Body: 'two' }));
    await expect(s3.send(pinned)).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('lets only one of two conditional writers create an object', async () => {
    const { stack, s3 } = await startFakeStack(takeAll);
    const object = { Bucket: stack.environment['STAGING_BUCKET']!, Key: 'batches/1 a+b.json.gz' };
    const put = (Body: string) => s3.send(new PutObjectCommand({ ...object, Body, IfNoneMatch: '*' }));
    const results = await Promise.allSettled([put('one'), put('two'), put('three')]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { name: 'PreconditionFailed' } });
  });

  it('keeps the condition of a copy on its source', async () => {
    const { stack, s3 } = await startFakeStack(takeAll);
    const { SOURCE_BUCKET: source, STAGING_BUCKET: staging } = stack.environment;
    await stack.upload(key, 'one');
    const copy = new CopyObjectCommand({
      Bucket: staging!,
      Key: 'quarantine/copy.csv',
      CopySource: `${source!}/${encodeURIComponent(key)}`,
      CopySourceIfMatch: '"another"',
    });
    await expect(s3.send(copy)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('says 501 to what it would do wrongly', async () => {
    const { stack, s3 } = await startFakeStack(takeAll);
    await stack.upload(key, 'one');
    const tagging = new GetObjectTaggingCommand({ Bucket: stack.environment['SOURCE_BUCKET']!, Key: key });
    await expect(s3.send(tagging)).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
    const complete = new CompleteMultipartUploadCommand({ ...tagging.input, UploadId: 'none' });
    await expect(s3.send(complete)).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });
});
