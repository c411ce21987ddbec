// A hub on 127.0.0.1 that keeps schemas/hub.openapi.yaml strictly, compares versions, and misbehaves on request.
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { AgentStateRecord, FeedHeartbeat } from '../../../schemas/agent-states.ts';
import type { HubAcknowledgement } from '../../../schemas/hub-messages.ts';
import { hubReportPaths, reportKinds, type ReportKind } from '../../../schemas/report-kind.ts';
import { HubAgentStates, type StateRefusalRule } from './hub-agent-states.ts';
import { countRecords, loadHubContract, looksLikeReport, type CheckedReport } from './hub-contract.ts';
import { createHubOutage, outagePath } from './hub-outage.ts';
import { HubStore, type RecordApplication, type RefusalRule, type StandingRecord } from './hub-store.ts';

export interface Misbehaviour {
  /** Answered instead of the right status; without it the right answer is given, late or cut as the other fields say. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it stands, anything else as JSON. */
  readonly body?: unknown;
  /** The batch is taken before the wrong answer is given, or before the connection is cut. */
  readonly applyFirst?: boolean;
  readonly delayMs?: number;
  /** The answer waits for this. */
  readonly until?: Promise<unknown>;
  readonly cut?: 'before-answer' | 'mid-body';
}

interface HubRequestRecord {
  readonly path: string;
  readonly batchId: string | null;
  /** 0 when the connection was cut before an answer. */
  readonly status: number;
  readonly recordCount: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface ReferenceHub {
  readonly url: string;
  readonly acdName: string;
  readonly credentials: { readonly accessKeyId: string; readonly accessKeySecret: string };
  /** What stands in the hub, by interval start, queue, agent. */
  records(kind: ReportKind): readonly StandingRecord[];
  /** Each time a record was applied, in order: every (entity, version) must occur once. */
  readonly applications: readonly RecordApplication[];
  /** Records that came again in the version that stood, under another key: changes nothing here, counts twice at a hub that adds up. */
  readonly repetitions: readonly RecordApplication[];
  /** The state that stands for each agent, by agentValue. */
  readonly agentStates: ReadonlyMap<string, AgentStateRecord>;
  /** Each agent transition that was applied, in order. */
  readonly agentTransitions: readonly AgentStateRecord[];
  readonly heartbeats: readonly FeedHeartbeat[];
  refuseStates(rule: StateRefusalRule | null): void;
  /** Every report, agent-states and heartbeat request in the order of its end; requests for tokens are counted beside. */
  readonly requests: readonly HubRequestRecord[];
  readonly tokenRequestCount: number;
  /** Consumed one by one by the next requests that are none for a token. */
  misbehave(next: readonly Misbehaviour[]): void;
  refuse(rule: RefusalRule | null): void;
  /** Down: 503 to everything but the switch of hub-outage.ts, which does the same from outside. */
  setDown(isDown: boolean): void;
  revokeTokens(): void;
  close(): Promise<void>;
}

export interface ReferenceHubOptions {
  readonly acdName?: string;
  readonly port?: number;
  /** False saves the check of every body against the contract. */
  readonly validate?: boolean;
  readonly tokenLifetimeSeconds?: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Intake {
  /** The Idempotency-Key the body calls for; null where any will do. */
  readonly key: string | null;
  readonly apply: () => HubAcknowledgement;
}

const tokenPath = '/authentication/v1/token/access-key';
const maxUnpackedBytes = 4 * 1024 * 1024;
const unpack = promisify(gunzip);
const problem = (status: number, reason: string): Answer => ({ status, body: { reason } });

/** Starts a reference hub on 127.0.0.1, on a free port unless one is named. */
export async function startReferenceHub(options: ReferenceHubOptions = {}): Promise<ReferenceHub> {
  const { acdName = 'local-acd', port = 0, validate = true, tokenLifetimeSeconds = 3600 } = options;
  const contract = loadHubContract();
  const store = new HubStore();
  const agentStates = new HubAgentStates();
  const credentials = { accessKeyId: `key-${randomUUID()}`, accessKeySecret: `secret-${randomUUID()}` };
  const tokens = new Map<string, number>();
  const requests: HubRequestRecord[] = [];
  const misbehaviours: Misbehaviour[] = [];
  const reportKindsByPath = new Map(reportKinds.map((kind) => [toReportPath(acdName, kind), kind]));
  const statesPath = toAcdPath(acdName, 'agent-states');
  const heartbeatPath = toAcdPath(acdName, 'heartbeat');
  let tokenRequestCount = 0;
  const outage = createHubOutage();

  const answerToken = (body: Buffer): Answer => {
    const accessKey = parseJson(body);
    if (!contract.isAccessKey(accessKey)) return problem(400, 'expected {accessKeyId, accessKeySecret}');
    const isKnown =
      accessKey.accessKeyId === credentials.accessKeyId && accessKey.accessKeySecret === credentials.accessKeySecret;
    if (!isKnown) return problem(401, 'unknown access key');
    const token = randomUUID();
    tokens.set(token, Date.now() + tokenLifetimeSeconds * 1000);
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds } };
  };

  const check = (kind: ReportKind, value: unknown): CheckedReport => {
    if (validate) return contract.checkReport(kind, value);
    return looksLikeReport(value) ? { report: value } : { finding: { reason: 'no reportData', rejected: [] } };
  };

  /** What a checked body does to the hub, under the key it has to come with; or the answer to one that breaks the contract. */
  const intakeOf = (path: string, json: unknown): Intake | Answer => {
    const kind = reportKindsByPath.get(path);
    if (kind !== undefined) {
      const { report, finding } = check(kind, json);
      return report === undefined
        ? { status: 400, body: finding }
        : { key: report.batchId, apply: () => store.apply(kind, report) };
    }
    if (path === heartbeatPath) {
      if (!contract.isHeartbeat(json)) return problem(400, 'expected a heartbeat');
      return {
        key: null,
        apply: () => {
          agentStates.heartbeats.push(json);
          return { accepted: 1 };
        },
      };
    }
    const { message, finding } = contract.checkAgentStates(json);
    return message === undefined
      ? { status: 400, body: finding }
      : { key: message.batchId, apply: () => agentStates.apply(message) };
  };

  const answerBatch = async (
    request: IncomingMessage,
    unpacked: Buffer | Answer,
    json: unknown,
    whileProcessing: Promise<unknown>,
  ): Promise<Answer> => {
    const path = request.url ?? '';
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if ((tokens.get(token) ?? 0) <= Date.now()) return problem(401, 'the token is missing, unknown or expired');
    const isKnownPath = reportKindsByPath.has(path) || path === statesPath || path === heartbeatPath;
    if (!isKnownPath) return problem(404, `no such report of ACD ${acdName}: ${path}`);
    if (request.method !== 'POST') return problem(405, 'only POST');
    if (request.headers['content-encoding'] !== 'gzip') return problem(415, 'expected Content-Encoding: gzip');
    if (!Buffer.isBuffer(unpacked)) return unpacked;
    const intake = intakeOf(path, json);
    if ('status' in intake) return intake;
    const key = request.headers['idempotency-key']?.toString() ?? '';
    if (intake.key === null ? key === '' : key !== intake.key)
      return problem(400, `Idempotency-Key must be the batchId ${intake.key ?? ''}`);

    const word = reportKindsByPath.get(path) ?? path;
    const bodyHash = createHash('sha256').update(word).update(unpacked).digest('hex');
    const known = store.keys.get(key);
    if (known !== undefined && known.bodyHash !== bodyHash) return problem(422, 'this key stands for another body');
    if (known?.acknowledgement !== undefined) return { status: 202, body: known.acknowledgement };
    if (known !== undefined) return { status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_PROGRESS' } };
    store.keys.set(key, { bodyHash });
    const acknowledgement = intake.apply();
    await whileProcessing;
    store.keys.set(key, { bodyHash, acknowledgement });
    return { status: 202, body: acknowledgement };
  };

  const serveBatch = async (request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> => {
    const startedAtMs = Date.now();
    const misbehaviour = misbehaviours.shift() ?? {};
    const { status, delayMs = 0, until = Promise.resolve(), applyFirst = false, cut } = misbehaviour;
    const pause = delayMs > 0 ? delay(delayMs) : until;
    const isProcessed = status === undefined ? cut !== 'before-answer' || applyFirst : applyFirst;
    const unpacked = await unpackBody(body);
    const json = Buffer.isBuffer(unpacked) ? parseJson(unpacked) : undefined;
    const right = isProcessed ? await answerBatch(request, unpacked, json, pause) : problem(0, '');
    await pause;
    const answer: Answer =
      status === undefined
        ? right
        : { status, body: misbehaviour.body ?? { reason: 'on request' }, headers: misbehaviour.headers ?? {} };
    requests.push({
      path: request.url ?? '',
      batchId: request.headers['idempotency-key']?.toString() ?? null,
      status: cut === 'before-answer' ? 0 : answer.status,
      recordCount: countRecords(json),
      startedAtMs,
      endedAtMs: Date.now(),
    });
    send(response, answer, cut);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const outageStatus = outage.readStatus(Date.now());
    if (request.url === outagePath && request.method === 'POST')
      send(response, outage.answer(parseJson(body), Date.now()));
    else if (outageStatus !== null) send(response, problem(outageStatus, 'down'));
    else if (request.url === tokenPath && request.method === 'POST') {
      tokenRequestCount += 1;
      send(response, answerToken(body));
    } else await serveBatch(request, body, response);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The reference hub has no port.');

  return {
    url: `http://127.0.0.1:${address.port}`,
    acdName,
    credentials,
    records: (kind) => store.readRecords(kind),
    applications: store.applications,
    repetitions: store.repetitions,
    agentStates: agentStates.standing,
    agentTransitions: agentStates.transitions,
    heartbeats: agentStates.heartbeats,
    requests,
    get tokenRequestCount() {
      return tokenRequestCount;
    },
    misbehave: (next) => {
      misbehaviours.push(...next);
    },
    refuse: (rule) => {
      store.refusalRule = rule;
    },
    refuseStates: (rule) => {
      agentStates.refusalRule = rule;
    },
    setDown: (isDown) => {
      outage.set(isDown ? 503 : null);
    },
    revokeTokens: () => {
      tokens.clear();
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toReportPath(acdName: string, kind: ReportKind): string {
  return toAcdPath(acdName, `reports/${hubReportPaths[kind]}`);
}

function toAcdPath(acdName: string, rest: string): string {
  return `/wfm-hub/v1/acds/${encodeURIComponent(acdName)}/${rest}`;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(request, 'end');
  return Buffer.concat(chunks);
}

async function unpackBody(body: Buffer): Promise<Buffer | Answer> {
  try {
    return await unpack(body, { maxOutputLength: maxUnpackedBytes });
  } catch (error) {
    const isTooLarge =
      typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge
      ? problem(413, `the body unpacks to more than ${maxUnpackedBytes} bytes`)
      : problem(400, 'not gzip');
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer, cut?: Misbehaviour['cut']): void {
  if (cut === 'before-answer') {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.byteLength, ...headers });
  if (cut === 'mid-body') {
    response.write(bytes.subarray(0, bytes.byteLength >> 1), () => response.destroy());
    return;
  }
  response.end(bytes);
}
