// The promise of bounded memory, kept by the bundled function against real S3 and DynamoDB clients.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { reportKinds } from '../../schemas/report-kind.ts';
import { measurePeakMemory, type PeakMemory } from '../../tools/bench/peak-memory.ts';

const timeoutMs = 120_000;

describe('the peak memory of TransformRows', () => {
  let measured: PeakMemory;
  beforeAll(async () => {
    measured = await measurePeakMemory({ runCount: 1, onProgress: () => undefined });
  }, timeoutMs);

  it.each(reportKinds)(
    '[fault 17] stays within 1.5 times that of 1,000 rows for the largest legal %s report',
    (kind) => {
      const comparison = measured.comparisons.find((candidate) => candidate.kind === kind)!;
      const { small, largest, ratio } = comparison;
      for (const report of [small, largest]) {
        expect(report).toMatchObject({ outcome: 'TRANSFORMED', recordCount: report.rowCount });
      }
      expect(small.rowCount).toBe(1000);
      expect(largest.cellCount).toBeGreaterThan(199_900);
      expect(ratio).toBeLessThanOrEqual(1.5);
    },
  );

  it('[fault 15] ends 30,000 rows of 20 columns, all bad, in the error that sets the file aside, within half of its memory', () => {
    expect(measured.allBad).toMatchObject({ rowCount: 30_000, outcome: 'ReportRejectedRowsError', recordCount: 0 });
    expect(measured.allBad.peakRssBytes).toBeLessThan(512 * 2 ** 20);
  });

  // A process that dies makes the measurement itself fail.
  it('[fault 17] ends a report of 500,000 rows in the row-limit error, not in a dead process', () => {
    expect(measured.tooLong).toMatchObject({ rowCount: 500_000, outcome: 'ReportRowLimitError' });
  });
});
