// The sockets to the hub: one POST, one whole answer, within one deadline. What an answer means is decided elsewhere.
// node:https because `fetch` repeats a POST on a 307 and costs seven times the CPU for a batch.
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { HubAnswer } from '../domain/delivery/hub-failure.ts';
import { ConfigError, HubUnavailableError } from '../domain/errors.ts';

export interface HubConnectionOptions {
  /** Base address of the hub; a path in it is kept. */
  readonly url: string;
  /** From connecting to the last byte of the answer. */
  readonly timeoutSeconds: number;
  readonly maxAnswerBytes: number;
  /** False refuses http even on the loopback addresses; elsewhere it is always refused. Default true. */
  readonly allowHttp?: boolean;
}

interface HubMessage {
  /** Below the base address, beginning with `/`, each part already encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What is sent, for error messages: "batch 1f…". */
  readonly subject: string;
  /** What an unanswered request leaves open, for error messages; '' where nothing. */
  readonly ambiguity: string;
}

export interface HubConnection {
  /** @throws HubUnavailableError no connection, no whole status line and headers, garbage, or the deadline passed */
  readonly post: (message: HubMessage) => Promise<HubAnswer>;
}

interface FailedExchange {
  readonly error: Error;
  readonly isTimeout: boolean;
  /** Nothing can have reached the hub. */
  readonly isUnsent: boolean;
  /** The hub had closed an idle connection (or the Lambda was frozen) before this request used it. */
  readonly isStaleSocket: boolean;
}

const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Opens a keep-alive connection pool to the hub; nothing is sent yet.
 * @throws ConfigError the address is no https URL, or http beyond this machine
 */
export function openHubConnection(options: HubConnectionOptions): HubConnection {
  const baseUrl = parseHubUrl(options.url, options.allowHttp ?? true);
  const basePath = baseUrl.pathname.replace(/\/+$/, '');
  const isHttps = baseUrl.protocol === 'https:';
  const agent = isHttps ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });

  const exchange = (message: HubMessage, signal: AbortSignal): Promise<HubAnswer | FailedExchange> => {
    const { promise, resolve } = Promise.withResolvers<HubAnswer | FailedExchange>();
    let socket: Socket | undefined;
    let bytesReadBefore = 0;
    let isConnected = false;
    const outgoing = (isHttps ? requestHttps : requestHttp)(`${baseUrl.origin}${basePath}${message.path}`, {
      method: 'POST',
      agent,
      signal,
      rejectUnauthorized: true,
      headers: { ...message.headers, Accept: 'application/json', 'Content-Length': message.body.byteLength },
    });
    outgoing.once('socket', (assigned) => {
      socket = assigned;
      bytesReadBefore = assigned.bytesRead;
      isConnected = outgoing.reusedSocket;
      if (!isConnected) assigned.once(isHttps ? 'secureConnect' : 'connect', () => (isConnected = true));
    });
    const fail = (error: Error): void => {
      const isUnanswered = (socket?.bytesRead ?? 0) === bytesReadBefore;
      const isStaleSocket = outgoing.reusedSocket && isUnanswered && isReset(error);
      resolve({ error, isTimeout: signal.aborted, isUnsent: !isConnected, isStaleSocket });
    };
    let hasStatus = false;
    outgoing.on('error', (error) => {
      // Once the status is known, an error is one of the body, and collectAnswer tells of it.
      if (!hasStatus) fail(error);
    });
    outgoing.once('upgrade', (incoming, upgraded) => {
      upgraded.destroy();
      resolve(toAnswer(incoming, ''));
    });
    outgoing.once('response', (incoming) => {
      hasStatus = true;
      void collectAnswer(incoming, options.maxAnswerBytes).then((answer) => {
        if (signal.aborted) fail(new Error('The deadline passed while the answer was read.'));
        else resolve(answer);
        // The hub may answer before it has read the batch: such a connection cannot be used again.
        if (!outgoing.writableFinished) outgoing.destroy();
      });
    });
    outgoing.end(message.body);
    return promise;
  };

  const dropIdleSockets = (): void => {
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  };

  const post = async (message: HubMessage): Promise<HubAnswer> => {
    const signal = AbortSignal.timeout(options.timeoutSeconds * 1000);
    let outcome = await exchange(message, signal);
    if ('error' in outcome && outcome.isStaleSocket) {
      dropIdleSockets();
      outcome = await exchange(message, signal);
    }
    if ('error' in outcome) throw toUnavailable(outcome, message, baseUrl.host, options.timeoutSeconds);
    return outcome;
  };
  return { post };
}

function parseHubUrl(text: string, allowHttp: boolean): URL {
  const url = URL.parse(text);
  const expected = 'hub.url must be an https address such as https://hub.example.com, without user, query or fragment';
  if (url === null || !['https:', 'http:'].includes(url.protocol)) throw new ConfigError(`${expected}; found ${text}.`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigError(`${expected}; found one of these in the address of ${url.host}.`);
  }
  if (url.protocol === 'http:' && !(allowHttp && loopbackHosts.includes(url.hostname))) {
    throw new ConfigError(
      `${expected}; found ${url.origin}. http is accepted only on 127.0.0.1, localhost and [::1], for a local stack.`,
    );
  }
  return url;
}

function collectAnswer(incoming: IncomingMessage, maxAnswerBytes: number): Promise<HubAnswer> {
  const { promise, resolve } = Promise.withResolvers<HubAnswer>();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const finish = (bodyFault?: string): void => {
    resolve(toAnswer(incoming, new TextDecoder().decode(Buffer.concat(chunks)), bodyFault));
  };
  incoming.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= maxAnswerBytes) {
      chunks.push(chunk);
      return;
    }
    finish(`is longer than ${maxAnswerBytes} bytes`);
    incoming.destroy();
  });
  const finishCut = (): void => {
    finish(`was cut after ${sizeBytes} bytes`);
  };
  incoming.once('end', () => {
    if (incoming.complete) finish();
    else finishCut();
  });
  incoming.on('error', finishCut);
  incoming.once('close', finishCut);
  return promise;
}

function toAnswer({ statusCode, headers }: IncomingMessage, body: string, bodyFault?: string): HubAnswer {
  return {
    status: statusCode ?? 0,
    headers: { 'retry-after': headers['retry-after'], date: headers.date, location: headers.location },
    body,
    ...(bodyFault === undefined ? {} : { bodyFault }),
  };
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function toUnavailable(
  { error, isTimeout, isUnsent }: FailedExchange,
  { subject, ambiguity }: HubMessage,
  host: string,
  timeoutSeconds: number,
): HubUnavailableError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const finding = isTimeout
    ? `none came within ${timeoutSeconds} s`
    : `the connection failed with ${code}: ${error.message}`;
  const fate = isUnsent
    ? 'Nothing was sent. When the attempts are used up, wait until the hub can be reached and redrive the execution.'
    : ambiguity;
  const message = `Expected an answer of the hub at ${host} to ${subject}, but ${finding}. ${fate}`.trim();
  return new HubUnavailableError(message, {
    context: { host, code: isTimeout ? 'TIMEOUT' : code, mayBeTaken: !isUnsent },
    cause: error,
  });
}
