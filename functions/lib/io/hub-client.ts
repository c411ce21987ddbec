// Posts batches to the hub by the contract in schemas/hub.openapi.yaml: paths, headers, token, and waiting when the hub asks for it.
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { hubReportPaths, type ReportKind } from '../../../schemas/report-kind.ts';
import { hideWords, listAgentNames } from '../domain/delivery/confidential-words.ts';
import {
  checkHeartbeatAnswer,
  hubAmbiguity,
  interpretHubAnswer,
  type HubPostResult,
} from '../domain/delivery/hub-answer.ts';
import type { HubAnswer } from '../domain/delivery/hub-failure.ts';
import { ConfigError, HubThrottledError } from '../domain/errors.ts';
import { openHubConnection, type HubConnectionOptions } from './hub-connection.ts';
import type { HubAccessKey } from './hub-secret.ts';
import { createHubTokens } from './hub-token.ts';

export interface HubRequest {
  readonly kind: ReportKind;
  readonly batchId: string;
  /** Gzipped JSON, sent byte for byte. */
  readonly body: Uint8Array;
  readonly recordCount: number;
}

/** How one call went, told when it has ended. */
export interface HubCall {
  readonly subject: ReportKind | 'AGENT_STATES';
  /** Of each request the hub answered, from sending to the last byte; without the token's requests. */
  readonly latenciesMs: readonly number[];
  readonly retryCount: number;
  readonly hasFailed: boolean;
}

export interface HubClientOptions extends HubConnectionOptions {
  readonly acdName: string;
  /** A Retry-After up to this long is waited for inside the call. */
  readonly maxWaitSeconds: number;
  readonly readAccessKey: () => Promise<HubAccessKey>;
  readonly observe?: (call: HubCall) => void;
  readonly nowMs?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

export interface HubClient {
  /**
   * Posts one batch; expected outcomes are data. A call takes at most 4 attempts (a throttled hub), each one bounded by timeoutSeconds,
   * a refused token costing two requests more.
   * @throws HubUnavailableError, HubThrottledError, HubAnswerError (retryable: the hub may have taken the batch, repeat it under the same id)
   * @throws HubAuthenticationError, HubAccessError (operator)
   */
  readonly postReport: (request: HubRequest) => Promise<HubPostResult>;
}

/** The real-time calls of the same hub. */
export interface AgentStatesClient {
  /** Posts transitions as `postReport` posts records, and throws the same. */
  readonly postAgentStates: (request: Omit<HubRequest, 'kind'>) => Promise<HubPostResult>;
  /** Posts a heartbeat; any 2xx is done. Throws as `postReport` does, and HubAccessError for every other 4xx. */
  readonly postHeartbeat: (request: Pick<HubRequest, 'batchId' | 'body'>) => Promise<void>;
}

const maxRepeatCount = 3;

interface HubPost {
  readonly about: HubCall['subject'];
  /** Below the ACD. */
  readonly path: string;
  /** For messages. */
  readonly subject: string;
  readonly batchId: string;
  readonly body: Uint8Array;
}

/** Of one call, filled while it goes on. */
interface HubRequests {
  count: number;
  readonly latenciesMs: number[];
}

type Interpret<T> = (answer: HubAnswer, answeredAtMs: number) => T;

/**
 * Creates a client with its own connections and token; nothing is sent yet.
 * @throws ConfigError the address or the ACD name cannot be used
 */
export function createHubClient(options: HubClientOptions): HubClient & AgentStatesClient {
  const { acdName, maxWaitSeconds, readAccessKey, observe, nowMs = Date.now } = options;
  const wait = options.wait ?? (async (ms: number) => delay(ms));
  const connection = openHubConnection(options);
  const tokens = createHubTokens({ connection, readAccessKey, nowMs });
  const acdPath = `/wfm-hub/v1/acds/${toPathPart(acdName)}`;

  const postWith = async (token: string, message: HubPost, requests: HubRequests): Promise<HubAnswer> => {
    const { path, subject, batchId, body } = message;
    requests.count += 1;
    const sentAtMs = nowMs();
    const answer = await connection.post({
      path: `${acdPath}/${path}`,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
        'Idempotency-Key': batchId,
      },
      body,
      subject,
      ambiguity: hubAmbiguity,
    });
    requests.latenciesMs.push(Math.max(0, nowMs() - sentAtMs));
    return { ...answer, body: hideConfidential(answer, token, body) };
  };

  const attempt = async <T>(message: HubPost, interpret: Interpret<T>, requests: HubRequests): Promise<T> => {
    const token = await tokens.read();
    let answer = await postWith(token, message, requests);
    if (answer.status === 401) answer = await postWith(await tokens.renew(token), message, requests);
    return interpret(answer, nowMs());
  };

  const repeat = async <T>(message: HubPost, interpret: Interpret<T>, requests: HubRequests): Promise<T> => {
    for (let repeatCount = 0; ; repeatCount += 1) {
      try {
        return await attempt(message, interpret, requests);
      } catch (error) {
        const waitSeconds = error instanceof HubThrottledError ? error.context['retryAfterSeconds'] : undefined;
        const isWorthWaiting = typeof waitSeconds === 'number' && waitSeconds <= maxWaitSeconds;
        if (!isWorthWaiting || repeatCount === maxRepeatCount) throw error;
        await wait(waitSeconds * 1000);
      }
    }
  };

  const post = async <T>(message: HubPost, interpret: Interpret<T>): Promise<T> => {
    const requests: HubRequests = { count: 0, latenciesMs: [] };
    let hasFailed = true;
    try {
      const result = await repeat(message, interpret, requests);
      hasFailed = false;
      return result;
    } finally {
      const retryCount = Math.max(0, requests.count - 1);
      observe?.({ subject: message.about, latenciesMs: requests.latenciesMs, retryCount, hasFailed });
    }
  };

  const postBatch = (
    about: HubCall['subject'],
    path: string,
    batch: Omit<HubRequest, 'kind'>,
  ): Promise<HubPostResult> =>
    post(
      { about, path, subject: `batch ${batch.batchId}`, batchId: batch.batchId, body: batch.body },
      (answer, answeredAtMs) => interpretHubAnswer(answer, batch, answeredAtMs),
    );
  return {
    postReport: ({ kind, ...batch }) => postBatch(kind, `reports/${hubReportPaths[kind]}`, batch),
    postAgentStates: (batch) => postBatch('AGENT_STATES', 'agent-states', batch),
    postHeartbeat: (heartbeat) =>
      post({ about: 'AGENT_STATES', path: 'heartbeat', subject: 'a heartbeat', ...heartbeat }, checkHeartbeatAnswer),
  };
}

/** A hub or proxy that echoes the request must not bring the token or who works here into our messages. */
function hideConfidential(answer: HubAnswer, token: string, sentBody: Uint8Array): string {
  const body = answer.body.replaceAll(token, '[token]');
  // Reasons that name records go with these into the rejects file or the DLQ, where the agents stand anyway.
  const isAboutRecords = answer.status < 300 || answer.status === 400 || answer.status === 422;
  if (isAboutRecords || body === '') return body;
  return hideWords(body, listAgentNames(unpack(sentBody)), '[agent]');
}

/** Empty for what is no gzip: on the way to an error, another one would hide it. */
function unpack(sentBody: Uint8Array): string {
  try {
    return gunzipSync(sentBody).toString('utf8');
  } catch {
    return '';
  }
}

function toPathPart(acdName: string): string {
  // Dots alone would climb to another path, encoded or not.
  if (acdName === '' || acdName === '.' || acdName === '..') {
    throw new ConfigError(`acd.name must be the name of an ACD in CXone WFM; found "${acdName}".`);
  }
  return encodeURIComponent(acdName);
}
