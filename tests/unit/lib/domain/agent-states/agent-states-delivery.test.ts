import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeAgentStates } from '../../../../../functions/lib/domain/agent-states/agent-states-body.ts';
import { deliverAgentStates } from '../../../../../functions/lib/domain/agent-states/agent-states-delivery.ts';
import type { HubPostResult } from '../../../../../functions/lib/domain/delivery/hub-answer.ts';
import { HubUnavailableError } from '../../../../../functions/lib/domain/errors.ts';
import type { AgentStateRecord } from '../../../../../schemas/agent-states.ts';
import { instant } from '../../../agent-event-builder.ts';

const stateOf = (n: number): AgentStateRecord => ({
  agentValue: `agent-${n}`,
  agentId: `agent-${n}`,
  eventId: 'Break',
  eventReason: '',
  activityCode: 'Break',
  status: 'Closed',
  mapped: true,
  mediaType: null,
  startTime: instant(n),
  eventTime: instant(n),
  sourceEventId: `e${n}`,
  sequence: String(n).padStart(58, '0'),
});
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const numberOf = ({ sourceEventId }: AgentStateRecord) => Number(sourceEventId.slice(1));
const acceptAll = (count: number): HubPostResult => ({
  status: 'accepted',
  accepted: count,
  ignoredAsOlder: 0,
  rejected: [],
});

/** Delivers `count` states to a hub that answers by rule; every post in order, and what was refused. */
async function deliver(count: number, answer: (sent: number[], postCount: number) => HubPostResult) {
  const posts: number[][] = [];
  let encoded: number[] = [];
  const refused = await deliverAgentStates(
    numbers(count).map(stateOf),
    (states) => {
      encoded = states.map(numberOf);
      return encodeAgentStates('acd', states);
    },
    ({ recordCount }) => {
      expect(recordCount).toBe(encoded.length);
      posts.push(encoded);
      return Promise.resolve(answer(encoded, posts.length));
    },
  );
  return { posts, refused: [...refused.keys()].sort((a, b) => a - b), reasons: refused };
}

/** Refuses batches that hold a bad one, without naming it. */
const refuseSilently = (bad: ReadonlySet<number>) => (sent: number[]) =>
  sent.some((n) => bad.has(n))
    ? ({ status: 'refused', reason: 'something is wrong', rejected: [] } as const)
    : acceptAll(sent.length);

describe('deliverAgentStates', () => {
  it('posts everything at once', async () => {
    expect((await deliver(5, (sent) => acceptAll(sent.length))).posts).toEqual([[0, 1, 2, 3, 4]]);
  });

  it('posts nothing when there is nothing', async () => {
    expect((await deliver(0, () => acceptAll(0))).posts).toEqual([]);
  });

  it('notes what an acknowledgement rejects and sends none of it again', async () => {
    const rejected = [{ index: 1, reason: 'unknown agent' }];
    const { posts, reasons } = await deliver(3, () => ({
      status: 'accepted',
      accepted: 2,
      ignoredAsOlder: 0,
      rejected,
    }));
    expect(posts).toHaveLength(1);
    expect([...reasons]).toEqual([[1, 'unknown agent']]);
  });

  it('leaves out what a refusal names and sends the rest in order', async () => {
    const named: HubPostResult = {
      status: 'refused',
      reason: 'x',
      rejected: [
        { index: 0, reason: 'a' },
        { index: 2, reason: 'b' },
      ],
    };
    const { posts, reasons } = await deliver(4, (sent, post) => (post === 1 ? named : acceptAll(sent.length)));
    expect(posts).toEqual([
      [0, 1, 2, 3],
      [1, 3],
    ]);
    expect(Object.fromEntries(reasons)).toEqual({ 0: 'a', 2: 'b' });
  });

  it('halves a batch that is too large and gives up on one that is too large alone', async () => {
    const { posts, refused } = await deliver(3, (sent) =>
      sent.includes(1) ? { status: 'too-large' } : acceptAll(sent.length),
    );
    expect(posts).toEqual([[0, 1, 2], [0, 1], [0], [1], [2]]);
    expect(refused).toEqual([1]);
  });

  it('takes a batch that was applied before for delivered', async () => {
    expect((await deliver(3, () => ({ status: 'already-applied' }))).refused).toEqual([]);
  });

  it('finds unnamed bad ones, never sending a later one before an earlier one is settled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.uniqueArray(fc.nat(59), { maxLength: 7 }),
        async (count, bad) => {
          const isBad = new Set(bad);
          const { posts, refused } = await deliver(count, refuseSilently(isBad));
          expect(refused).toEqual(numbers(count).filter((n) => isBad.has(n)));
          const taken = posts.filter((sent) => !sent.some((n) => isBad.has(n))).flat();
          expect(taken).toEqual(numbers(count).filter((n) => !isBad.has(n)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives a hopeless batch up after a handful of requests, everything refused', async () => {
    const { posts, refused } = await deliver(1000, refuseSilently(new Set(numbers(1000))));
    expect(refused).toHaveLength(1000);
    expect(posts.length).toBeLessThan(50);
  });

  it('goes on behind a long row of bad ones as soon as one is taken', async () => {
    const { refused } = await deliver(64, refuseSilently(new Set(numbers(16))));
    expect(refused).toEqual(numbers(16));
  });

  it('sends nothing more once the hub cannot be reached', async () => {
    let postCount = 0;
    const run = deliver(8, () => {
      postCount += 1;
      if (postCount === 2) throw new HubUnavailableError('down');
      return { status: 'too-large' };
    });
    await expect(run).rejects.toThrow('down');
    expect(postCount).toBe(2);
  });
});

describe('encodeAgentStates', () => {
  it('gives the same content the same id and bytes, and other content another id', () => {
    const [a, b] = [stateOf(1), stateOf(2)];
    expect(encodeAgentStates('acd', [a, b])).toEqual(encodeAgentStates('acd', [{ ...a }, { ...b }]));
    const ids = [encodeAgentStates('acd', [a, b]), encodeAgentStates('acd', [b, a]), encodeAgentStates('dca', [a, b])];
    expect(new Set(ids.map(({ batchId }) => batchId)).size).toBe(3);
  });
});

describe('parts that are judged by their first transition', () => {
  const refuseAll: HubPostResult = { status: 'refused', reason: 'envelope', rejected: [] };

  it('are sent after all when that one passes, in order, under keys of their own', async () => {
    // The first eight tried alone are refused; then the hub is mended.
    const isAlone = ([first, second]: number[]) => first !== undefined && second === undefined;
    let refusedAlone = 0;
    const { posts, refused } = await deliver(64, (sent) => {
      if (refusedAlone >= 8) return acceptAll(sent.length);
      if (isAlone(sent)) refusedAlone += 1;
      return refuseAll;
    });
    expect(refused).toEqual(numbers(8));
    const accepted = posts.slice(posts.findIndex((sent) => sent[0] === 7) + 1).flat();
    expect(accepted).toEqual(numbers(64).slice(8));
  });

  it.each(['accepted', 'already-applied'] as const)(
    'are sent on their own, however the hub takes batches by then: the first one is %s',
    async (status) => {
      const taken: number[] = [];
      let refusedAlone = 0;
      const { refused } = await deliver(64, (sent) => {
        if (sent.length > 1) return refuseAll;
        if (refusedAlone < 8) {
          refusedAlone += 1;
          return refuseAll;
        }
        taken.push(...sent);
        return status === 'accepted' ? acceptAll(1) : { status };
      });
      expect(refused).toEqual(numbers(8));
      expect(taken).toEqual(numbers(64).slice(8));
    },
  );

  it('count as taken when the hub says that it has them already', async () => {
    const { refused, posts } = await deliver(3, () => ({ status: 'already-applied' }));
    expect([refused, posts]).toEqual([[], [[0, 1, 2]]]);
  });

  it('bear the reason of the record where the hub names it, also when it stands alone', async () => {
    const { reasons } = await deliver(1, () => ({
      ...{ status: 'refused', reason: 'batch' },
      rejected: [{ index: 0, reason: 'unknown agent' }],
    }));
    expect([...reasons]).toEqual([[0, 'unknown agent']]);
  });

  it('end with the request that leaves nothing over', async () => {
    const { posts, refused } = await deliver(2, () => ({
      ...{ status: 'refused', reason: 'batch' },
      rejected: [0, 1].map((index) => ({ index, reason: 'no' })),
    }));
    expect([posts.length, refused]).toEqual([1, [0, 1]]);
  });
});
