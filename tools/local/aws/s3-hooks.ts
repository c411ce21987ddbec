// What fauxqs lacks of S3, as hooks of its HTTP server: it says 501 to what it would do wrongly, keeps conditional writes,
// takes empty bodies, and tells of every new object.
import type { buildApp } from 'fauxqs';

type S3App = ReturnType<typeof buildApp>;

export interface CreatedObject {
  readonly bucket: string;
  /** As it is, not form-encoded. */
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  readonly reason: 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';
}

interface ObjectWrite {
  readonly bucket: string;
  readonly key: string;
  readonly reason: CreatedObject['reason'];
}

// fauxqs answers these with 200 and does nothing, or overwrites the object (tagging), or lists objects instead (versions).
const refusedQueries = [
  'accelerate',
  'acl',
  'cors',
  'encryption',
  'legal-hold',
  'logging',
  'notification',
  'object-lock',
  'policy',
  'replication',
  'retention',
  'tagging',
  'versionId',
  'versioning',
  'versions',
  'website',
];

/** Every bucket of the local stack tells of its objects, and can be told nothing else. */
const notificationXml =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EventBridgeConfiguration/></NotificationConfiguration>';

function toErrorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

function parseUrl(url: string): { bucket: string; key: string; query: URLSearchParams } {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  const [, bucket = '', ...rest] = pathname.split('/');
  return { bucket, key: decodeURIComponent(rest.join('/')), query: searchParams };
}

/** The object a request writes as a whole; undefined for reads, parts of an upload and everything that is not S3. */
function toObjectWrite(method: string, url: string, isCopy: boolean): ObjectWrite | undefined {
  const { bucket, key, query } = parseUrl(url);
  if (key === '') return undefined;
  if (method === 'POST') {
    return query.has('uploadId') ? { bucket, key, reason: 'CompleteMultipartUpload' } : undefined;
  }
  if (method !== 'PUT' || query.has('uploadId') || query.has('renameObject')) return undefined;
  return { bucket, key, reason: isCopy ? 'CopyObject' : 'PutObject' };
}

function readEtag(header: unknown, payload: unknown): string {
  const quoted = typeof header === 'string' ? header : (/<ETag>(.*?)<\/ETag>/.exec(String(payload))?.[1] ?? '');
  return quoted.replaceAll('&quot;', '"').replaceAll('"', '');
}

function matchesEtag(condition: unknown, etag: string | undefined): boolean {
  if (typeof condition !== 'string' || etag === undefined) return false;
  return condition === '*' || condition.split(',').some((entry) => entry.trim().replaceAll('"', '') === etag);
}

function toPath({ bucket, key }: ObjectWrite): string {
  return `/${bucket}/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
}

/** Lets one writer at a time at a key, so that looking at the condition and writing are one act. */
function createKeyLocks() {
  const last = new Map<string, Promise<void>>();
  return async (key: string): Promise<() => void> => {
    const before = last.get(key);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const mine = promise.then(() => {
      if (last.get(key) === mine) last.delete(key);
    });
    last.set(key, mine);
    await before;
    return () => {
      resolve(undefined);
    };
  };
}

/** The condition that fails, as S3's status and code. */
async function findFailedCondition(app: S3App, write: ObjectWrite, headers: Record<string, unknown>) {
  const readObjectEtag = async (path: string): Promise<string | undefined> => {
    const head = await app.inject({ method: 'HEAD', url: path });
    return head.statusCode === 200 ? readEtag(head.headers.etag, '') : undefined;
  };
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'x-amz-copy-source': source } = headers;
  const sourceMatch = headers['x-amz-copy-source-if-match'];
  const failed = { statusCode: 412, code: 'PreconditionFailed' };
  if (ifMatch !== undefined || ifNoneMatch !== undefined) {
    const etag = await readObjectEtag(toPath(write));
    if (ifMatch !== undefined && etag === undefined) return { statusCode: 404, code: 'NoSuchKey' };
    if (ifMatch !== undefined && !matchesEtag(ifMatch, etag)) return failed;
    if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, etag)) return failed;
  }
  if (sourceMatch === undefined || typeof source !== 'string') return undefined;
  const sourceEtag = await readObjectEtag(source.startsWith('/') ? source : `/${source}`);
  return sourceEtag !== undefined && !matchesEtag(sourceMatch, sourceEtag) ? failed : undefined;
}

/**
 * Must be called before the server listens. `onCreated` is told in the order of the writes, before the writer has the
 * answer, of an object whose size is being read.
 */
export function addS3Hooks(app: S3App, onCreated: (object: Promise<CreatedObject>) => void): void {
  const lockKey = createKeyLocks();
  const writes = new WeakMap<object, { write: ObjectWrite; release: () => void; created?: Promise<unknown> }>();

  const readCreated = async (write: ObjectWrite, etag: string): Promise<CreatedObject> => {
    const head = await app.inject({ method: 'HEAD', url: toPath(write) });
    return { ...write, etag, sizeBytes: Number(head.headers['content-length'] ?? 0) };
  };

  app.addHook('onRequest', async (request, reply) => {
    const { query } = parseUrl(request.url);
    if (request.method === 'GET' && query.has('notification')) {
      reply.header('content-type', 'application/xml');
      await reply.send(notificationXml);
      return;
    }
    const refused = refusedQueries.find((name) => query.has(name));
    if (refused === undefined) return;
    reply.header('content-type', 'application/xml').status(501);
    await reply.send(toErrorXml('NotImplemented', `The local S3 does not implement ?${refused}`));
  });

  app.addHook('preHandler', async (request, reply) => {
    const isCopy = request.headers['x-amz-copy-source'] !== undefined;
    const write = toObjectWrite(request.method, request.url, isCopy);
    if (write === undefined) return;
    // Fastify parses no empty body, and fauxqs cannot store an undefined one.
    request.body ??= Buffer.alloc(0);
    writes.set(request, { write, release: await lockKey(toPath(write)) });
    const failed = await findFailedCondition(app, write, request.headers);
    if (failed === undefined) return;
    reply.header('content-type', 'application/xml').status(failed.statusCode);
    await reply.send(toErrorXml(failed.code, 'At least one of the pre-conditions you specified did not hold'));
  });

  // Not an async hook: fauxqs' handlers return nothing, and Fastify would send a second time while the first one waits.
  app.addHook('onSend', (request, reply, payload, done) => {
    const known = writes.get(request);
    if (known !== undefined && reply.statusCode === 200) {
      const created = readCreated(known.write, readEtag(reply.getHeader('etag'), payload));
      known.created = created;
      onCreated(created);
    }
    done();
  });

  app.addHook('onResponse', (request, _reply, done) => {
    const known = writes.get(request);
    if (known !== undefined) void Promise.resolve(known.created).finally(known.release);
    done();
  });
}
