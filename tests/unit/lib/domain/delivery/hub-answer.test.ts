import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { interpretHubAnswer } from '../../../../../functions/lib/domain/delivery/hub-answer.ts';
import type { HubAnswer } from '../../../../../functions/lib/domain/delivery/hub-failure.ts';
import { ConnectorError } from '../../../../../functions/lib/domain/errors.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const sent = { batchId: 'batch-1', recordCount: 3 };
const answer = (status: number, body: unknown = '', rest: Partial<HubAnswer> = {}): HubAnswer => ({
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...rest,
});
const interpret = (given: HubAnswer) => interpretHubAnswer(given, sent, nowMs);
function failureOf(given: HubAnswer): ConnectorError {
  try {
    interpret(given);
  } catch (error) {
    if (error instanceof ConnectorError) return error;
  }
  throw new Error(`HTTP ${given.status} is no failure`);
}

describe('interpretHubAnswer', () => {
  it.each([200, 201, 202])('takes a %d whose counts add up for an acknowledgement', (status) => {
    expect(interpret(answer(status, { accepted: 3 }))).toEqual({
      status: 'accepted',
      accepted: 3,
      ignoredAsOlder: 0,
      rejected: [],
    });
  });

  it('gives the rejected records in order of their position, with one-line reasons', () => {
    const rejected = [
      { index: 2, reason: 'unknown\nqueue ' },
      { index: 0, reason: '' },
    ];
    expect(interpret(answer(202, { accepted: 0, ignoredAsOlder: 1, rejected }))).toEqual({
      status: 'accepted',
      accepted: 0,
      ignoredAsOlder: 1,
      rejected: [
        { index: 0, reason: 'rejected by the hub without a reason' },
        { index: 2, reason: 'unknown queue' },
      ],
    });
  });

  it.each([
    [
      'fewer counted than sent',
      202,
      { accepted: 2 },
      '2 accepted + 0 ignored as older + 0 rejected are not the 3 records sent',
    ],
    ['more counted than sent', 202, { accepted: 3, ignoredAsOlder: 1 }, 'are not the 3 records sent'],
    ['a position outside the batch', 202, { accepted: 2, rejected: [{ index: 3, reason: 'x' }] }, 'outside 0 to 2'],
    [
      'a position twice',
      202,
      {
        accepted: 1,
        rejected: [
          { index: 1, reason: 'x' },
          { index: 1, reason: 'y' },
        ],
      },
      'position twice',
    ],
    ['a count that is a text', 202, { accepted: '3' }, '/accepted must be integer'],
    ['a negative count', 202, { accepted: 4, ignoredAsOlder: -1 }, '/ignoredAsOlder must be >= 0'],
    ['no counts', 202, {}, "must have required property 'accepted'"],
    ['an array', 202, [3], 'must be object'],
    ['cut JSON', 202, '{"accepted":3', 'expected JSON with the counts, found something else'],
    ['a web page', 200, '<html><body>Welcome</body></html>', 'expected JSON'],
    ['no body', 202, '', 'found nothing'],
    ['a 204', 204, '', 'status 200, 201 or 202'],
    ['a 207 with good counts', 207, { accepted: 3 }, 'status 200, 201 or 202'],
  ])('takes a success with %s for no success', (_, status, body, finding) => {
    const error = failureOf(answer(status, body));
    expect(error.name).toBe('HubAnswerError');
    expect(error.errorClass).toBe('retryable');
    expect(error.message).toContain(finding);
  });

  it('takes a success for no success when its body was cut, even where what came is good JSON', () => {
    const error = failureOf(answer(202, { accepted: 3 }, { bodyFault: 'was cut after 14 bytes' }));
    expect(error.name).toBe('HubAnswerError');
    expect(error.message).toContain('was cut after 14 bytes');
  });

  it.each([400, 422])('takes a %d that names records for a refusal of these', (status) => {
    const body = { reason: 'bad batch', rejected: [{ index: 2, reason: 'no queue' }, { index: 1 }] };
    expect(interpret(answer(status, body))).toEqual({
      status: 'refused',
      reason: 'bad batch',
      rejected: [
        { index: 1, reason: 'bad batch' },
        { index: 2, reason: 'no queue' },
      ],
    });
  });

  it.each([
    [{ reason: 'bad envelope' }, 'bad envelope'],
    [{ message: 'bad envelope' }, 'bad envelope'],
    [{ error: 'bad envelope' }, 'bad envelope'],
    [{ error: { code: 'X1', message: 'bad envelope' } }, 'bad envelope'],
    ['bad envelope', 'bad envelope'],
    ['', 'refused by the hub with HTTP 400, without a reason'],
    ['<h1>Bad Request</h1>', 'refused by the hub with HTTP 400, without a reason'],
    [{ reason: 'r', rejected: [] }, 'r'],
    [{ reason: 'r', rejected: [{ index: 3 }] }, 'r'],
    [{ reason: 'r', rejected: [{ index: 1 }, { index: 1 }] }, 'r'],
    [{ reason: 'r', rejected: [{ index: 0.5 }] }, 'r'],
    [{ reason: 'r', rejected: [{ position: 1 }] }, 'r'],
    [{ reason: 'r', rejected: 'all' }, 'r'],
  ])('takes a 400 with %j for a refusal that names none', (body, reason) => {
    expect(interpret(answer(400, body))).toEqual({ status: 'refused', reason, rejected: [] });
  });

  it('keeps a reason to one short line without control characters', () => {
    const result = interpret(answer(400, { reason: `a\u0000b\r\n${'x'.repeat(5000)}` }));
    const reason = result.status === 'refused' ? result.reason : '';
    expect(reason).toMatch(/^a b x{100,300}…$/);
  });

  it('takes a 413 for a batch to be split', () => {
    expect(interpret(answer(413))).toEqual({ status: 'too-large' });
  });

  it.each([
    { code: 'BATCH_ALREADY_APPLIED' },
    { error: 'duplicate' },
    { error: { code: 'ALREADY_PROCESSED' } },
    { code: '409', message: 'This batch was already applied' },
    { code: 'BATCH_ALREADY_APPLIED', reason: 'it is not applied again' },
    'already processed',
  ])('takes a 409 with %j for done', (body) => {
    expect(interpret(answer(409, body))).toEqual({ status: 'already-applied' });
  });

  it.each([
    { code: 'IDEMPOTENCY_KEY_IN_PROGRESS' },
    { code: 'BATCH_ALREADY_IN_PROGRESS' },
    { code: 'BATCH_NOT_APPLIED' },
    { message: 'The key was already used with a different body' },
    { code: 'SOMETHING_ELSE' },
    {},
    '',
    '<html>Conflict</html>',
  ])('takes a 409 with %j for one to repeat', (body) => {
    expect(failureOf(answer(409, body)).name).toBe('HubUnavailableError');
  });

  it.each([400, 409, 422])('does not judge a %d by a body that was cut', (status) => {
    const error = failureOf(answer(status, { code: 'BATCH_ALREADY_APPLIED' }, { bodyFault: 'was cut after 9 bytes' }));
    expect(error.name).toBe('HubUnavailableError');
  });

  it.each([
    [401, 'HubAuthenticationError', 'operator'],
    [402, 'HubAccessError', 'operator'],
    [403, 'HubAccessError', 'operator'],
    [404, 'HubAccessError', 'operator'],
    [405, 'HubAccessError', 'operator'],
    [415, 'HubAccessError', 'operator'],
    [301, 'HubAccessError', 'operator'],
    [304, 'HubAccessError', 'operator'],
    [307, 'HubAccessError', 'operator'],
    [429, 'HubThrottledError', 'retryable'],
    [408, 'HubUnavailableError', 'retryable'],
    [425, 'HubUnavailableError', 'retryable'],
    [500, 'HubUnavailableError', 'retryable'],
    [502, 'HubUnavailableError', 'retryable'],
    [503, 'HubUnavailableError', 'retryable'],
    [599, 'HubUnavailableError', 'retryable'],
    [101, 'HubAnswerError', 'retryable'],
  ])('turns %d into %s, which is of the class %s', (status, name, errorClass) => {
    const error = failureOf(answer(status, { reason: 'because' }));
    expect([error.name, error.errorClass, error.context['status']]).toEqual([name, errorClass, status]);
  });

  it('says of a failing hub that it may have taken the batch', () => {
    expect(failureOf(answer(500)).message).toContain('may have taken the batch');
  });

  it('names the target of a redirect without its query', () => {
    const error = failureOf(answer(307, '', { headers: { location: 'https://login.example.com/x?session=abc' } }));
    expect(error.message).toContain('https://login.example.com/x. ');
    expect(error.message).not.toContain('abc');
  });

  it('hands on how long a 429 or 503 asks to wait', () => {
    const headers = { 'retry-after': '120' };
    expect(failureOf(answer(429, '', { headers })).context['retryAfterSeconds']).toBe(120);
    const unavailable = failureOf(answer(503, '', { headers }));
    expect([unavailable.name, unavailable.context['retryAfterSeconds']]).toEqual(['HubThrottledError', 120]);
    expect(failureOf(answer(429, '', { headers: { 'retry-after': 'soon' } })).context['retryAfterSeconds']).toBeNull();
  });

  it('never takes an arbitrary answer for a success that does not account for every record', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.json(), fc.string()), (status, body) => {
        try {
          const result = interpret(answer(status, body));
          if (result.status !== 'accepted') return;
          expect(result.accepted + result.ignoredAsOlder + result.rejected.length).toBe(sent.recordCount);
        } catch (error) {
          expect(error).toBeInstanceOf(ConnectorError);
        }
      }),
    );
  });
});
