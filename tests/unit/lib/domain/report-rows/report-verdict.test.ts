import { describe, expect, it } from '@jest/globals';
import { IntervalSpacingError, ReportRejectedRowsError } from '../../../../../functions/lib/domain/errors.ts';
import type { RejectedRow } from '../../../../../functions/lib/domain/report-rows/rejected-row.ts';
import {
  createLengthTally,
  judgeRejectedShare,
} from '../../../../../functions/lib/domain/report-rows/report-verdict.ts';

describe('createLengthTally', () => {
  const tally = (...coveredSeconds: (number | null)[]) => {
    const lengths = createLengthTally();
    for (const seconds of coveredSeconds) lengths.add(seconds === null ? null : seconds * 1000);
    return lengths;
  };
  const found = (...coveredSeconds: number[]): readonly string[] => {
    try {
      tally(...coveredSeconds).check();
    } catch (error) {
      if (error instanceof IntervalSpacingError) return error.context['found'] as string[];
      throw error;
    }
    return [];
  };

  it('accepts a report with one row of a quarter hour, and one whose rows have no length', () => {
    expect(found(1800, 900, 3600)).toEqual([]);
    expect(() => {
      tally(null, 0, -900).check();
    }).not.toThrow();
    expect(() => {
      tally().check();
    }).not.toThrow();
  });

  it('names the lengths it found, the most frequent first, of equal ones the shorter first, at most five', () => {
    expect(found(1800, 3600, 3600, 300)).toEqual(['2 of 3600 s', '1 of 300 s', '1 of 1800 s']);
    expect(found(60, 70, 80, 90, 100, 110, 110)).toEqual([
      ...['2 of 110 s', '1 of 60 s', '1 of 70 s', '1 of 80 s', '1 of 90 s'],
    ]);
  });

  it('does not count a row whose length cannot be told', () => {
    const lengths = tally(null, 0, -60, 1800);
    expect(() => {
      lengths.check();
    }).toThrow(
      'Expected rows of 900 s, found none: 1 of 1800 s. Edit the report in Amazon Connect: interval 15 minutes, and a schedule that starts on the quarter hour',
    );
  });

  it('lists several lengths in its message', () => {
    expect(() => {
      tally(1800, 300).check();
    }).toThrow('found none: 1 of 300 s, 1 of 1800 s. Edit');
  });
});

describe('judgeRejectedShare', () => {
  const limits = { quarantinePercent: 50, quarantineMinimumRows: 2 };
  const reject = (rule: string, lineNumber: number, column: string | null = null): RejectedRow => ({
    ...{ rule, lineNumber, column, value: null, reason: 'r', cells: [] },
  });
  const judge = (rejects: readonly RejectedRow[], rowCount: number) => judgeRejectedShare(rejects, rowCount, limits);

  it('lets a report pass up to the share, and below the least number', () => {
    expect(judge([reject('a', 2), reject('a', 3)], 4)).toBeNull();
    expect(judge([reject('a', 2)], 1)).toBeNull();
    expect(judge([reject('a', 2), reject('a', 3)], 3)).toBeInstanceOf(ReportRejectedRowsError);
  });

  it('does not count mixed directions, which show how a queue is used', () => {
    const mixed = [2, 3, 4].map((line) => reject('mixed-direction', line));
    expect(judge(mixed, 3)).toBeNull();
    expect(judge([...mixed, reject('a', 5)], 4)).toBeNull();
    expect(judge([...mixed, reject('a', 5), reject('a', 6)], 3)?.message).toContain('2 of 3 rows are bad');
  });

  it('names the three most frequent rules, of equal ones the one that came first, each with its first line', () => {
    // The rows of a sum are rejected behind all others: lines do not come in order.
    const rejects = [
      ...[reject('never-named', 6), reject('zone', 5), reject('late', 2)],
      ...[reject('number', 3, 'Contacts queued'), reject('number', 4, 'Contacts handled')],
    ];
    const reasons = ['2 x number (first in line 3, column "Contacts queued")', '1 x late (first in line 2)'];
    const refusal = judge(rejects, 6);
    expect(refusal?.context).toEqual({
      ...{ rejectedRowCount: 5, inScopeRowCount: 6 },
      reasons: [...reasons, '1 x zone (first in line 5)'],
    });
    expect(refusal?.message).toBe(
      `5 of 6 rows are bad, more than 50 % (setting reports.quarantinePercent): ${reasons.join('; ')}; 1 x zone (first in line 5)`,
    );
  });
});
