// The custom resource with a bucket and a CloudFormation on loopback, through the handler that is deployed.
import '../../tools/local/quiet-telemetry.ts';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fromEnvironment } from '../../functions/enable-bucket-events/handler.ts';
import type { CustomResourceAnswer } from '../../functions/lib/domain/bucket-events/custom-resource.ts';
import { StateInputError, StorageUnavailableError } from '../../functions/lib/domain/errors.ts';
import { answerCloudFormation } from '../../functions/lib/io/cloudformation-response.ts';
import { listenLocally, type LocalServer } from '../../tools/local/aws/json-server.ts';
import { createRequest } from '../unit/custom-resource-builder.ts';
import { foreignDocument, startFakeBucket, type FakeBucket } from './fake-notification-bucket.ts';

interface Put {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly answer: CustomResourceAnswer;
}
let bucket: FakeBucket;
let cloudFormation: LocalServer;
let puts: Put[];
/** Answered to the next requests, 200 when used up. */
let statuses: number[];
const minute = { getRemainingTimeInMillis: () => 60_000 };

beforeEach(async () => {
  [puts, statuses] = [[], []];
  bucket = await startFakeBucket(foreignDocument);
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      puts.push({ method, path: url, headers, answer: JSON.parse(body) as CustomResourceAnswer });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  cloudFormation = await listenLocally(server);
});
afterEach(async () => {
  await bucket.close();
  await cloudFormation.close();
});

const responsePath = '/bucket/key?X-Amz-Signature=a%2Fb';
async function request(change: Record<string, unknown>, time = minute): Promise<CustomResourceAnswer> {
  const environment = { AWS_ENDPOINT_URL_S3: bucket.url, AWS_REGION: 'eu-central-1' };
  const ResponseURL = `${cloudFormation.url}${responsePath}`;
  await fromEnvironment(environment)({ ...createRequest, ResponseURL, ...change }, time);
  return puts.at(-1)!.answer;
}

describe('enable-bucket-events', () => {
  it('switches the events on and puts SUCCESS to the pre-signed address, without a content type', async () => {
    expect(await request({})).toMatchObject({ Status: 'SUCCESS', RequestId: 'request-1' });
    expect(bucket.document).toContain('<EventBridgeConfiguration>');
    const { method, path, headers } = puts[0]!;
    expect([method, path, headers['content-type'], puts.length]).toEqual(['PUT', responsePath, undefined, 1]);
    expect(Number(headers['content-length'])).toBeGreaterThan(100);
  });

  it('does nothing the second time, as when CloudFormation or Lambda repeats a request', async () => {
    await request({});
    await request({});
    expect([bucket.writes.length, puts.map(({ answer }) => answer.Status)]).toEqual([1, ['SUCCESS', 'SUCCESS']]);
  });

  it('looks at no bucket when the stack is removed, and leaves the events on', async () => {
    await request({});
    const [document, readCount] = [bucket.document, bucket.reads.length];
    const answer = await request({
      RequestType: 'Delete',
      PhysicalResourceId: 'bucket-events|x',
      ResourceProperties: {},
    });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'bucket-events|x' });
    expect([bucket.document, bucket.reads.length]).toEqual([document, readCount]);
  });

  it('looks at no bucket of a customer who manages the events', async () => {
    const answer = await request({ ResourceProperties: { BucketName: 'reports', Manage: 'false' } });
    expect([answer.Status, bucket.reads.length, bucket.document]).toEqual(['SUCCESS', 0, foreignDocument]);
  });

  it('puts FAILED with what to do when S3 refuses', async () => {
    bucket.refusal = () => ({ status: 403, code: 'AccessDenied' });
    const answer = await request({});
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('s3:GetBucketNotification');
  });

  it('puts FAILED for properties it does not understand', async () => {
    const answer = await request({ ResourceProperties: {} });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('AmazonConnectS3BucketName');
  });

  it('puts FAILED before its own time is up', async () => {
    bucket.refusal = () => ({ status: 503, code: 'SlowDown' });
    const answer = await request({}, { getRemainingTimeInMillis: () => 14_200 });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('S3 did not answer within');
  });

  it('repeats the answer until the address takes it', async () => {
    statuses = [503, 500];
    expect((await request({})).Status).toBe('SUCCESS');
    expect([puts.length, bucket.writes.length]).toEqual([3, 1]);
  });

  it('fails itself when nobody takes the answer, so that Lambda repeats the whole, without telling the address', async () => {
    statuses = [403, 403, 403, 403];
    const error = await request({}).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(String(error)).toContain('status 403');
    expect(String(error)).not.toContain('Signature');
  });
});

describe('answerCloudFormation', () => {
  it.each(['http://responses.example.com/key', 'ftp://127.0.0.1/key', 'key'])('answers nobody at %s', async (url) => {
    const answer = { Status: 'SUCCESS', Reason: 'Done', Data: { InstalledAt: '' } } as CustomResourceAnswer;
    await expect(answerCloudFormation(url, answer)).rejects.toBeInstanceOf(StateInputError);
  });
});
