// Which acknowledgement under a batch's index counts for it: only that of the very same batch.
import { describe, expect, it } from '@jest/globals';
import { deliverStagedBatch } from '../../../functions/deliver-batch/deliver-staged-batch.ts';
import { encodeHubReport } from '../../../functions/lib/domain/delivery/hub-body.ts';
import type { HubRequest } from '../../../functions/lib/io/hub-client.ts';
import type { DeliveredBatch } from '../../../functions/lib/io/report-checkpoints.ts';
import type { DeliverBatchInput } from '../../../schemas/state.ts';

const [acdName, index, stagedKey] = ['acd', 2, 'staged/batch-2.json.gz'];
const runTime = '2026-11-22T12:15:00.000Z';
const uploadedAt = '2026-11-22T12:15:20.000Z';
const sourceVersion = `${uploadedAt}|${runTime}|${uploadedAt}`;
const object = { bucket: 'reports', key: 'AS-1.csv', etag: 'e', sizeBytes: 1, uploadedAt };
const intervalStart = '2026-11-22T12:00:00.000Z';
const times = { readyTimeSeconds: 1, notReadyTimeSeconds: 2, loginTimeSeconds: 3 };

const { batchId, body } = encodeHubReport('ASPR', acdName, {
  ...{ acdType: 'AMAZON_CONNECT', reportVersion: '1', sourceVersion },
  ...{ startDate: intervalStart, endDate: runTime, intervalSeconds: 900 },
  reportData: ['anna', 'ben'].map((agent) => ({ agentValue: agent, agentId: agent, intervalStart, ...times })),
});
const input: DeliverBatchInput = {
  ...{ object, revision: uploadedAt },
  report: {
    ...{ status: 'KNOWN', reportId: 'r', fileName: 'AS-1.csv', kind: 'ASPR', series: 'AS', isReloadFile: false },
    runTime,
  },
  claim: { status: 'CLAIMED', sourceVersion, isResend: false },
  batch: { index, batchId, stagedKey, recordCount: 2 },
};

/** Delivers the batch with that acknowledgement under its index; what the hub was sent and what was written down. */
async function run(earlierId: string) {
  const earlier = {
    batchId: earlierId,
    acceptedCount: 1,
    ignoredAsOlderCount: 0,
    rejectedCount: 1,
    rejectedIntervals: [],
  };
  const posts: HubRequest[] = [];
  const marks: { readonly version: string; readonly index: number; readonly batch: DeliveredBatch }[] = [];
  const { etag, key } = object;
  const checkpoint = {
    ...{ reportId: 'r', etag, uploadedAt, revision: uploadedAt, contentSince: uploadedAt, sourceVersion },
    status: 'CLAIMED',
  } as const;
  const answer = await deliverStagedBatch(
    {
      checkpoints: {
        read: (report) => Promise.resolve(report.key === key ? checkpoint : null),
        readBatch: (_, version, at) => Promise.resolve(version === sourceVersion && at === index ? earlier : null),
        markBatch: (_, version, at, batch) => {
          marks.push({ version, index: at, batch });
          return Promise.resolve();
        },
      },
      staging: {
        read: (at) => Promise.resolve(at === stagedKey ? body : null),
        write: (at) => Promise.reject(new Error(`Nothing was refused, but ${at} is written`)),
      },
      hub: {
        postReport: (request) => {
          posts.push(request);
          return Promise.resolve({ status: 'accepted', accepted: 2, ignoredAsOlder: 0, rejected: [] });
        },
      },
      acdName,
    },
    input,
  );
  return { answer, posts, marks };
}

describe('an acknowledgement that stands under the index of a batch', () => {
  it('[fault 24] of another batch id does not count: the batch is posted once and marked once, under its own id', async () => {
    const { answer, posts, marks } = await run('old-form-of-this-batch');
    expect(answer).toEqual({ status: 'DELIVERED', batchId, recordCount: 2, rejectedCount: 0 });
    expect(posts).toEqual([{ kind: 'ASPR', batchId, body, recordCount: 2 }]);
    const counts = { acceptedCount: 2, ignoredAsOlderCount: 0, rejectedCount: 0, rejectedIntervals: [] };
    expect(marks).toEqual([{ version: sourceVersion, index, batch: { batchId, ...counts } }]);
  });

  it('[fault 24] of this very batch id is taken with its counts: nothing is posted, nothing is marked', async () => {
    const { answer, posts, marks } = await run(batchId);
    expect(answer).toEqual({ status: 'ALREADY_DELIVERED', batchId, recordCount: 2, rejectedCount: 1 });
    expect([posts, marks]).toEqual([[], []]);
  });
});
