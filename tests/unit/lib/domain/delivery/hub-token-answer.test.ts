import { describe, expect, it } from '@jest/globals';
import { interpretTokenAnswer } from '../../../../../functions/lib/domain/delivery/hub-token-answer.ts';
import { ConnectorError } from '../../../../../functions/lib/domain/errors.ts';

const secret = 'very-secret-text';
const interpret = (status: number, body: string, headers = {}, rest = {}) =>
  interpretTokenAnswer({ status, headers, body, ...rest }, 0);
function failureOf(...given: Parameters<typeof interpret>): ConnectorError {
  try {
    interpret(...given);
  } catch (error) {
    if (error instanceof ConnectorError) return error;
  }
  throw new Error('this answer is no failure');
}

describe('interpretTokenAnswer', () => {
  it('reads the token and its lifetime', () => {
    expect(interpret(200, '{"access_token":"abc","token_type":"Bearer","expires_in":600}')).toEqual({
      value: 'abc',
      lifetimeSeconds: 600,
    });
  });

  it('takes an hour for the lifetime of a token that names none', () => {
    expect(interpret(201, '{"access_token":"abc"}').lifetimeSeconds).toBe(3600);
  });

  it.each([
    [400, 'HubAuthenticationError'],
    [401, 'HubAuthenticationError'],
    [403, 'HubAuthenticationError'],
    [404, 'HubAccessError'],
    [405, 'HubAccessError'],
    [302, 'HubAccessError'],
    [408, 'HubUnavailableError'],
    [429, 'HubThrottledError'],
    [500, 'HubUnavailableError'],
    [503, 'HubUnavailableError'],
    [204, 'HubAnswerError'],
  ])('turns %d into %s and repeats nothing of the body', (status, name) => {
    const error = failureOf(status, JSON.stringify({ message: secret }));
    expect(error.name).toBe(name);
    expect(JSON.stringify([error.message, error.context])).not.toContain(secret);
  });

  it.each([
    ['no JSON', `access_token=${secret}`, {}],
    ['a web page', `<html>${secret}</html>`, {}],
    ['no token', `{"token":"${secret}"}`, {}],
    ['an empty token', '{"access_token":""}', {}],
    ['a token that cannot stand in a header', `{"access_token":"${secret}\\r\\nX-Other: 1"}`, {}],
    ['a lifetime that is a text', `{"access_token":"${secret}","expires_in":"soon"}`, {}],
    ['a body that was cut', `{"access_token":"${secret}"}`, { bodyFault: 'was cut after 9 bytes' }],
  ])('refuses a success with %s and repeats nothing of it', (_, body, rest) => {
    const error = failureOf(200, body, {}, rest);
    expect(error.name).toBe('HubAnswerError');
    expect(JSON.stringify([error.message, error.context])).not.toContain(secret);
  });
});
