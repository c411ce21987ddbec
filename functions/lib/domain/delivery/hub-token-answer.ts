// What the hub's answer to the request for a token means. Nothing of its body enters a message: it may hold the token or the secret.
import { checkTokenAnswer } from '../../../../schemas/checks/token-answer.ts';
import { HubAnswerError, HubAuthenticationError } from '../errors.ts';
import { parseJson, toHubFailure, type HubAnswer } from './hub-failure.ts';

export interface HubToken {
  readonly value: string;
  readonly lifetimeSeconds: number;
}

const usualLifetimeSeconds = 3600;
const subject = 'the request for a token';

/**
 * Reads the hub's answer to the request for a token.
 * @throws HubAuthenticationError 400, 401, 403: the hub refuses the access key
 * @throws HubAccessError 404, redirects and other 4xx: there is no such service at this address
 * @throws HubAnswerError a success without a usable token
 * @throws HubThrottledError, HubUnavailableError as for a batch
 * @source assumed hub contract, schemas/hub.openapi.yaml
 */
export function interpretTokenAnswer(answer: HubAnswer, nowMs: number): HubToken {
  const { status } = answer;
  if (status === 400 || status === 401 || status === 403) {
    throw new HubAuthenticationError(
      `The hub answered ${subject} with HTTP ${status}: it refuses the access key. Put a valid accessKeyId and accessKeySecret into the secret.`,
      { context: { status } },
    );
  }
  if (status !== 200 && status !== 201) throw toHubFailure({ ...answer, body: '' }, subject, '', nowMs);
  const json = answer.bodyFault === undefined ? parseJson(answer.body) : undefined;
  if (!checkTokenAnswer(json) || !/^[\x21-\x7e]+$/.test(json.access_token)) {
    const finding = answer.bodyFault ?? (json === undefined ? 'is not JSON' : 'holds no usable access_token');
    throw new HubAnswerError(`The hub answered ${subject} with HTTP ${status}, but its answer ${finding}.`, {
      context: { status },
    });
  }
  return { value: json.access_token, lifetimeSeconds: json.expires_in ?? usualLifetimeSeconds };
}
