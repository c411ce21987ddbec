import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deliverBatch, type PostBatch } from '../../../../../functions/lib/domain/delivery/batch-delivery.ts';
import type { HubPostResult } from '../../../../../functions/lib/domain/delivery/hub-answer.ts';
import { encodeHubReport } from '../../../../../functions/lib/domain/delivery/hub-body.ts';
import { HubUnavailableError } from '../../../../../functions/lib/domain/errors.ts';
import type { HubReport } from '../../../../../schemas/hub-messages.ts';
import type { AgentSystemRecord } from '../../../../../schemas/hub-records.ts';

const intervalStart = '2026-11-22T12:00:00.000Z';
const encode = (report: HubReport) => encodeHubReport('ASPR', 'acd', report);

function stageReport(count: number) {
  const reportData: AgentSystemRecord[] = Array.from({ length: count }, (_, index) => ({
    agentValue: `agent-${index}`,
    agentId: `agent-${index}`,
    intervalStart,
    readyTimeSeconds: 1,
    notReadyTimeSeconds: 2,
    loginTimeSeconds: 3,
  }));
  const content = {
    acdType: 'AMAZON_CONNECT',
    reportVersion: '1',
    sourceVersion: 'v1',
    startDate: intervalStart,
    endDate: '2026-11-22T12:15:00.000Z',
    intervalSeconds: 900,
    reportData,
  } as const;
  const { batchId, body } = encodeHubReport('ASPR', 'acd', content);
  return { report: { ...content, batchId } satisfies HubReport, body };
}

interface Post {
  batchId: string;
  body: Uint8Array;
  agents: number[];
}

/** A hub that answers by a rule over the numbers of the agents in a batch. */
function createHub(rule: (agents: number[]) => HubPostResult) {
  const posts: Post[] = [];
  const taken: number[] = [];
  const post: PostBatch = (batchId, body) => {
    const report = JSON.parse(gunzipSync(body).toString('utf8')) as HubReport;
    const agents = (report.reportData as AgentSystemRecord[]).map(({ agentValue }) => Number(agentValue.slice(6)));
    expect(report.batchId).toBe(batchId);
    posts.push({ batchId, body, agents });
    const result = rule(agents);
    if (result.status === 'accepted') {
      const refused = new Set(result.rejected.map(({ index }) => index));
      taken.push(...agents.filter((_, index) => !refused.has(index)));
    }
    return Promise.resolve(result);
  };
  return { post, posts, taken, sizes: () => posts.map(({ agents }) => agents.length) };
}

const accept = (agents: number[]): HubPostResult => ({
  status: 'accepted',
  accepted: agents.length,
  ignoredAsOlder: 0,
  rejected: [],
});
const refuse = (reason: string, rejected: { index: number; reason: string }[] = []): HubPostResult => ({
  status: 'refused',
  reason,
  rejected,
});
const deliver = (count: number, rule: (agents: number[]) => HubPostResult) => {
  const { report, body } = stageReport(count);
  const hub = createHub(rule);
  return { hub, body, report, delivery: deliverBatch(report, body, hub.post, encode) };
};

describe('deliverBatch', () => {
  it('posts the staged bytes under their own id, and nothing else when the hub takes them', async () => {
    const { hub, body, report, delivery } = deliver(5, accept);
    expect(await delivery).toEqual({ acceptedCount: 5, ignoredAsOlderCount: 0, rejected: [] });
    expect(hub.posts).toHaveLength(1);
    expect(hub.posts[0]!.body).toBe(body);
    expect(hub.posts[0]!.batchId).toBe(report.batchId);
  });

  it('[fault 23] records what a partial acceptance rejects and sends none of it again', async () => {
    const rejected = [{ index: 3, reason: 'unknown agent' }];
    const { hub, delivery } = deliver(5, () => ({ status: 'accepted', accepted: 3, ignoredAsOlder: 1, rejected }));
    expect(await delivery).toEqual({ acceptedCount: 3, ignoredAsOlderCount: 1, rejected });
    expect(hub.posts).toHaveLength(1);
  });

  it('counts a batch that was applied before as accepted', async () => {
    const { delivery } = deliver(5, () => ({ status: 'already-applied' }));
    expect(await delivery).toEqual({ acceptedCount: 5, ignoredAsOlderCount: 0, rejected: [] });
  });

  it('makes rejects of the records a refusal names and sends the rest as a batch of its own', async () => {
    const { hub, report, delivery } = deliver(5, (agents) =>
      agents.length === 5
        ? refuse('bad', [
            { index: 1, reason: 'a' },
            { index: 4, reason: 'b' },
          ])
        : accept(agents),
    );
    expect(await delivery).toEqual({
      acceptedCount: 3,
      ignoredAsOlderCount: 0,
      rejected: [
        { index: 1, reason: 'a' },
        { index: 4, reason: 'b' },
      ],
    });
    expect(hub.posts[1]!.agents).toEqual([0, 2, 3]);
    expect(hub.posts[1]!.batchId).not.toBe(report.batchId);
  });

  it('translates positions in a derived batch back to the original one', async () => {
    const { delivery } = deliver(5, (agents) =>
      agents.length === 1 ? accept(agents) : refuse('bad', [{ index: 0, reason: `first of ${agents.length}` }]),
    );
    expect((await delivery).rejected).toEqual([
      { index: 0, reason: 'first of 5' },
      { index: 1, reason: 'first of 4' },
      { index: 2, reason: 'first of 3' },
      { index: 3, reason: 'first of 2' },
    ]);
  });

  it('sends nothing more when a refusal names every record', async () => {
    const { hub, delivery } = deliver(2, () =>
      refuse('bad', [
        { index: 0, reason: 'a' },
        { index: 1, reason: 'b' },
      ]),
    );
    expect((await delivery).rejected).toHaveLength(2);
    expect(hub.posts).toHaveLength(1);
  });

  it('halves a batch that is refused without names until the bad record is found', async () => {
    const { hub, delivery } = deliver(8, (agents) => (agents.includes(5) ? refuse('no queue') : accept(agents)));
    expect(await delivery).toEqual({
      acceptedCount: 7,
      ignoredAsOlderCount: 0,
      rejected: [{ index: 5, reason: 'no queue' }],
    });
    expect(hub.posts.map(({ agents }) => agents)).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [4, 5],
      [4],
      [5],
      [6, 7],
    ]);
  });

  it.each([
    [
      'twice',
      [
        { index: 1, reason: 'x' },
        { index: 1, reason: 'y' },
      ],
    ],
    ['outside the batch', [{ index: 9, reason: 'x' }]],
  ])('takes a refusal that names a position %s for one that names none', async (_, named) => {
    const { hub, delivery } = deliver(2, (agents) => (agents.length === 2 ? refuse('bad', named) : accept(agents)));
    expect((await delivery).acceptedCount).toBe(2);
    expect(hub.sizes()).toEqual([2, 1, 1]);
  });

  it('[fault 11] halves a batch that is too large, and rejects a record that is too large alone', async () => {
    const { hub, delivery } = deliver(5, (agents) =>
      agents.length > 2 || agents.includes(4) ? { status: 'too-large' } : accept(agents),
    );
    expect(await delivery).toEqual({
      acceptedCount: 4,
      ignoredAsOlderCount: 0,
      rejected: [{ index: 4, reason: 'This record alone is too large for the hub (HTTP 413).' }],
    });
    expect(hub.sizes()).toEqual([5, 3, 2, 1, 2, 1, 1]);
  });

  it('rejects a batch of one record that is refused, after one request', async () => {
    const { hub, delivery } = deliver(1, () => refuse('bad'));
    expect((await delivery).rejected).toEqual([{ index: 0, reason: 'bad' }]);
    expect(hub.posts).toHaveLength(1);
  });

  it.each([refuse('envelope'), { status: 'too-large' } as const])(
    'gives a batch of 500 up as rejected after a few dozen requests when the hub says %j to everything',
    async (result) => {
      const { hub, delivery } = deliver(500, () => result);
      const { acceptedCount, rejected } = await delivery;
      expect(acceptedCount).toBe(0);
      expect(rejected.map(({ index }) => index)).toEqual([...Array(500).keys()]);
      expect(hub.posts.length).toBeLessThan(40);
    },
  );

  it('goes on when the first records are all bad but a sample of the rest is good', async () => {
    const { delivery, hub } = deliver(200, (agents) =>
      agents.some((agent) => agent < 30) ? refuse('bad') : accept(agents),
    );
    const { acceptedCount, rejected } = await delivery;
    expect(acceptedCount).toBe(170);
    expect(rejected.map(({ index }) => index)).toEqual([...Array(30).keys()]);
    expect(hub.taken.toSorted((a, b) => a - b)).toEqual([...Array(200).keys()].slice(30));
  });

  it('throws when the hub accounts for fewer records than it was sent', async () => {
    const { delivery } = deliver(3, () => ({ status: 'accepted', accepted: 2, ignoredAsOlder: 0, rejected: [] }));
    await expect(delivery).rejects.toMatchObject({ name: 'HubAnswerError' });
  });

  it('lets a failure of the hub pass through', async () => {
    const { report, body } = stageReport(3);
    const down = new HubUnavailableError('down');
    await expect(deliverBatch(report, body, () => Promise.reject(down), encode)).rejects.toBe(down);
  });

  it('accounts for every record once, rejects exactly the bad ones and repeats the same ids after a crash', async () => {
    const cases = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      bad: fc.uniqueArray(fc.integer({ min: 0, max: 59 })),
      maxRecords: fc.integer({ min: 1, max: 60 }),
      names: fc.constantFrom('all', 'first', 'none'),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ count, bad, maxRecords, names }) => {
        const rule = (agents: number[]): HubPostResult => {
          if (agents.length > maxRecords) return { status: 'too-large' };
          const wrong = agents.flatMap((agent, index) => (bad.includes(agent) ? [{ index, reason: 'bad' }] : []));
          if (wrong.length === 0) return accept(agents);
          return refuse('bad', names === 'none' ? [] : names === 'first' ? wrong.slice(0, 1) : wrong);
        };
        const { hub, delivery } = deliver(count, rule);
        const { acceptedCount, ignoredAsOlderCount, rejected } = await delivery;
        expect(acceptedCount + ignoredAsOlderCount + rejected.length).toBe(count);
        expect(new Set(hub.taken).size).toBe(hub.taken.length);
        const lost = rejected.filter(({ index }) => !bad.includes(index));
        // Only a batch of which nothing was taken may be given up as a whole.
        expect(lost.length === 0 || acceptedCount === 0).toBe(true);

        const again = deliver(count, rule);
        expect(await again.delivery).toEqual({ acceptedCount, ignoredAsOlderCount, rejected });
        expect(again.hub.posts.map(({ batchId }) => batchId)).toEqual(hub.posts.map(({ batchId }) => batchId));
      }),
    );
  });
});
