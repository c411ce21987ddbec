// A hub made of bare sockets, over TCP or TLS: it can send what no HTTP library would.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

export type Scheme = 'http' | 'https';

interface RawConnection {
  /** Carries plain text on both schemes. */
  readonly socket: Socket;
  /** Sends a TCP reset; what the client has not read yet is lost. */
  readonly reset: () => void;
}

/** What is done with a report request; `postCount` counts from 1. */
export type Behaviour = (connection: RawConnection, postCount: number) => void;

const readPem = (name: string): string => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
/** Of every raw hub over TLS: made out for 127.0.0.1, signed by itself. */
export const certificate = readPem('self-signed-certificate');
const secureContext = createSecureContext({ key: readPem('self-signed-key'), cert: certificate });

const token = 'token-that-must-not-leak';
const servers: Server[] = [];
const sockets = new Set<Socket>();

/** A whole answer; each of the further headers ends in CR LF. */
export function json(status: string, body: unknown, headers = ''): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${headers}\r\n${text}`;
}

export const closeConnection: Behaviour = ({ socket }) => {
  socket.end();
};

export const resetConnection: Behaviour = ({ reset }) => {
  reset();
};

/** Sends these bytes, whole answer or not, and then closes, resets or keeps the connection. */
export function send(text: string, then: 'end' | 'reset' | 'stay' = 'stay'): Behaviour {
  return ({ socket, reset }) => {
    socket.write(text, () => {
      if (then === 'end') socket.end();
      // A moment later, so that what was sent is read before the reset sweeps it away.
      if (then === 'reset') setTimeout(reset, 50);
    });
  };
}

/** Sends a piece every 20 ms, after the start, until the client goes. */
export function drip(piece: string, start = ''): Behaviour {
  return ({ socket }) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.once('close', () => {
      clearInterval(timer);
    });
  };
}

/** Answers requests for tokens properly and hands each report request to the behaviour, once its head (or all of it) has come. */
export async function startRawHub(scheme: Scheme, behave: Behaviour, when: 'head' | 'whole' = 'whole') {
  const posts: string[] = [];
  const server = createServer((rawSocket) => {
    const socket = scheme === 'http' ? rawSocket : new TLSSocket(rawSocket, { isServer: true, secureContext });
    // A TLS socket cannot be reset (ERR_INVALID_HANDLE_TYPE), the one below it can.
    const reset = (): void => void rawSocket.resetAndDestroy();
    for (const each of new Set([rawSocket, socket])) {
      sockets.add(each);
      each.on('error', () => undefined);
    }
    let received = '';
    let isBodyLeft = false;
    socket.on('data', (chunk: Buffer) => {
      if (isBodyLeft) return;
      received += chunk.toString('latin1');
      const headLength = received.indexOf('\r\n\r\n') + 4;
      if (headLength < 4) return;
      const bodyLength = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
      const isWhole = received.length >= headLength + bodyLength;
      const isToken = received.startsWith('POST /authentication/');
      if (!isWhole && (isToken || when === 'whole')) return;
      const head = received.slice(0, headLength);
      received = '';
      if (isToken) {
        socket.write(json('200 OK', { access_token: token, expires_in: 3600 }));
        return;
      }
      isBodyLeft = !isWhole;
      posts.push(head);
      behave({ socket, reset }, posts.length);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://127.0.0.1:${port}`, posts, server };
}

/** Closes every raw hub of the test file with its connections. */
export async function closeRawHubs(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
}
