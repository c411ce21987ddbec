import { describe, expect, it } from '@jest/globals';
import type { FailedExecutionsQueue, QueuedMessage } from '../../../functions/lib/io/failed-executions-queue.ts';
import { clearSettledMessages } from '../../../functions/watch-intervals/clear-settled-messages.ts';

const eventOf = (executionArn: string) => JSON.stringify({ detail: { executionArn } });

/** Hands out ten messages at a time; what was handed out once is hidden unless it is released. */
function createQueue(bodies: readonly string[], comesBack = false) {
  let waiting: QueuedMessage[] = bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: `r${index}`,
    body,
  }));
  const removed: string[] = [];
  const released: string[] = [];
  const queue: FailedExecutionsQueue = {
    receive: () => {
      const messages = waiting.slice(0, 10);
      waiting = [...waiting.slice(10), ...(comesBack ? messages : [])];
      return Promise.resolve(messages);
    },
    remove: (messages) => {
      removed.push(...messages.map(({ body }) => body));
      return Promise.resolve();
    },
    release: (messages) => {
      released.push(...messages.map(({ messageId }) => messageId));
      return Promise.resolve();
    },
  };
  return { queue, removed, released };
}

describe('clearSettledMessages', () => {
  it('removes the messages of settled executions and gives every other one back', async () => {
    const { queue, removed, released } = createQueue([
      eventOf('healed'),
      eventOf('open'),
      'no event',
      eventOf('healed'),
    ]);
    const asked: string[] = [];
    const result = await clearSettledMessages(queue, (arn) => {
      asked.push(arn);
      return Promise.resolve(arn === 'healed');
    });
    expect(result).toEqual({ removedCount: 2, keptCount: 2, limits: [] });
    expect(removed).toEqual([eventOf('healed'), eventOf('healed')]);
    expect(released).toEqual(['m1', 'm2']);
    expect(asked).toEqual(['healed', 'open']);
  });

  it('stops when a kept message comes a second time', async () => {
    const { queue, released } = createQueue([eventOf('open')], true);
    expect(await clearSettledMessages(queue, () => Promise.resolve(false))).toMatchObject({ keptCount: 1, limits: [] });
    expect(released).toEqual(['m0']);
  });

  it('says when it has not seen all of them', async () => {
    const { queue } = createQueue(Array.from({ length: 1_200 }, (_, index) => eventOf(`open-${index}`)));
    const { keptCount, limits } = await clearSettledMessages(queue, () => Promise.resolve(false));
    expect([keptCount, limits]).toEqual([1_000, ['More than 1000 messages wait in the queue of failed executions']]);
  });

  it('gives the messages back when it fails on the way', async () => {
    const { queue, removed, released } = createQueue([eventOf('open'), eventOf('unknown')]);
    const failing = clearSettledMessages(queue, (arn) =>
      arn === 'unknown' ? Promise.reject(new Error('busy')) : Promise.resolve(false),
    );
    await expect(failing).rejects.toThrow('busy');
    expect([removed, released]).toEqual([[], ['m0']]);
  });
});
