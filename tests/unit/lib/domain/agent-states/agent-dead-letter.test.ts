import { describe, expect, it } from '@jest/globals';
import { toDeadLetter, type DeadLetter } from '../../../../../functions/lib/domain/agent-states/agent-dead-letter.ts';
import { sequenceOf, streamRecord } from '../../../agent-event-builder.ts';

const poison = { fault: 'json', reason: 'no JSON' } as const;
const parse = (message: string) => JSON.parse(message) as DeadLetter;

describe('toDeadLetter', () => {
  it('holds the payload and where it came from', () => {
    const { message, staged } = toDeadLetter(streamRecord('{"cut', 7), poison);
    expect(staged).toBeNull();
    expect(parse(message)).toEqual({
      deadLetterId: expect.stringMatching(/^[0-9a-f]{32}$/),
      fault: 'json',
      reason: 'no JSON',
      streamArn: 'arn:aws:kinesis:eu-central-1:1:stream/agents',
      shardId: 'shardId-000000000000',
      sequenceNumber: sequenceOf(7),
      partitionKey: 'key',
      arrivedAt: '2026-11-22T13:00:00.000Z',
      sizeBytes: 5,
      payload: '{"cut',
      payloadEncoding: 'utf8',
      payloadKey: null,
    });
  });

  it('gives one record one id and another record another', () => {
    const idOf = (position: number) => toDeadLetter(streamRecord('x', position), poison).letter.deadLetterId;
    expect(idOf(1)).toBe(idOf(1));
    expect(idOf(1)).not.toBe(idOf(2));
  });

  it('keeps bytes that are no text as base64, bit for bit', () => {
    const bytes = Buffer.from([0, 255, 254, 10]);
    const { payload, payloadEncoding } = parse(toDeadLetter(streamRecord(bytes, 1), poison).message);
    expect(payloadEncoding).toBe('base64');
    expect(Buffer.from(payload!, 'base64')).toEqual(bytes);
  });

  it('escapes the characters SQS refuses', () => {
    const text = 'a\u0000\uFFFEb\uFFFF\u{1F600}';
    const { message } = toDeadLetter(streamRecord(text, 1), poison);

    expect(message).not.toMatch(/[\u0000-\u0008\uFFFE\uFFFF]/);
    expect(parse(message).payload).toBe(text);
  });

  it.each([
    ['an oversize record', 'x'.repeat(10), { fault: 'oversize', reason: 'long' } as const],
    ['a payload whose escapes exceed a message', '\u0001'.repeat(100_000), poison],
  ])('points to the staging bucket for %s', (_, content, why) => {
    const { letter, message, staged } = toDeadLetter(streamRecord(content, 3), why);
    expect(letter).toMatchObject({ payload: null, payloadKey: `agent-events/shardId-000000000000/${sequenceOf(3)}` });
    expect(Buffer.byteLength(message)).toBeLessThan(2_000);
    expect(Buffer.from(staged!).toString()).toBe(content);
  });
});
