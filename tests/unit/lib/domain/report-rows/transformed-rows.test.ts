import { describe, expect, it } from '@jest/globals';
import { supersededRows, toTransformedRows } from '../../../../../functions/lib/domain/report-rows/transformed-rows.ts';
import { checkCompleteReportInput } from '../../../../../schemas/checks/complete-report-input.ts';
import type { ReportManifest } from '../../../../../schemas/manifest.ts';

const interval = (hour: number) => ({
  ...{ intervalStart: `2026-11-22T${hour}:00:00.000Z`, contentHash: 'h', recordCount: 1, action: 'send' as const },
  vanishedRecordCount: 0,
});
const manifest: ReportManifest = {
  ...{ formatVersion: 1, sourceVersion: 'v', rowCount: 9, recordCount: 6, unchangedRecordCount: 2 },
  ...{ rejectedRowCount: 1, outOfScopeRowCount: 1, summedRowCount: 1, mixedDirectionRowCount: 0 },
  ...{ mixedDirectionQueues: [], serviceLevelSeconds: 20, rejectsKey: 'rejects.csv', notes: [] },
  source: { bucket: 'reports', key: 'QR-1.csv', kind: 'QR', series: 'QR', runTime: null },
  intervals: [interval(10), interval(11), interval(12)],
  batches: [{ index: 0, batchId: 'b', stagedKey: 'batch-b', recordCount: 4 }],
};

describe('toTransformedRows', () => {
  it('says how many rows, which intervals and where the rest lies', () => {
    expect(toTransformedRows(manifest, 'manifest.json')).toEqual({
      ...{ status: 'TRANSFORMED', rowCount: 9, recordCount: 6, unchangedRecordCount: 2, rejectedRowCount: 1 },
      ...{ outOfScopeRowCount: 1, intervalCount: 3, serviceLevelSeconds: 20, notes: [] },
      ...{ firstInterval: interval(10).intervalStart, lastInterval: interval(12).intervalStart },
      ...{ rejectsKey: 'rejects.csv', manifestKey: 'manifest.json', batchCount: 1, batches: manifest.batches },
    });
  });

  it('has no interval for a file without rows', () => {
    const empty = toTransformedRows({ ...manifest, intervals: [], batches: [] }, 'manifest.json');
    expect(empty).toMatchObject({ firstInterval: null, lastInterval: null, intervalCount: 0, batchCount: 0 });
  });

  it('shows ten notes at most, each with its number of occurrences', () => {
    const notes = Array.from({ length: 30 }, (_, index) => ({ code: 'c', message: `note ${index}`, count: index + 1 }));
    const shown = toTransformedRows({ ...manifest, notes }, 'manifest.json').notes;
    expect(shown).toHaveLength(10);
    expect(shown.slice(0, 2)).toEqual(['note 0', 'note 1 (2 times)']);
  });

  it('is a whole `$.rows` for the steps that follow, as is the superseded one', () => {
    const object = { bucket: 'b', key: 'k', etag: 'e', sizeBytes: 1, uploadedAt: '2026-11-22T12:00:00.000Z' };
    const report = {
      ...{ status: 'KNOWN', reportId: 'r', fileName: 'QR.csv', kind: 'QR', series: null, runTime: null },
      isReloadFile: true,
    };
    const state = {
      ...{ object, revision: object.uploadedAt, report },
      claim: { status: 'CLAIMED', sourceVersion: 'v', isResend: false },
      spacing: { verdict: 'reload', missing: [], missingCount: 0 },
    };
    for (const rows of [toTransformedRows(manifest, 'manifest.json'), supersededRows]) {
      expect(checkCompleteReportInput({ ...state, rows })).toBe(true);
    }
  });
});
