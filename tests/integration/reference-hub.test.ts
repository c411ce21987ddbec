import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deliverBatch } from '../../functions/lib/domain/delivery/batch-delivery.ts';
import { encodeHubReport } from '../../functions/lib/domain/delivery/hub-body.ts';
import { createHubClient, type HubClientOptions, type HubRequest } from '../../functions/lib/io/hub-client.ts';
import type { AgentSystemRecord } from '../../schemas/hub-records.ts';
import { startReferenceHub, type Misbehaviour, type ReferenceHub } from '../../tools/local/hub/reference-hub.ts';

const intervalStart = '2026-11-22T12:00:00.000Z';
const recordOf = (agent: string, loginTimeSeconds = 900): AgentSystemRecord => ({
  agentValue: agent,
  agentId: agent,
  intervalStart,
  readyTimeSeconds: 1,
  notReadyTimeSeconds: null,
  loginTimeSeconds,
});

function stage(records: AgentSystemRecord[], sourceVersion = 'v1') {
  const content = {
    acdType: 'AMAZON_CONNECT',
    reportVersion: '1',
    sourceVersion,
    startDate: intervalStart,
    endDate: '2026-11-22T12:15:00.000Z',
    intervalSeconds: 900,
    reportData: records,
  } as const;
  const { batchId, body } = encodeHubReport('ASPR', 'acd', content);
  const request: HubRequest = { kind: 'ASPR', batchId, body, recordCount: records.length };
  return { request, report: { ...content, reportData: records, batchId } };
}

/** A batch whose records or envelope the types would not allow. */
function stageLoose(fields: object): HubRequest {
  const report = { ...stage([recordOf('anna'), recordOf('ben')]).report, ...fields };
  return { kind: 'ASPR', batchId: report.batchId, body: gzipSync(JSON.stringify(report)), recordCount: 2 };
}

let hub: ReferenceHub;
const connect = (rest: Partial<HubClientOptions> = {}) =>
  createHubClient({
    url: hub.url,
    acdName: 'acd',
    timeoutSeconds: 5,
    maxWaitSeconds: 1,
    maxAnswerBytes: 65_536,
    readAccessKey: () => Promise.resolve(hub.credentials),
    wait: () => Promise.resolve(),
    ...rest,
  });
const logins = () =>
  hub
    .records('ASPR')
    .map(({ sourceVersion, record }) =>
      'loginTimeSeconds' in record ? [record.agentValue, record.loginTimeSeconds, sourceVersion] : [],
    );

beforeEach(async () => {
  hub = await startReferenceHub({ acdName: 'acd' });
});
afterEach(() => hub.close());

describe('the reference hub', () => {
  it('keeps what it accepts, in order of interval, queue and agent', async () => {
    const records = ['ben', 'anna 2', 'anna', '__proto__'].map((agent) => recordOf(agent));
    expect(await connect().postReport(stage(records).request)).toMatchObject({ accepted: 4, rejected: [] });
    expect(logins().map(([agent]) => agent)).toEqual(['__proto__', 'anna', 'anna 2', 'ben']);
    expect(hub.applications).toHaveLength(4);
    expect(hub.applications[0]).toMatchObject({
      kind: 'ASPR',
      entity: `["${intervalStart}","ben"]`,
      sourceVersion: 'v1',
    });
  });

  it('answers the same batch with the same acknowledgement and applies nothing twice', async () => {
    hub.refuse((_, record) => ('agentValue' in record && record.agentValue === 'ben' ? 'unknown agent' : null));
    const { request } = stage([recordOf('anna'), recordOf('ben')]);
    const first = await connect().postReport(request);
    hub.refuse(null);
    expect(first).toMatchObject({ accepted: 1, rejected: [{ index: 1, reason: 'unknown agent' }] });
    expect(await connect().postReport(request)).toEqual(first);
    expect(hub.applications).toHaveLength(1);
  });

  it('lets the newer version win in whatever order the batches come', async () => {
    const client = connect();
    await client.postReport(stage([recordOf('anna', 2), recordOf('ben', 2)], 'v2').request);
    const older = await client.postReport(stage([recordOf('anna', 1), recordOf('carl', 1)], 'v1').request);
    expect(older).toMatchObject({ accepted: 1, ignoredAsOlder: 1 });
    await client.postReport(stage([recordOf('anna', 3)], 'v3').request);
    expect(logins()).toEqual([
      ['anna', 3, 'v3'],
      ['ben', 2, 'v2'],
      ['carl', 1, 'v1'],
    ]);
  });

  it('counts an equal version with equal figures as accepted without applying it, and rejects one with other figures', async () => {
    const client = connect();
    await client.postReport(stage([recordOf('anna', 1)]).request);
    const result = await client.postReport(stage([recordOf('anna', 1), recordOf('ben', 1)]).request);
    expect(result).toMatchObject({ accepted: 2 });
    expect(hub.applications).toHaveLength(2);
    expect(await client.postReport(stage([recordOf('anna', 5)]).request)).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, reason: expect.stringContaining('same version') }],
    });
  });

  it('refuses records that break the contract by name, and an envelope without names', async () => {
    const wrong = [
      { ...recordOf('anna'), readyTimeSeconds: -1 },
      { ...recordOf('ben'), extra: 1 },
    ];
    const client = connect();
    expect(await client.postReport(stageLoose({ reportData: wrong }))).toMatchObject({
      status: 'refused',
      rejected: [
        { index: 0, reason: expect.stringContaining('/readyTimeSeconds') },
        { index: 1, reason: expect.stringContaining('extra') },
      ],
    });
    expect(await client.postReport(stageLoose({ startDate: '2026-11-22' }))).toMatchObject({
      status: 'refused',
      rejected: [],
      reason: expect.stringContaining('/startDate'),
    });
    expect(hub.applications).toEqual([]);
  });

  it('refuses a key that is not the batch id, and a known key with another body', async () => {
    const client = connect();
    const { request } = stage([recordOf('anna')]);
    expect(await client.postReport({ ...request, batchId: 'other' })).toMatchObject({ status: 'refused' });
    await client.postReport(request);
    const changed = stageLoose({ batchId: request.batchId });
    expect(await client.postReport(changed)).toMatchObject({
      status: 'refused',
      reason: 'this key stands for another body',
    });
  });

  it('asks to split a batch that unpacks to more than 4 MiB', async () => {
    const { request } = stage([recordOf('x'.repeat(5_000_000))]);
    expect(await connect().postReport(request)).toEqual({ status: 'too-large' });
  });

  it('says of a batch that it is in progress until it is done', async () => {
    const { request } = stage([recordOf('anna')]);
    const { promise: until, resolve: finish } = Promise.withResolvers<null>();
    hub.misbehave([{ until }]);
    const first = connect().postReport(request);
    const client = connect();
    while (hub.applications.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(client.postReport(request)).rejects.toMatchObject({
      name: 'HubUnavailableError',
      message: expect.stringContaining('IDEMPOTENCY_KEY_IN_PROGRESS'),
    });
    finish(null);
    expect(await first).toMatchObject({ accepted: 1 });
    expect(await client.postReport(request)).toMatchObject({ accepted: 1 });
  });

  it('knows its own access key, tokens and ACD only', async () => {
    const { request } = stage([recordOf('anna')]);
    const wrongKey = connect({ readAccessKey: () => Promise.resolve({ ...hub.credentials, accessKeySecret: 'x' }) });
    await expect(wrongKey.postReport(request)).rejects.toMatchObject({ name: 'HubAuthenticationError' });
    await expect(connect({ acdName: 'other' }).postReport(request)).rejects.toMatchObject({ name: 'HubAccessError' });
    const client = connect();
    await client.postReport(request);
    const { tokenRequestCount } = hub;
    hub.revokeTokens();
    expect(await client.postReport(request)).toMatchObject({ accepted: 1 });
    expect(hub.tokenRequestCount).toBe(tokenRequestCount + 1);
  });

  it('is down for everything while it is said to be', async () => {
    const { request } = stage([recordOf('anna')]);
    hub.setDown(true);
    await expect(connect().postReport(request)).rejects.toMatchObject({ name: 'HubUnavailableError' });
    hub.setDown(false);
    expect(await connect().postReport(request)).toMatchObject({ accepted: 1 });
  });

  it('is down from outside for a time, or until it is said to be up again', async () => {
    const { request } = stage([recordOf('anna')]);
    const post = (body: object) => fetch(`${hub.url}/__faults`, { method: 'POST', body: JSON.stringify(body) });
    const [before, put] = [Date.now(), await post({ status: 503, forSeconds: 1800 })];
    const { until } = (await put.json()) as { until: string };
    expect(Math.abs(Date.parse(until) - before - 1_800_000)).toBeLessThan(60_000);
    await expect(connect().postReport(request)).rejects.toMatchObject({ name: 'HubUnavailableError' });
    for (const wrong of [{}, { status: 200 }, { status: 503, forSeconds: 0 }, { status: 503, forSeconds: 1e300 }])
      expect((await post(wrong)).status).toBe(400);
    await post({ status: 401 });
    await expect(connect().postReport(request)).rejects.toMatchObject({ name: 'HubAuthenticationError' });
    expect((await post({ status: null })).status).toBe(200);
    expect(await connect().postReport(request)).toMatchObject({ accepted: 1 });
  });

  it.each<[Misbehaviour, string, number]>([
    [{ cut: 'before-answer', applyFirst: true }, 'HubUnavailableError', 0],
    [{ cut: 'mid-body' }, 'HubAnswerError', 202],
    [{ status: 500, applyFirst: true }, 'HubUnavailableError', 500],
    [{ status: 202, body: { accepted: 0 }, applyFirst: true }, 'HubAnswerError', 202],
    [{ status: 202, body: '{"acc', applyFirst: true }, 'HubAnswerError', 202],
  ])('that took a batch and then misbehaved with %j has it once after a repeat', async (behaviour, name, status) => {
    const { request } = stage([recordOf('anna')]);
    const client = connect();
    await client.postReport(stage([recordOf('first')]).request);
    hub.misbehave([behaviour, ...(behaviour.cut === 'before-answer' ? [behaviour] : [])]);
    await expect(client.postReport(request)).rejects.toMatchObject({ name });
    expect(await client.postReport(request)).toMatchObject({ accepted: 1 });
    expect(hub.applications.filter(({ batchId }) => batchId === request.batchId)).toHaveLength(1);
    expect(hub.requests.at(-2)).toMatchObject({ batchId: request.batchId, status, recordCount: 1 });
  });

  it('has nothing of a batch after misbehaving without having taken it', async () => {
    hub.misbehave([{ status: 500 }, { status: 409, body: { code: 'BATCH_ALREADY_APPLIED' } }]);
    const { request } = stage([recordOf('anna')]);
    await expect(connect().postReport(request)).rejects.toMatchObject({ name: 'HubUnavailableError' });
    expect(await connect().postReport(request)).toEqual({ status: 'already-applied' });
    expect(hub.records('ASPR')).toEqual([]);
  });

  it('takes the good part of a batch by way of derived ones, each record once, also when it is delivered again', async () => {
    const agents = Array.from({ length: 20 }, (_, index) => `agent-${String(index).padStart(2, '0')}`);
    const { report, request } = stage(agents.map((agent) => recordOf(agent)));
    const client = connect();
    const deliver = () =>
      deliverBatch(
        report,
        request.body,
        (batchId, body, recordCount) => client.postReport({ kind: 'ASPR', batchId, body, recordCount }),
        (part) => encodeHubReport('ASPR', 'acd', part),
      );
    hub.misbehave([{ status: 422, body: { rejected: [{ index: 4, reason: 'unknown agent' }] } }, { status: 413 }]);
    const delivery = await deliver();
    expect(delivery).toEqual({
      acceptedCount: 19,
      ignoredAsOlderCount: 0,
      rejected: [{ index: 4, reason: 'unknown agent' }],
    });
    hub.misbehave([{ status: 422, body: { rejected: [{ index: 4, reason: 'unknown agent' }] } }, { status: 413 }]);
    expect(await deliver()).toEqual(delivery);
    expect(hub.applications).toHaveLength(19);
  });
});
