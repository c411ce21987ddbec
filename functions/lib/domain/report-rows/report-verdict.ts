// When single bad rows add up to a bad file.
import type { Settings } from '../../../../schemas/settings.ts';
import { IntervalSpacingError, ReportRejectedRowsError } from '../errors.ts';
import { intervalMs } from '../interval.ts';
import { mixedDirectionRule } from './interval-fault.ts';
import type { JudgedRow } from './rejected-row.ts';

export interface LengthTally {
  add(coveredMs: number | null): void;
  /** @throws IntervalSpacingError no row covers 900 s, but some cover another time */
  check(): void;
}

/** Counts how long the rows' intervals are, to tell a report of another interval from one with a clipped row. */
export function createLengthTally(): LengthTally {
  let hasQuarterHours = false;
  const rowCounts = new Map<number, number>();
  return {
    add(coveredMs) {
      if (coveredMs === null || coveredMs <= 0) return;
      if (coveredMs === intervalMs) hasQuarterHours = true;
      else rowCounts.set(coveredMs / 1000, (rowCounts.get(coveredMs / 1000) ?? 0) + 1);
    },
    check() {
      if (hasQuarterHours || rowCounts.size === 0) return;
      const found = [...rowCounts]
        .sort(([a, aCount], [b, bCount]) => bCount - aCount || a - b)
        .slice(0, 5)
        .map(([seconds, count]) => `${count} of ${seconds} s`);
      throw new IntervalSpacingError(
        `Expected rows of 900 s, found none: ${found.join(', ')}. Edit the report in Amazon Connect: interval 15 minutes, ` +
          'and a schedule that starts on the quarter hour',
        { context: { found } },
      );
    },
  };
}

/**
 * The error that refuses a report of which too large a share was rejected: above settings.reports.quarantinePercent and at
 * least quarantineMinimumRows. Mixed directions are left out of the count. Null for a report that can be delivered.
 * @param rejects By line.
 * @param inScopeRowCount All rows of the report but those of channels out of scope.
 * @source docs/delivery.md, Quarantine and rejects
 */
export function judgeRejectedShare(
  rejects: readonly JudgedRow[],
  inScopeRowCount: number,
  limits: Pick<Settings['reports'], 'quarantinePercent' | 'quarantineMinimumRows'>,
): ReportRejectedRowsError | null {
  const bad = rejects.filter(({ rule }) => rule !== mixedDirectionRule);
  const percent = (bad.length / inScopeRowCount) * 100;
  if (bad.length < limits.quarantineMinimumRows || percent <= limits.quarantinePercent) return null;
  const byRule = new Map<string, { count: number; first: JudgedRow }>();
  for (const row of bad) {
    const entry = byRule.get(row.rule) ?? { count: 0, first: row };
    entry.count += 1;
    byRule.set(row.rule, entry);
  }
  const reasons = [...byRule]
    .sort(([, a], [, b]) => b.count - a.count || a.first.lineNumber - b.first.lineNumber)
    .slice(0, 3)
    .map(([rule, { count, first }]) => {
      const column = first.column === null ? '' : `, column "${first.column}"`;
      return `${count} x ${rule} (first in line ${first.lineNumber}${column})`;
    });
  return new ReportRejectedRowsError(
    `${bad.length} of ${inScopeRowCount} rows are bad, more than ${limits.quarantinePercent} % (setting reports.quarantinePercent): ${reasons.join('; ')}`,
    { context: { rejectedRowCount: bad.length, inScopeRowCount, reasons } },
  );
}
