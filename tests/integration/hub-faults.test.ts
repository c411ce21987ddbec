// Every way an answer can fail to come whole, over TCP and TLS. Each must end in its class, in bounded time, never as a success.
import type { Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHubClient, type HubClientOptions } from '../../functions/lib/io/hub-client.ts';
import {
  certificate,
  closeConnection,
  closeRawHubs,
  drip,
  json,
  resetConnection,
  send,
  startRawHub,
  type Behaviour,
  type Scheme,
} from './raw-hub.ts';

const accessKeySecret = 'secret-that-must-not-leak';
const request = { kind: 'QR', batchId: 'batch-1', body: Buffer.from('gzipped'), recordCount: 3 } as const;
const accepted = json('202 Accepted', { accepted: 3 });
const schemes: Scheme[] = ['http', 'https'];
const usualAuthorities = getCACertificates('default');

function connect(url: string, rest: Partial<HubClientOptions> = {}) {
  return createHubClient({
    url,
    acdName: 'acd',
    timeoutSeconds: 5,
    maxWaitSeconds: 0,
    maxAnswerBytes: 4096,
    readAccessKey: () => Promise.resolve({ accessKeyId: 'key', accessKeySecret }),
    ...rest,
  });
}

afterEach(async () => {
  setDefaultCACertificates(usualAuthorities);
  await closeRawHubs();
});

const faults: [string, Behaviour, string][] = [
  ['sends half a status line', send('HTTP/1.1 20', 'end'), 'HubUnavailableError'],
  ['sends half the headers', send('HTTP/1.1 202 Accepted\r\nContent-Le', 'end'), 'HubUnavailableError'],
  [
    'sends half a body',
    send('HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{"accepted":3}', 'end'),
    'HubAnswerError',
  ],
  [
    'resets within the body',
    send('HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{"accepted":3}', 'reset'),
    'HubAnswerError',
  ],
  [
    'cuts a chunk',
    send('HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"accepted":3}', 'end'),
    'HubAnswerError',
  ],
  [
    'leaves the last chunk out',
    send('HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\ne\r\n{"accepted":3}\r\n', 'end'),
    'HubAnswerError',
  ],
  [
    'cuts JSON that ends with the connection',
    send('HTTP/1.1 202 Accepted\r\nConnection: close\r\n\r\n{"accepted":', 'end'),
    'HubAnswerError',
  ],
  ['sends a web page with 200', send('HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>Hi</html>'), 'HubAnswerError'],
  ['sends no body', send('HTTP/1.1 204 No Content\r\n\r\n'), 'HubAnswerError'],
  [
    'sends an endless body',
    send(`HTTP/1.1 202 Accepted\r\nContent-Length: 99999\r\n\r\n${' '.repeat(9000)}`),
    'HubAnswerError',
  ],
  [
    'redirects with 307',
    send('HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n'),
    'HubAccessError',
  ],
  [
    'switches protocols',
    send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    'HubAnswerError',
  ],
  ['sends garbage bytes', send('\u0000\u0001garbage\r\n\r\n', 'end'), 'HubUnavailableError'],
  ['sends endless headers', send(`HTTP/1.1 202 Accepted\r\nX: ${'x'.repeat(70_000)}`), 'HubUnavailableError'],
  [
    'cuts a 400 within the names',
    send('HTTP/1.1 400 Bad Request\r\nContent-Length: 99\r\n\r\n{"rejected":[', 'end'),
    'HubUnavailableError',
  ],
  [
    'cuts the body of a 503',
    send('HTTP/1.1 503 Unavailable\r\nContent-Length: 99\r\n\r\n{"rea', 'end'),
    'HubUnavailableError',
  ],
  [
    'cuts the body of a 403',
    send('HTTP/1.1 403 Forbidden\r\nContent-Length: 99\r\n\r\n{"rea', 'end'),
    'HubAccessError',
  ],
];

describe.each(schemes)('a hub over %s that', (scheme) => {
  beforeEach(() => {
    setDefaultCACertificates([certificate]);
  });

  it.each(faults)('[fault 9] %s ends the call as a failure, after one request', async (_, behave, name) => {
    const { url, posts } = await startRawHub(scheme, behave);
    const error: unknown = await connect(url)
      .postReport(request)
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name });
    expect(posts).toHaveLength(1);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/must-not-leak/);
  });

  it.each<[string, Behaviour]>([
    ['hangs before its answer', () => undefined],
    ['hangs within its body', send('HTTP/1.1 202 Accepted\r\nContent-Length: 14\r\n\r\n{"accepted"')],
    ['drips its answer byte by byte', drip(' ', 'HTTP/1.1 202 Accepted\r\nContent-Length: 4000\r\n\r\n')],
    ['keeps saying 100 Continue', drip('HTTP/1.1 100 Continue\r\n\r\n')],
  ])('[fault 10] %s runs into the deadline, and may have taken the batch', async (_, behave) => {
    const { url, posts } = await startRawHub(scheme, behave);
    const call = connect(url, { timeoutSeconds: 0.4 }).postReport(request);
    await expect(call).rejects.toMatchObject({
      name: 'HubUnavailableError',
      message: expect.stringMatching(/none came within 0.4 s.*may have taken the batch/),
      context: { code: 'TIMEOUT', mayBeTaken: true },
    });
    expect(posts).toHaveLength(1);
  });

  it('[fault 9] says 100 Continue unasked and then accepts is heard', async () => {
    const { url } = await startRawHub(scheme, send(`HTTP/1.1 100 Continue\r\n\r\n${accepted}`));
    expect(await connect(url).postReport(request)).toMatchObject({ status: 'accepted', accepted: 3 });
  });

  it('[fault 9] answers 429 before it has read the batch throttles the call instead of leaving it hanging', async () => {
    const { url } = await startRawHub(
      scheme,
      ({ socket }) => {
        socket.pause();
        socket.write(json('429 Too Many Requests', {}, 'Retry-After: 60\r\n'));
      },
      'head',
    );
    const call = connect(url).postReport({ ...request, body: Buffer.alloc(32_000_000) });
    await expect(call).rejects.toMatchObject({ name: 'HubThrottledError', context: { retryAfterSeconds: 60 } });
  });

  it('[fault 9] resets the connection while the batch is sent is unavailable after one repeat', async () => {
    const { url, posts } = await startRawHub(scheme, resetConnection, 'head');
    const call = connect(url).postReport({ ...request, body: Buffer.alloc(8_000_000) });
    await expect(call).rejects.toMatchObject({
      name: 'HubUnavailableError',
      context: { code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/), mayBeTaken: true },
    });
    expect(posts).toHaveLength(2);
  });

  it('[fault 10] refuses connections is unavailable, and nothing was sent', async () => {
    const { url, server } = await startRawHub(scheme, send(accepted));
    await new Promise((resolve) => server.close(resolve));
    await expect(connect(url).postReport(request)).rejects.toMatchObject({
      name: 'HubUnavailableError',
      message: expect.stringContaining('ECONNREFUSED'),
      context: { mayBeTaken: false },
    });
  });
});

describe.each(schemes)('a kept connection over %s', (scheme) => {
  beforeEach(() => {
    setDefaultCACertificates([certificate]);
  });

  it('is used for the next call', async () => {
    const { url, server } = await startRawHub(scheme, send(accepted));
    const connections: Socket[] = [];
    server.on('connection', (socket: Socket) => connections.push(socket));
    const client = connect(url);
    await client.postReport(request);
    await client.postReport(request);
    expect(connections).toHaveLength(1);
  });

  describe.each<[string, Behaviour]>([
    ['closed', closeConnection],
    ['reset', resetConnection],
  ])('that is %s without a word', (_, behave) => {
    it('[fault 12] costs one transparent repeat', async () => {
      const { url, posts } = await startRawHub(scheme, (connection, postCount) => {
        (postCount === 2 ? behave : send(accepted))(connection, postCount);
      });
      const client = connect(url);
      await client.postReport(request);
      expect(await client.postReport(request)).toMatchObject({ status: 'accepted' });
      expect(posts).toHaveLength(3);
    });

    it('[fault 12] is given up after one repeat', async () => {
      const { url, posts } = await startRawHub(scheme, behave);
      await expect(connect(url).postReport(request)).rejects.toMatchObject({
        name: 'HubUnavailableError',
        message: expect.stringContaining('may have taken the batch'),
        context: { code: 'ECONNRESET' },
      });
      expect(posts).toHaveLength(2);
    });
  });

  it('that breaks after the first byte of an answer is not repeated behind our back', async () => {
    const { url, posts } = await startRawHub(scheme, (connection, postCount) => {
      (postCount === 1 ? send(accepted) : send('HTTP/1.1 2', 'reset'))(connection, postCount);
    });
    const client = connect(url);
    await client.postReport(request);
    await expect(client.postReport(request)).rejects.toMatchObject({ name: 'HubUnavailableError' });
    expect(posts).toHaveLength(2);
  });
});

describe('a hub behind TLS', () => {
  it('[fault 10] with a self-signed certificate gets nothing from us', async () => {
    const { url, posts } = await startRawHub('https', send(accepted));
    await expect(connect(url).postReport(request)).rejects.toMatchObject({
      name: 'HubUnavailableError',
      message: expect.stringMatching(/DEPTH_ZERO_SELF_SIGNED_CERT.*Nothing was sent/),
      context: { mayBeTaken: false },
    });
    expect(posts).toEqual([]);
  });

  it('with a certificate for another name gets nothing from us', async () => {
    setDefaultCACertificates([certificate]);
    const { url, posts } = await startRawHub('https', send(accepted));
    await expect(connect(url.replace('127.0.0.1', 'localhost')).postReport(request)).rejects.toMatchObject({
      name: 'HubUnavailableError',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
    expect(posts).toEqual([]);
  });

  it('that does not speak TLS gets nothing from us', async () => {
    const { url, posts } = await startRawHub('http', send(accepted));
    const client = connect(url.replace('http:', 'https:'), { timeoutSeconds: 0.4 });
    await expect(client.postReport(request)).rejects.toMatchObject({
      name: 'HubUnavailableError',
      context: { mayBeTaken: false },
    });
    expect(posts).toEqual([]);
  });
});
