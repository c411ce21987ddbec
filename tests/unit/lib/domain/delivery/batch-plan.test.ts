import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  planBatches,
  summarizeIntervals,
  toHubReportContent,
} from '../../../../../functions/lib/domain/delivery/batch-plan.ts';
import type { AgentSystemRecord } from '../../../../../schemas/hub-records.ts';

const record = (agentValue: string, hour = 12): AgentSystemRecord => ({
  ...{ agentValue, agentId: agentValue, intervalStart: `2026-11-22T${hour}:00:00.000Z` },
  ...{ readyTimeSeconds: 1, notReadyTimeSeconds: 2, loginTimeSeconds: 3 },
});
const sizeOf = (records: readonly unknown[]) =>
  records.reduce<number>((sum, one) => sum + Buffer.byteLength(JSON.stringify(one)) + 1, 0);

describe('planBatches', () => {
  const names = fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 60 });
  const limits = fc.record({
    maxRecords: fc.integer({ min: 1, max: 20 }),
    maxBytes: fc.integer({ min: 100, max: 4_000 }),
  });

  it('loses, doubles and reorders nothing, and keeps both limits unless one record alone is larger', () => {
    fc.assert(
      fc.property(names, limits, (agents, limit) => {
        const records = agents.map((agent) => record(agent));
        const planned = [...planBatches(records, limit)];
        for (const batch of planned) expect(batch.recordsJson).toBe(JSON.stringify(batch.records));
        const batches = planned.map((batch) => batch.records);
        expect(batches.flat()).toEqual(records);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(limit.maxRecords);
          if (batch.length > 1) expect(sizeOf(batch)).toBeLessThanOrEqual(limit.maxBytes);
        }
      }),
    );
  });

  it('fills a batch before it begins the next', () => {
    const records = Array.from({ length: 7 }, (_, index) => record(`a${index}`));
    const batches = [...planBatches(records, { maxRecords: 3, maxBytes: 1e6 })];
    expect(batches.map((batch) => batch.records.length)).toEqual([3, 3, 1]);
    const byBytes = [...planBatches(records, { maxRecords: 100, maxBytes: sizeOf(records.slice(0, 2)) })];
    expect(byBytes.map((batch) => batch.records.length)).toEqual([2, 2, 2, 1]);
  });

  it('gives no batch for no records', () => {
    expect([...planBatches([], { maxRecords: 3, maxBytes: 100 })]).toEqual([]);
  });
});

describe('toHubReportContent', () => {
  it('spans from the first to the last interval of its records', () => {
    expect(toHubReportContent([record('a', 10), record('a', 11), record('a', 13)], 'v1')).toMatchObject({
      ...{ acdType: 'AMAZON_CONNECT', reportVersion: '1', sourceVersion: 'v1', intervalSeconds: 900 },
      ...{ startDate: '2026-11-22T10:00:00.000Z', endDate: '2026-11-22T13:15:00.000Z' },
    });
  });
});

describe('summarizeIntervals', () => {
  it('keeps the order of the intervals and counts the records of each', () => {
    const records = [record('a', 10), record('b', 10), record('a', 11)];
    expect(summarizeIntervals(records)).toMatchObject([
      { intervalStart: '2026-11-22T10:00:00.000Z', recordCount: 2 },
      { intervalStart: '2026-11-22T11:00:00.000Z', recordCount: 1 },
    ]);
  });

  it('gives equal content the same hash in every file, and other content another', () => {
    const hashOf = (records: AgentSystemRecord[]) => summarizeIntervals(records)[0]!.contentHash;
    expect(hashOf([record('a'), record('b')])).toBe(hashOf([record('a'), record('b'), record('a', 13)]));
    expect(hashOf([record('a'), record('b')])).not.toBe(hashOf([record('a')]));
    expect(hashOf([record('a'), record('b')])).not.toBe(hashOf([record('b'), record('a')]));
    expect(hashOf([record('a')])).not.toBe(hashOf([{ ...record('a'), readyTimeSeconds: null }]));
    expect(hashOf([{ ...record('a'), readyTimeSeconds: 0 }])).not.toBe(
      hashOf([{ ...record('a'), readyTimeSeconds: null }]),
    );
  });
});
