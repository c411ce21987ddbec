// Posts batches to the hub by the contract in schemas/hub.openapi.yaml: paths, headers, token, and waiting when the hub asks for it.
import { setTimeout as delay } from 'node:timers/promises';
import { hubReportPaths, type ReportKind } from '../../../schemas/report-kind.ts';
import { ConfigError, HubThrottledError } from '../domain/errors.ts';
import { hubAmbiguity, interpretHubAnswer, type HubPostResult } from '../domain/hub-answer.ts';
import type { HubAnswer } from '../domain/hub-failure.ts';
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

export interface HubClientOptions extends HubConnectionOptions {
  readonly acdName: string;
  /** A Retry-After up to this long is waited for inside the call. */
  readonly maxWaitSeconds: number;
  readonly readAccessKey: () => Promise<HubAccessKey>;
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

const maxRepeatCount = 3;

/**
 * Creates a client with its own connections and token; nothing is sent yet.
 * @throws ConfigError the address or the ACD name cannot be used
 */
export function createHubClient(options: HubClientOptions): HubClient {
  const { acdName, maxWaitSeconds, readAccessKey, nowMs = Date.now } = options;
  const wait = options.wait ?? (async (ms: number) => delay(ms));
  const connection = openHubConnection(options);
  const tokens = createHubTokens({ connection, readAccessKey, nowMs });
  const reportsPath = `/wfm-hub/v1/acds/${toPathPart(acdName)}/reports`;

  const postWith = async (token: string, { kind, batchId, body }: HubRequest): Promise<HubAnswer> => {
    const answer = await connection.post({
      path: `${reportsPath}/${hubReportPaths[kind]}`,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
        'Idempotency-Key': batchId,
      },
      body,
      subject: `batch ${batchId}`,
      ambiguity: hubAmbiguity,
    });
    // A hub or proxy that echoes the request must not bring the token into our messages.
    return { ...answer, body: answer.body.replaceAll(token, '[token]') };
  };

  const attempt = async (request: HubRequest): Promise<HubPostResult> => {
    const token = await tokens.read();
    let answer = await postWith(token, request);
    if (answer.status === 401) answer = await postWith(await tokens.renew(token), request);
    return interpretHubAnswer(answer, request, nowMs());
  };

  const postReport = async (request: HubRequest): Promise<HubPostResult> => {
    for (let repeatCount = 0; ; repeatCount += 1) {
      try {
        return await attempt(request);
      } catch (error) {
        const waitSeconds = error instanceof HubThrottledError ? error.context['retryAfterSeconds'] : undefined;
        const isWorthWaiting = typeof waitSeconds === 'number' && waitSeconds <= maxWaitSeconds;
        if (!isWorthWaiting || repeatCount === maxRepeatCount) throw error;
        await wait(waitSeconds * 1000);
      }
    }
  };
  return { postReport };
}

function toPathPart(acdName: string): string {
  // Dots alone would climb to another path, encoded or not.
  if (acdName === '' || acdName === '.' || acdName === '..') {
    throw new ConfigError(`acd.name must be the name of an ACD in CXone WFM; found "${acdName}".`);
  }
  return encodeURIComponent(acdName);
}
