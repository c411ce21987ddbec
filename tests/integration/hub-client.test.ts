import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHubClient, type HubClientOptions, type HubRequest } from '../../functions/lib/io/hub-client.ts';

interface Call {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}
interface Scripted {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const servers: Server[] = [];
const request: HubRequest = { kind: 'QR', batchId: 'batch-1', body: Buffer.from([31, 139, 0, 255]), recordCount: 3 };
const accepted: Scripted = { status: 202, body: { accepted: 3 } };
const isToken = ({ path }: Call) => path.endsWith('/authentication/v1/token/access-key');

/** A server that answers by script: `reports` one after another (the last one for ever), `token` for the nth token. */
async function startHub(reports: Scripted[], token: (count: number) => Scripted = () => ({ status: 200 })) {
  const calls: Call[] = [];
  const counts = { token: 0, report: 0 };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const call = { method, path: url, headers, body: Buffer.concat(chunks) };
      calls.push(call);
      let answer: Scripted;
      if (isToken(call)) {
        counts.token += 1;
        answer = { body: { access_token: `token-${counts.token}`, expires_in: 3600 }, ...token(counts.token) };
      } else {
        answer = reports[Math.min(counts.report, reports.length - 1)]!;
        counts.report += 1;
      }
      outgoing.writeHead(answer.status, answer.headers);
      outgoing.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, calls, counts, reports: () => calls.filter((call) => !isToken(call)) };
}

function connect(url: string, rest: Partial<HubClientOptions> = {}) {
  const waits: number[] = [];
  const client = createHubClient({
    url,
    acdName: 'acd',
    timeoutSeconds: 5,
    maxWaitSeconds: 5,
    maxAnswerBytes: 4096,
    readAccessKey: () => Promise.resolve({ accessKeyId: 'key-id', accessKeySecret: 'key-secret' }),
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...rest,
  });
  return { ...client, waits };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

describe('postReport', () => {
  it.each([
    ['QR', 'queue'],
    ['AQR', 'agent-queue'],
    ['ASPR', 'agent-system'],
  ] as const)('posts a %s batch byte for byte to reports/%s, with token and key', async (kind, path) => {
    const hub = await startHub([accepted]);
    const result = await connect(`${hub.url}/tenant/`, { acdName: 'Größe/1' }).postReport({ ...request, kind });
    expect(result).toEqual({ status: 'accepted', accepted: 3, ignoredAsOlder: 0, rejected: [] });
    const [call] = hub.reports();
    expect(call).toMatchObject({ method: 'POST', path: `/tenant/wfm-hub/v1/acds/Gr%C3%B6%C3%9Fe%2F1/reports/${path}` });
    expect(call!.body).toEqual(request.body);
    expect(call!.headers).toEqual({
      authorization: 'Bearer token-1',
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'idempotency-key': 'batch-1',
      accept: 'application/json',
      'content-length': '4',
      host: new URL(hub.url).host,
      connection: 'keep-alive',
    });
  });

  it.each<[Scripted, object]>([
    [{ status: 409, body: { code: 'BATCH_ALREADY_APPLIED' } }, { status: 'already-applied' }],
    [{ status: 413 }, { status: 'too-large' }],
    [
      { status: 400, body: { rejected: [{ index: 1, reason: 'x' }] } },
      { status: 'refused', rejected: [{ index: 1, reason: 'x' }] },
    ],
    [
      { status: 422, body: { message: 'bad' } },
      { status: 'refused', reason: 'bad', rejected: [] },
    ],
  ])('[fault 11] gives %j back as data', async (answer, result) => {
    const hub = await startHub([answer]);
    expect(await connect(hub.url).postReport(request)).toMatchObject(result);
    expect(hub.counts.report).toBe(1);
  });

  it.each([
    [403, 'HubAccessError'],
    [404, 'HubAccessError'],
    [307, 'HubAccessError'],
    [409, 'HubUnavailableError'],
    [500, 'HubUnavailableError'],
    [503, 'HubUnavailableError'],
    [429, 'HubThrottledError'],
  ])('[fault 11] throws at once when the hub answers %d without Retry-After', async (status, name) => {
    const hub = await startHub([{ status }, accepted]);
    const client = connect(hub.url);
    await expect(client.postReport(request)).rejects.toMatchObject({ name });
    expect([hub.counts.report, client.waits]).toEqual([1, []]);
  });

  it('[fault 10] sends nothing to a host whose name cannot be resolved', async () => {
    await expect(connect('https://hub.invalid').postReport(request)).rejects.toMatchObject({
      name: 'HubUnavailableError',
      context: { mayBeTaken: false },
    });
  });
});

describe('Retry-After', () => {
  const date = 'Sun, 22 Nov 2026 12:00:00 GMT';
  it.each([
    [429, { 'Retry-After': '2' }, 2000],
    [503, { 'Retry-After': '0' }, 0],
    [429, { 'Retry-After': 'Sun, 22 Nov 2026 12:00:03 GMT', Date: date }, 3000],
    [503, { 'Retry-After': 'Sun, 22 Nov 2026 11:00:00 GMT', Date: date }, 0],
  ])('[fault 7] of a %d with %j is waited for, and the same batch is repeated', async (status, headers, waitMs) => {
    const hub = await startHub([{ status, headers }, accepted]);
    const client = connect(hub.url);
    expect(await client.postReport(request)).toMatchObject({ status: 'accepted' });
    expect(client.waits).toEqual([waitMs]);
    expect(hub.reports().map(({ headers: sent }) => sent['idempotency-key'])).toEqual(['batch-1', 'batch-1']);
  });

  it.each([
    [{ 'Retry-After': '6' }, 6],
    [{ 'Retry-After': '86400' }, 86_400],
    [{ 'Retry-After': 'Sun, 22 Nov 2026 12:00:06 GMT', Date: date }, 6],
    [{ 'Retry-After': 'soon' }, null],
    [{ 'Retry-After': '-1' }, null],
  ])('[fault 7] of a 429 with %j is left to the caller', async (headers, retryAfterSeconds) => {
    const hub = await startHub([{ status: 429, headers }]);
    const client = connect(hub.url);
    await expect(client.postReport(request)).rejects.toMatchObject({
      name: 'HubThrottledError',
      context: { retryAfterSeconds },
    });
    expect([hub.counts.report, client.waits]).toEqual([1, []]);
  });

  it('[fault 7] is followed three times in one call, not more', async () => {
    const hub = await startHub([{ status: 429, headers: { 'Retry-After': '1' } }]);
    const client = connect(hub.url);
    await expect(client.postReport(request)).rejects.toMatchObject({ name: 'HubThrottledError' });
    expect([hub.counts.report, client.waits]).toEqual([4, [1000, 1000, 1000]]);
  });

  it('of the token service is followed as well', async () => {
    const busy = { status: 429, headers: { 'Retry-After': '1' } };
    const hub = await startHub([accepted], (count) => (count === 1 ? busy : { status: 200 }));
    const client = connect(hub.url);
    expect(await client.postReport(request)).toMatchObject({ status: 'accepted' });
    expect(client.waits).toEqual([1000]);
  });
});

describe('the token', () => {
  it('is asked for with the access key, once for many concurrent calls', async () => {
    const hub = await startHub([accepted]);
    const client = connect(hub.url);
    await Promise.all(Array.from({ length: 5 }, () => client.postReport(request)));
    await client.postReport(request);
    const tokenCalls = hub.calls.filter(isToken);
    expect(tokenCalls.map(({ method, body }) => [method, JSON.parse(body.toString()) as unknown])).toEqual([
      ['POST', { accessKeyId: 'key-id', accessKeySecret: 'key-secret' }],
    ]);
  });

  it.each([
    ['3600 seconds', 3600, 3539, 3541],
    ['an hour when the hub names none', undefined, 3539, 3541],
    ['120 seconds', 120, 59, 61],
  ])('that holds for %s is renewed 60 seconds before its end', async (_, expiresIn, keptSeconds, renewedSeconds) => {
    const body = (count: number) => ({ access_token: `token-${count}`, expires_in: expiresIn });
    const hub = await startHub([accepted], (count) => ({
      status: 200,
      body: body(count),
      headers: { Date: 'Thu, 01 Jan 1970 00:00:00 GMT' },
    }));
    let clockMs = 1_000_000;
    const client = connect(hub.url, { nowMs: () => clockMs });
    await client.postReport(request);
    clockMs = 1_000_000 + keptSeconds * 1000;
    await client.postReport(request);
    expect(hub.counts.token).toBe(1);
    clockMs = 1_000_000 + renewedSeconds * 1000;
    await client.postReport(request);
    expect(hub.reports().at(-1)!.headers.authorization).toBe('Bearer token-2');
  });

  it('[faults 10, 11] that a report is refused with is renewed once, and the report repeated', async () => {
    const hub = await startHub([{ status: 401 }, accepted]);
    expect(await connect(hub.url).postReport(request)).toMatchObject({ status: 'accepted' });
    expect(hub.reports().map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('that is refused again stops the call', async () => {
    const hub = await startHub([{ status: 401 }]);
    await expect(connect(hub.url).postReport(request)).rejects.toMatchObject({ name: 'HubAuthenticationError' });
    expect(hub.counts).toEqual({ token: 2, report: 2 });
  });

  it('that several calls are refused with at once is renewed once for all of them', async () => {
    const refusals = Array.from({ length: 4 }, () => ({ status: 401 }));
    const hub = await startHub([accepted, ...refusals, accepted]);
    const client = connect(hub.url);
    await client.postReport(request);
    await Promise.all(refusals.map(() => client.postReport(request)));
    expect(hub.counts.token).toBe(2);
  });

  it.each([
    [400, 'HubAuthenticationError'],
    [401, 'HubAuthenticationError'],
    [403, 'HubAuthenticationError'],
    [404, 'HubAccessError'],
    [301, 'HubAccessError'],
    [500, 'HubUnavailableError'],
  ])('whose service answers %d ends the call without a report', async (status, name) => {
    const hub = await startHub([accepted], () => ({ status, body: 'key-secret' }));
    const error: unknown = await connect(hub.url)
      .postReport(request)
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('key-secret');
    expect(hub.counts.report).toBe(0);
  });

  it('is asked for with the new access key after it was put right', async () => {
    const hub = await startHub([accepted], (count) => ({ status: count === 1 ? 401 : 200 }));
    let accessKeySecret = 'old';
    const client = connect(hub.url, {
      readAccessKey: () => Promise.resolve({ accessKeyId: 'key-id', accessKeySecret }),
    });
    await expect(client.postReport(request)).rejects.toMatchObject({ name: 'HubAuthenticationError' });
    accessKeySecret = 'new';
    expect(await client.postReport(request)).toMatchObject({ status: 'accepted' });
  });

  it.each([400, 409, 500, 403, 200])('that a %d echoes reaches no error and no reason', async (status) => {
    const hub = await startHub([{ status, body: { reason: 'you sent Bearer token-1' } }]);
    const outcome: unknown = await connect(hub.url)
      .postReport(request)
      .catch((failure: unknown) => failure);
    expect(inspect(outcome, { depth: 9, showHidden: true })).not.toContain('token-1');
  });

  it('lets a failure to read the access key pass through', async () => {
    const hub = await startHub([accepted]);
    const failure = new Error('no secret');
    const client = connect(hub.url, { readAccessKey: () => Promise.reject(failure) });
    await expect(client.postReport(request)).rejects.toBe(failure);
  });
});

describe('createHubClient', () => {
  it.each([
    'http://hub.example.com',
    'http://10.0.0.1',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'ftp://hub.example.com',
    'hub.example.com',
    '',
    'https://user:pw@hub.example.com',
    'https://hub.example.com?x=1',
  ])('refuses the address %j', (url) => {
    expect(() => connect(url)).toThrow(expect.objectContaining({ name: 'ConfigError' }));
  });

  it.each(['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1', 'https://hub.example.com/base/'])(
    'takes the address %s',
    (url) => {
      expect(() => connect(url)).not.toThrow();
    },
  );

  it('refuses http even on this machine where the settings forbid it', () => {
    expect(() => connect('http://127.0.0.1:1', { allowHttp: false })).toThrow(/hub.url must be an https address/);
  });

  it.each(['', '.', '..'])('refuses the ACD name %j', (acdName) => {
    expect(() => connect('https://hub.example.com', { acdName })).toThrow(
      expect.objectContaining({ name: 'ConfigError' }),
    );
  });

  it('does not repeat a password that stands in the address', () => {
    expect(() => connect('https://user:pass-word@hub.example.com')).toThrow(/^(?!.*pass-word).*hub\.example\.com/);
  });
});
