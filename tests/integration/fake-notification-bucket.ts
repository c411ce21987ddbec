// A bucket that knows nothing but its notification configuration, as S3 speaks it: one XML document, kept as it was sent.
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { listenLocally } from '../../tools/local/aws/json-server.ts';

export interface SentDocument {
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FakeBucket {
  readonly s3: S3Client;
  readonly url: string;
  document: string;
  readonly reads: IncomingMessage['headers'][];
  readonly writes: SentDocument[];
  /** Called after each write: another writer, or S3 being late. */
  afterWrite: (bucket: FakeBucket, before: string) => void;
  /** Answered instead, when it names something. */
  refusal: ((method: string) => Refusal | null) | null;
  close(): Promise<void>;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** Notifications of others: a queue, a topic and a function, with filters, entities, odd spaces, and a kind to come. */
export const foreignEntries = [
  '<QueueConfiguration><Id>thumbnails &amp; more</Id><Queue>arn:aws:sqs:eu-central-1:111122223333:thumbnails</Queue><Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:Delete</Event><Filter><S3Key><FilterRule><Name>Prefix</Name><Value>images/ &lt;ä&gt;/ </Value></FilterRule><FilterRule><Name>Suffix</Name><Value></Value></FilterRule></S3Key></Filter></QueueConfiguration>',
  '<TopicConfiguration><Event>s3:ObjectRestore:Completed</Event><Id>b7c1</Id><Topic>arn:aws:sns:eu-central-1:111122223333:a-topic-deleted-long-ago</Topic></TopicConfiguration>',
  '<CloudFunctionConfiguration><Id/><CloudFunction>arn:aws:lambda:eu-central-1:111122223333:function:audit:live</CloudFunction><Event>s3:ObjectCreated:Put</Event></CloudFunctionConfiguration>',
  '<StreamConfiguration><Id>a kind of notification S3 may have one day</Id></StreamConfiguration>',
].join('\n  ');

export const foreignDocument = `<?xml version="1.0" encoding="UTF-8"?>\n<NotificationConfiguration ${namespace}>\n  ${foreignEntries}\n</NotificationConfiguration>`;

/** Starts it on 127.0.0.1; `document` is what stands in it. */
export async function startFakeBucket(document: string): Promise<FakeBucket> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const isRead = request.method === 'GET';
      const refusal = fake.refusal?.(request.method ?? '') ?? null;
      response.setHeader('Content-Type', 'application/xml');
      if (isRead) fake.reads.push(request.headers);
      if (refusal !== null) {
        const error = `<Error><Code>${refusal.code}</Code><Message>told so</Message></Error>`;
        response.writeHead(refusal.status, refusal.headers).end(error);
        return;
      }
      if (isRead) {
        response.end(fake.document);
        return;
      }
      const before = fake.document;
      fake.writes.push({ body, headers: request.headers });
      fake.document = body;
      fake.afterWrite(fake, before);
      response.end();
    });
  });
  const listening = await listenLocally(server);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({
    region: 'eu-central-1',
    endpoint: listening.url,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  const fake: FakeBucket = {
    ...{ s3, url: listening.url, document, reads: [], writes: [], refusal: null },
    afterWrite: () => undefined,
    close: () => {
      s3.destroy();
      return listening.close();
    },
  };
  return fake;
}
