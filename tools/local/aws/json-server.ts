// An AWS service that speaks JSON over HTTP (`x-amz-target`, `__type` errors), on a free port of 127.0.0.1.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { isJsonObject, parseJson, type JsonObject } from './json-value.ts';
import { ServiceError } from './service-error.ts';

export type JsonOperation = (request: JsonObject) => unknown;

export interface LocalServer {
  readonly url: string;
  close(): Promise<void>;
}

const longestCloseMs = 1_000;

/** Dates go over the wire as seconds with a fraction. */
function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toWire);
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWire(inner)]))
    : value;
}

/** Listens on a free port of 127.0.0.1. @throws Error when it cannot */
export async function listenLocally(server: Server): Promise<LocalServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          server.closeAllConnections();
        }, longestCloseMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer(request: IncomingMessage, operations: Readonly<Record<string, JsonOperation>>) {
  const target = request.headers['x-amz-target'];
  const name = typeof target === 'string' ? (target.split('.').at(-1) ?? '') : '';
  const body = await text(request);
  const operation = operations[name];
  if (operation === undefined) {
    throw new ServiceError('UnknownOperationException', `The local stack does not know the operation ${name}`);
  }
  const input = parseJson(body === '' ? '{}' : body);
  if (!isJsonObject(input)) throw new ServiceError('SerializationException', 'Expected a JSON object');
  return toWire(operation(input));
}

/** Serves the operations by name; a ServiceError is answered with its type and 400, anything else with 500. */
export async function startJsonServer(
  contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1',
  operations: Readonly<Record<string, JsonOperation>>,
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    const send = (statusCode: number, body: unknown): void => {
      response.writeHead(statusCode, { 'content-type': contentType }).end(JSON.stringify(body));
    };
    answer(request, operations).then(
      (body) => {
        send(200, body ?? {});
      },
      (error: unknown) => {
        if (error instanceof ServiceError) send(400, { __type: error.type, message: error.message });
        else if (error instanceof SyntaxError) send(400, { __type: 'SerializationException', message: error.message });
        else send(500, { __type: 'InternalServerError', message: String(error) });
      },
    );
  });
  return listenLocally(server);
}
