import { describe, expect, it } from '@jest/globals';
import type { Deployment } from '../../../../tools/ops/deployment.ts';
import { handleAll, handleQueue } from '../../../../tools/ops/queues/queue-handling.ts';
import type { Session } from '../../../../tools/ops/session.ts';

const lost = Object.assign(new Error('no connection'), { code: 'ECONNRESET' });
const messages = ['one', 'two', 'three'].map((MessageId) => ({ MessageId, Body: MessageId, ReceiptHandle: MessageId }));

/** A queue whose connection is lost once a message was removed. */
function createDeployment(): Deployment {
  let isLost = false;
  const received = [messages];
  const send = ({ constructor, input }: { constructor: { name: string }; input: object }) => {
    if (isLost) return Promise.reject(lost);
    if (constructor.name === 'ReceiveMessageCommand') return Promise.resolve({ Messages: received.pop() ?? [] });
    isLost = 'ReceiptHandle' in input;
    return Promise.resolve({});
  };
  return { clients: { sqs: { send } }, target: '--local' } as unknown as Deployment;
}
const session = {
  checkInterrupted: () => undefined,
  startProgress: () => ({ advance: () => undefined, pause: () => undefined, stop: () => undefined }),
} as unknown as Session;

describe('handleQueue', () => {
  it('says what it has handled before the connection was lost, although it cannot let go of the rest', async () => {
    const queue = { name: 'historical-dlq', holds: '', url: 'q' } as const;
    const flags = { all: true, yes: true, limit: 500 } as const;
    const { data, stoppedBy } = await handleQueue(
      createDeployment(),
      session,
      { queue, action: 'replay', flags },
      async (held, picked) => {
        const handled = await handleAll(session, queue, held, picked, () =>
          Promise.resolve({ isDone: true, result: 'back' }),
        );
        return { ...handled, keptIn: null };
      },
    );
    expect(stoppedBy).toBe(lost);
    expect(data.messages).toMatchObject([
      { messageId: 'one', isRemoved: true, result: 'back' },
      { messageId: 'two', isRemoved: false, result: 'not handled to its end' },
      { messageId: 'three', isRemoved: false, result: 'not handled to its end' },
    ]);
    expect(data.nextCommand).toBe('npx acdhub dlq replay historical-dlq --all --local --yes');
  });
});
