import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHubClient, type HubCall, type HubRequest } from '../../functions/lib/io/hub-client.ts';

type Answer = readonly [status: number, body?: object, headers?: Record<string, string>];

const servers: Server[] = [];
const request: HubRequest = { kind: 'QR', batchId: 'batch-1', body: Buffer.from([31, 139]), recordCount: 3 };
const accepted: Answer = [202, { accepted: 3 }];

/** A hub that gives its answers one after another. */
async function startHub(...answers: Answer[]): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => {
      const isToken = incoming.url?.includes('/token/') === true;
      const token = { access_token: 'token', expires_in: 3600 };
      const [status, body = {}, headers = {}] = isToken ? ([200, token] as const) : (answers.shift() ?? accepted);
      outgoing.writeHead(status, headers).end(JSON.stringify(body));
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A client whose clock goes on by 5 ms each time it is read. */
function connect(url: string) {
  const seen: HubCall[] = [];
  let nowMs = 0;
  const client = createHubClient({
    ...{ url, acdName: 'acd', timeoutSeconds: 5, maxWaitSeconds: 5, maxAnswerBytes: 4096 },
    readAccessKey: () => Promise.resolve({ accessKeyId: 'id', accessKeySecret: 'secret' }),
    wait: () => Promise.resolve(),
    observe: (call) => seen.push(call),
    nowMs: () => (nowMs += 5),
  });
  return { ...client, seen };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

describe('observe', () => {
  it('is told once a call of each answered request and of the repeats, without the token and the waiting', async () => {
    const client = connect(await startHub([429, {}, { 'retry-after': '2' }], accepted));
    await client.postReport(request);
    await client.postHeartbeat({ batchId: 'beat', body: request.body });
    expect(client.seen).toEqual([
      { subject: 'QR', latenciesMs: [5, 5], retryCount: 1, hasFailed: false },
      { subject: 'AGENT_STATES', latenciesMs: [5], retryCount: 0, hasFailed: false },
    ]);
  });

  it('is told of a call that failed, with the answers it had', async () => {
    const refused = connect(await startHub([500]));
    await expect(refused.postAgentStates(request)).rejects.toThrow('HTTP 500');
    expect(refused.seen).toEqual([{ subject: 'AGENT_STATES', latenciesMs: [5], retryCount: 0, hasFailed: true }]);
    const unreachable = connect('http://127.0.0.1:1');
    await expect(unreachable.postReport(request)).rejects.toThrow('ECONNREFUSED');
    expect(unreachable.seen).toEqual([{ subject: 'QR', latenciesMs: [], retryCount: 0, hasFailed: true }]);
  });

  it('takes refused records for an answer, not for a failed call', async () => {
    const client = connect(await startHub([422, { rejected: [{ index: 1, reason: 'x' }] }]));
    await client.postReport(request);
    expect(client.seen.map(({ hasFailed }) => hasFailed)).toEqual([false]);
  });
});
