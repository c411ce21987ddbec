import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { encodeHubReport, type HubReportContent } from '../../../../../functions/lib/domain/delivery/hub-body.ts';

const record = {
  agentValue: 'anna@example.com',
  agentId: 'anna@example.com',
  intervalStart: '2026-11-22T12:00:00.000Z',
  readyTimeSeconds: 1.5,
  notReadyTimeSeconds: null,
  loginTimeSeconds: 900,
};
const report: HubReportContent = {
  acdType: 'AMAZON_CONNECT',
  reportVersion: '1',
  sourceVersion: '2026-11-22T12:16:00.000Z|2026-11-22T12:15:00.000Z|2026-11-22T12:16:00.000Z',
  startDate: '2026-11-22T12:00:00.000Z',
  endDate: '2026-11-22T12:15:00.000Z',
  intervalSeconds: 900,
  reportData: [record],
};
const unpack = (body: Uint8Array): unknown => JSON.parse(gunzipSync(body).toString('utf8'));

describe('encodeHubReport', () => {
  it('sends the report with its batch id, in the order of the contract', () => {
    const { batchId, body } = encodeHubReport('ASPR', 'acd', report);
    expect(gunzipSync(body).toString('utf8')).toBe(
      JSON.stringify({
        acdType: 'AMAZON_CONNECT',
        reportVersion: '1',
        batchId,
        sourceVersion: report.sourceVersion,
        startDate: report.startDate,
        endDate: report.endDate,
        intervalSeconds: 900,
        reportData: [record],
      }),
    );
  });

  it('gives an id of 40 hexadecimal digits, which the contract allows', () => {
    expect(encodeHubReport('ASPR', 'acd', report).batchId).toMatch(/^[0-9a-f]{40}$/);
  });

  it('gives the same id and the same bytes for the same content, wherever the envelope fields stand', () => {
    const { reportData, ...envelope } = structuredClone(report);
    const reordered = Object.assign({ reportData }, envelope) as HubReportContent;
    expect(encodeHubReport('ASPR', 'acd', reordered)).toEqual(encodeHubReport('ASPR', 'acd', report));
  });

  it('keeps to one header byte for the operating system, so that two machines write the same bytes', () => {
    expect(encodeHubReport('ASPR', 'acd', report).body[9]).toBe(255);
  });

  it('replaces the batch id of a report that has one', () => {
    const old = { ...report, batchId: 'old' };
    const encoded = encodeHubReport('ASPR', 'acd', old);
    expect(encoded).toEqual(encodeHubReport('ASPR', 'acd', report));
    expect(unpack(encoded.body)).toMatchObject({ batchId: encoded.batchId });
  });

  it('gives another id for another kind, ACD, version, range, figure or order of records', () => {
    const two = { ...report, reportData: [record, { ...record, agentId: 'b' }] };
    const ids = [
      encodeHubReport('ASPR', 'acd', report),
      encodeHubReport('AQR', 'acd', report),
      encodeHubReport('ASPR', 'acd-2', report),
      encodeHubReport('ASPR', 'acd', { ...report, sourceVersion: 'newer' }),
      encodeHubReport('ASPR', 'acd', { ...report, endDate: '2026-11-22T12:30:00.000Z' }),
      encodeHubReport('ASPR', 'acd', { ...report, reportData: [{ ...record, loginTimeSeconds: 0 }] }),
      encodeHubReport('ASPR', 'acd', { ...report, reportData: [{ ...record, loginTimeSeconds: null }] }),
      encodeHubReport('ASPR', 'acd', two),
      encodeHubReport('ASPR', 'acd', { ...two, reportData: two.reportData.toReversed() }),
    ].map(({ batchId }) => batchId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leaves names as they are', () => {
    const name = 'Größe, "A"\nB\u2028 __proto__ 😀';
    const { body } = encodeHubReport('ASPR', 'acd', { ...report, reportData: [{ ...record, agentValue: name }] });
    expect(unpack(body)).toMatchObject({ reportData: [{ agentValue: name }] });
  });
});
