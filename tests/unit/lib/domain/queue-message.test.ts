import { describe, expect, it } from '@jest/globals';
import { toQueueMessage } from '../../../../functions/lib/domain/queue-message.ts';

describe('toQueueMessage', () => {
  it('holds no character that SQS refuses, and means the same', () => {
    const content = { key: 'QR-\uFFFE\uFFFF\u0000\u001b.csv', count: 1 };
    const message = toQueueMessage(content);
    expect(message).not.toMatch(/[\u0000-\u001f\uFFFE\uFFFF]/);
    expect(JSON.parse(message)).toEqual(content);
  });
});
