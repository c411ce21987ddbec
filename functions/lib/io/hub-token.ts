// The hub's access token: fetched when needed, shared by all calls, renewed before it expires.
import { interpretTokenAnswer, type HubToken } from '../domain/delivery/hub-token-answer.ts';
import type { HubConnection } from './hub-connection.ts';
import type { HubAccessKey } from './hub-secret.ts';

export interface HubTokens {
  /** A token that holds for at least another minute, as far as we know. */
  readonly read: () => Promise<string>;
  /** A token other than the refused one; concurrent callers that were refused the same token share one renewal. */
  readonly renew: (refusedToken: string) => Promise<string>;
}

export interface HubTokenOptions {
  readonly connection: HubConnection;
  readonly readAccessKey: () => Promise<HubAccessKey>;
  readonly nowMs: () => number;
}

const tokenPath = '/authentication/v1/token/access-key';
const renewBeforeExpirySeconds = 60;

/**
 * Keeps the token of one client in memory, nowhere else. Its age is measured by our clock alone, never against the hub's.
 * Both functions throw what the domain's `interpretTokenAnswer` and `readAccessKey` throw; a failure is not remembered.
 */
export function createHubTokens({ connection, readAccessKey, nowMs }: HubTokenOptions): HubTokens {
  let current: { readonly value: string; readonly renewAtMs: number } | undefined;
  let fetching: Promise<string> | undefined;

  const fetchToken = async (): Promise<string> => {
    const { accessKeyId, accessKeySecret } = await readAccessKey();
    const askedAtMs = nowMs();
    const answer = await connection.post({
      path: tokenPath,
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(JSON.stringify({ accessKeyId, accessKeySecret })),
      subject: 'the request for a token',
      ambiguity: '',
    });
    const token: HubToken = interpretTokenAnswer(answer, nowMs());
    current = {
      value: token.value,
      renewAtMs: askedAtMs + (token.lifetimeSeconds - renewBeforeExpirySeconds) * 1000,
    };
    return token.value;
  };
  const fetchOnce = (): Promise<string> => {
    fetching ??= fetchToken().finally(() => (fetching = undefined));
    return fetching;
  };

  return {
    read: () => (current !== undefined && nowMs() < current.renewAtMs ? Promise.resolve(current.value) : fetchOnce()),
    renew: (refusedToken) => {
      if (current !== undefined && current.value !== refusedToken) return Promise.resolve(current.value);
      current = undefined;
      return fetchOnce();
    },
  };
}
