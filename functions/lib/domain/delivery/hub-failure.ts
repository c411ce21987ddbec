// What every call to the hub has in common: the shape of an answer, the reason it gives, and the error its status means.
import {
  HubAccessError,
  HubAnswerError,
  HubThrottledError,
  HubUnavailableError,
  type ConnectorError,
  type ErrorContext,
} from '../errors.ts';
import { readRetryAfterSeconds } from './retry-after.ts';

export interface HubAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Why the body is not whole ("was cut after 12 bytes"); absent when it is. */
  readonly bodyFault?: string;
}

const maxReasonLength = 300;

/** The hub's text as one short line, fit for a message or the rejects file. */
export function toReasonLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line.length > maxReasonLength ? `${line.slice(0, maxReasonLength).trimEnd()}…` : line;
}

/** Parses JSON; undefined (which no JSON text means) when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** First text among the named fields of a JSON object, looking into `error: {…}` too. */
export function findText(value: unknown, fields: readonly string[]): string | undefined {
  // Level by level, not by recursion: how deep it goes is the hub's choice.
  for (let level = value; isFields(level); level = level['error']) {
    for (const field of fields) {
      const text = level[field];
      if (typeof text === 'string' && text.trim() !== '') return text;
    }
  }
  return undefined;
}

/** The reason in an answer's body: its JSON `reason`, `message`, …, or its plain text; undefined for an empty body or a web page. */
export function readReason(body: string): string | undefined {
  const json = parseJson(body);
  const text = findText(json, ['reason', 'message', 'detail', 'error', 'title', 'code']);
  if (text !== undefined) return toReasonLine(text);
  const isPlainText = json === undefined && body.trim() !== '' && !/<[a-z!?/]/i.test(body);
  return isPlainText ? toReasonLine(body) : undefined;
}

/**
 * The error a status means that is neither a success nor particular to one call.
 * @param subject what was asked for, as in "batch 1f…"
 * @param ambiguity what a failure of the server leaves open; '' where nothing is
 * @source assumed hub contract, schemas/hub.openapi.yaml
 */
export function toHubFailure(answer: HubAnswer, subject: string, ambiguity: string, nowMs: number): ConnectorError {
  const { status, headers } = answer;
  const reason = readReason(answer.body);
  const said = `The hub answered ${subject} with HTTP ${status}${reason === undefined ? '' : ` (${reason})`}`;
  const retryAfterSeconds = readRetryAfterSeconds(headers, nowMs);
  const context: ErrorContext = { status, retryAfterSeconds: retryAfterSeconds ?? null };

  if (status === 429 || (status === 503 && retryAfterSeconds !== undefined)) {
    const wish = retryAfterSeconds === undefined ? 'names no time' : `asks for ${retryAfterSeconds} s`;
    return new HubThrottledError(`${said}: it is busy and ${wish} before the next attempt.`, { context });
  }
  if (status === 408 || status === 425 || status >= 500) {
    return new HubUnavailableError(`${said}: it cannot serve us at the moment. ${ambiguity}`.trim(), { context });
  }
  if (status >= 300 && status < 400) {
    const target = headers['location']?.split(/[?#]/)[0];
    return new HubAccessError(
      `${said}, a redirect to ${target === undefined ? 'nowhere' : toReasonLine(target)}. Redirects are not followed: set hub.url to the hub's final address.`,
      { context },
    );
  }
  if (status >= 400) {
    return new HubAccessError(
      `${said}. Check hub.url and acd.name in the settings, and that the access key may write to this ACD.`,
      { context },
    );
  }
  return new HubAnswerError(`${said}, which the contract does not know.`, { context });
}

/** Whether the value is a JSON object whose fields can be looked at. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
