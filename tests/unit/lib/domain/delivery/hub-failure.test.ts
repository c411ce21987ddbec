// What an operator reads when the hub does not take something: what was sent, what came back, what to do.
import { describe, expect, it } from '@jest/globals';
import {
  checkHeartbeatAnswer,
  hubAmbiguity,
  interpretHubAnswer,
} from '../../../../../functions/lib/domain/delivery/hub-answer.ts';
import {
  parseJson,
  readReason,
  toHubFailure,
  toReasonLine,
  type HubAnswer,
} from '../../../../../functions/lib/domain/delivery/hub-failure.ts';
import { interpretTokenAnswer } from '../../../../../functions/lib/domain/delivery/hub-token-answer.ts';
import { ConnectorError } from '../../../../../functions/lib/domain/errors.ts';

const answer = (status: number, body: unknown = '', rest: Partial<HubAnswer> = {}): HubAnswer => ({
  ...{ status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) },
  ...rest,
});
const wait = { headers: { 'retry-after': '9' } };
const failureOf = (work: () => unknown): ConnectorError => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConnectorError) return error;
  }
  throw new Error('no failure');
};
const batchFailure = (given: HubAnswer) =>
  failureOf(() => interpretHubAnswer(given, { batchId: 'b1', recordCount: 3 }, 0));
const tokenFailure = (given: HubAnswer) => failureOf(() => interpretTokenAnswer(given, 0));

describe('the message about a batch', () => {
  const about = 'The hub answered batch b1 with HTTP';
  const cause = { reason: 'because' };
  const places = 'Check hub.url and acd.name in the settings, and that the access key may write to this ACD.';

  it.each<[HubAnswer, string]>([
    [answer(429, cause, wait), `${about} 429 (because): it is busy and asks for 9 s before the next attempt.`],
    [answer(429), `${about} 429: it is busy and names no time before the next attempt.`],
    [answer(503, cause, wait), `${about} 503 (because): it is busy and asks for 9 s before the next attempt.`],
    [answer(503, cause), `${about} 503 (because): it cannot serve us at the moment. ${hubAmbiguity}`],
    [answer(500, '', wait), `${about} 500: it cannot serve us at the moment. ${hubAmbiguity}`],
    [
      answer(300, '', { headers: { location: 'https://x/y#z' } }),
      `${about} 300, a redirect to https://x/y. Redirects are not followed: set hub.url to the hub's final address.`,
    ],
    [
      answer(308),
      `${about} 308, a redirect to nowhere. Redirects are not followed: set hub.url to the hub's final address.`,
    ],
    [answer(404, cause), `${about} 404 (because). ${places}`],
    [answer(101), `${about} 101, which the contract does not know.`],
    [
      answer(401),
      `${about} 401, also with a new token. Check that the access key in the secret is the hub's current one.`,
    ],
    [answer(422, '', { bodyFault: 'was cut' }), `${about} 422, but its answer was cut. ${hubAmbiguity}`],
    [
      answer(409),
      `${about} 409 without a code: expected the same batch to be in progress or already applied. ${hubAmbiguity}`,
    ],
    [
      answer(409, { code: 'ODD\nWORD' }),
      `${about} 409 (ODD WORD): expected the same batch to be in progress or already applied. ${hubAmbiguity}`,
    ],
    [
      answer(409, { reason: 'why not' }),
      `${about} 409 (why not): expected the same batch to be in progress or already applied. ${hubAmbiguity}`,
    ],
    [answer(202, ' \n'), `${about} 202, but expected JSON with the counts, found nothing. ${hubAmbiguity}`],
    [answer(202, '[1]'), `${about} 202, but its JSON is no acknowledgement: it must be object. ${hubAmbiguity}`],
  ])('of %j says what came and what it means', (given, message) => {
    const failure = batchFailure(given);
    expect(failure.message).toBe(message);
    expect(failure.context).toMatchObject({ status: given.status });
  });

  it('tells the log how many records were at stake when the counts are wrong', () => {
    expect(batchFailure(answer(202, { accepted: 1 })).context).toEqual({ status: 202, recordCount: 3 });
  });

  it.each([199, 300])('takes no %d for a success', (status) => {
    expect(batchFailure(answer(status, { accepted: 3 })).name).toMatch(/HubAnswerError|HubAccessError/);
    expect(batchFailure(answer(status, { accepted: 3 })).message).not.toContain('acknowledgement');
  });

  it('refuses a position below 0 like one beyond the end', () => {
    expect(batchFailure(answer(202, { accepted: 2, rejected: [{ index: -1, reason: 'x' }] })).name).toBe(
      'HubAnswerError',
    );
  });
});

describe('the message about a heartbeat', () => {
  it.each([200, 204, 299])('needs none for a %d', (status) => {
    expect(() => {
      checkHeartbeatAnswer(answer(status), 0);
    }).not.toThrow();
  });

  it.each([
    [199, 'HubAnswerError', 'The hub answered a heartbeat with HTTP 199, which the contract does not know.'],
    [300, 'HubAccessError', 'The hub answered a heartbeat with HTTP 300, a redirect to nowhere.'],
    [401, 'HubAuthenticationError', 'The hub answered a heartbeat with HTTP 401, also with a new token.'],
    [422, 'HubAccessError', 'The hub answered a heartbeat with HTTP 422. Check hub.url'],
  ])('of a %d is a %s', (status, name, message) => {
    const failure = failureOf(() => {
      checkHeartbeatAnswer(answer(status), 0);
    });
    expect(failure.name).toBe(name);
    expect(failure.message).toContain(message);
  });

  it('leaves nothing open: a heartbeat counts nothing', () => {
    const failure = failureOf(() => {
      checkHeartbeatAnswer(answer(500), 0);
    });
    expect(failure.message).toBe('The hub answered a heartbeat with HTTP 500: it cannot serve us at the moment.');
  });
});

describe('the message about a token', () => {
  const about = 'The hub answered the request for a token with HTTP';

  it.each<[HubAnswer, string]>([
    [
      answer(401, { reason: 'no' }),
      `${about} 401: it refuses the access key. Put a valid accessKeyId and accessKeySecret into the secret.`,
    ],
    [answer(200, 'x'), `${about} 200, but its answer is not JSON.`],
    [answer(200, {}), `${about} 200, but its answer holds no usable access_token.`],
    [answer(201, '{}', { bodyFault: 'was cut' }), `${about} 201, but its answer was cut.`],
    [answer(500, { reason: 'no' }), `${about} 500: it cannot serve us at the moment.`],
  ])('of %j repeats nothing of the body', (given, message) => {
    const failure = tokenFailure(given);
    expect(failure.message).toBe(message);
    expect(failure.context).toMatchObject({ status: given.status });
  });
});

describe('readReason', () => {
  it.each<[unknown, string | undefined]>([
    [{ reason: ' ', message: 'm' }, 'm'],
    [{ detail: 'd', title: 't' }, 'd'],
    [{ title: 't', code: 'c' }, 't'],
    [{ code: 'c' }, 'c'],
    [{ error: { error: { detail: 'deep' } } }, 'deep'],
    [{ reason: 5 }, undefined],
    [[], undefined],
    ['"just a text"', undefined],
    ['  busy\n', 'busy'],
    [' \n', undefined],
    ['a < b', 'a < b'],
    ['<!doctype html>', undefined],
  ])('of %j is %j', (body, reason) => {
    expect(readReason(typeof body === 'string' ? body : JSON.stringify(body))).toBe(reason);
  });

  it('is found, or not, however deep the hub nests its errors', () => {
    const depth = 100_000;
    expect(readReason(`${'{"error":'.repeat(depth)}{"reason":"deep"}${'}'.repeat(depth)}`)).toBe('deep');
    expect(readReason(`${'{"error":'.repeat(depth)}{}${'}'.repeat(depth)}`)).toBeUndefined();
  });
});

describe('toReasonLine', () => {
  it('keeps 300 characters whole and cuts more, without a blank before the mark', () => {
    expect(toReasonLine('x'.repeat(300))).toBe('x'.repeat(300));
    expect(toReasonLine('x'.repeat(301))).toBe(`${'x'.repeat(300)}…`);
    expect(toReasonLine(`${'x'.repeat(299)} yz`)).toBe(`${'x'.repeat(299)}…`);
  });

  it('is one line, without what would turn or hide it', () => {
    expect(toReasonLine('\u001b[31ma\u202eb\r\n\tc\u200bd ')).toBe('[31ma b c d');
  });
});

describe('parseJson', () => {
  it('is undefined for what is no JSON, and null for null', () => {
    expect([parseJson('{'), parseJson(''), parseJson('null')]).toEqual([undefined, undefined, null]);
  });
});

describe('toHubFailure', () => {
  it('has the wish to wait in its context, null where there is none', () => {
    expect(toHubFailure(answer(503, '', wait), 's', '', 0).context).toEqual({ status: 503, retryAfterSeconds: 9 });
    expect(toHubFailure(answer(500), 's', '', 0).context).toEqual({ status: 500, retryAfterSeconds: null });
  });

  it.each([399, 400])('takes %d for what it is', (status) => {
    expect(toHubFailure(answer(status), 's', '', 0).message).toContain(status === 399 ? 'redirect' : 'Check hub.url');
  });
});
