// What the reference hub takes for new, for old and for a repetition; the parts the connector makes of a batch are none.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { deliverBatch } from '../../../../../functions/lib/domain/delivery/batch-delivery.ts';
import type { HubPostResult } from '../../../../../functions/lib/domain/delivery/hub-answer.ts';
import { encodeHubReport } from '../../../../../functions/lib/domain/delivery/hub-body.ts';
import type { HubReport } from '../../../../../schemas/hub-messages.ts';
import type { AgentSystemRecord } from '../../../../../schemas/hub-records.ts';
import { HubStore } from '../../../../../tools/local/hub/hub-store.ts';

const intervalStart = '2026-11-22T12:00:00.000Z';
const recordOf = (agentValue: string, loginTimeSeconds = 900): AgentSystemRecord => ({
  ...{ agentValue, agentId: agentValue, intervalStart },
  ...{ readyTimeSeconds: null, notReadyTimeSeconds: null, loginTimeSeconds },
});
const reportOf = (batchId: string, sourceVersion: string, reportData: AgentSystemRecord[]) => ({
  ...({ acdType: 'AMAZON_CONNECT', reportVersion: '1', intervalSeconds: 900 } as const),
  ...{ batchId, sourceVersion, startDate: intervalStart, endDate: '2026-11-22T12:15:00.000Z', reportData },
});

let store: HubStore;
beforeEach(() => {
  store = new HubStore();
});
const listRepeated = () => store.repetitions.map(({ entity, batchId }) => `${entity} in ${batchId}`);

describe('a record that comes again', () => {
  it('in the same version is accepted, changes nothing and is noted as repeated', () => {
    store.apply('ASPR', reportOf('one', 'v1', [recordOf('anna')]));
    const answer = store.apply('ASPR', reportOf('two', 'v1', [recordOf('anna'), recordOf('ben')]));
    expect(answer).toEqual({ accepted: 2, ignoredAsOlder: 0, rejected: [] });
    expect(store.applications).toHaveLength(2);
    expect(listRepeated()).toEqual([`["${intervalStart}","anna"] in two`]);
  });

  it('twice in one batch is noted as repeated', () => {
    store.apply('ASPR', reportOf('one', 'v1', [recordOf('anna'), recordOf('anna')]));
    expect(listRepeated()).toEqual([`["${intervalStart}","anna"] in one`]);
  });

  it('in a newer or an older version is not repeated', () => {
    for (const version of ['v2', 'v1', 'v3']) store.apply('ASPR', reportOf(version, version, [recordOf('anna')]));
    expect(store.applications.map(({ sourceVersion }) => sourceVersion)).toEqual(['v2', 'v3']);
    expect(listRepeated()).toEqual([]);
  });

  it('in the same version with other figures is refused, which is no repetition', () => {
    store.apply('ASPR', reportOf('one', 'v1', [recordOf('anna')]));
    expect(store.apply('ASPR', reportOf('two', 'v1', [recordOf('anna', 5)]))).toMatchObject({ accepted: 0 });
    expect(listRepeated()).toEqual([]);
  });
});

describe('a batch the connector has to take apart', () => {
  const names = ['anna', 'ben', 'carl', 'dora', 'emil', 'fred', 'gina'];
  const whole = reportOf(
    'staged',
    'v1',
    names.map((name) => recordOf(name)),
  );
  const answerOf = (report: HubReport): HubPostResult => {
    const { accepted, ignoredAsOlder = 0, rejected = [] } = store.apply('ASPR', report);
    return { status: 'accepted', accepted, ignoredAsOlder, rejected };
  };
  /** Posts the parts to the store as far as `answer` leaves them to it. */
  const deliver = (answer: (report: HubReport) => HubPostResult | null) => {
    const reports = new Map<string, HubReport>([[whole.batchId, whole]]);
    return deliverBatch(
      whole,
      new Uint8Array(),
      (batchId) => {
        const report = reports.get(batchId)!;
        return Promise.resolve(answer(report) ?? answerOf(report));
      },
      (part) => {
        const encoded = encodeHubReport('ASPR', 'acd', part);
        reports.set(encoded.batchId, { ...part, batchId: encoded.batchId });
        return encoded;
      },
    );
  };
  const isEmil = (agentValue: string) => agentValue === 'emil';

  it.each<[string, (report: HubReport) => HubPostResult | null, number]>([
    ['finds it too large', ({ reportData }) => (reportData.length > 2 ? { status: 'too-large' } : null), 7],
    [
      'names a record it refuses',
      ({ reportData }) => {
        const index = reportData.findIndex((record) => 'agentValue' in record && isEmil(record.agentValue));
        return index < 0
          ? null
          : { status: 'refused', reason: 'see records', rejected: [{ index, reason: 'unknown' }] };
      },
      6,
    ],
    [
      'refuses a record without naming it',
      ({ reportData }) =>
        reportData.some((record) => 'agentValue' in record && isEmil(record.agentValue))
          ? { status: 'refused', reason: 'unknown', rejected: [] }
          : null,
      6,
    ],
  ])('since the hub %s reaches the hub with each record once', async (_, answer, acceptedCount) => {
    expect(await deliver(answer)).toMatchObject({ acceptedCount });
    expect(store.applications).toHaveLength(acceptedCount);
    expect(listRepeated()).toEqual([]);
  });

  it('and of which the hub refuses a record, taking the rest, reaches it with each record once', async () => {
    store.refusalRule = (_, record) => ('agentValue' in record && isEmil(record.agentValue) ? 'unknown' : null);
    expect(await deliver(() => null)).toMatchObject({ acceptedCount: 6, rejected: [{ index: 4, reason: 'unknown' }] });
    expect([store.applications.length, listRepeated()]).toEqual([6, []]);
  });
});
