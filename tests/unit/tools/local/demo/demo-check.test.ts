import { describe, expect, it } from '@jest/globals';
import type { HubRecord } from '../../../../../schemas/hub-records.ts';
import { listDifferences, type DemoOutcome } from '../../../../../tools/local/demo/demo-check.ts';
import { createDemoDay } from '../../../../../tools/local/demo/demo-day.ts';
import { toDemoLines } from '../../../../../tools/local/demo/demo-lines.ts';
import type { SeriesCoverage } from '../../../../../tools/local/run/coverage.ts';
import { readFileName } from '../../../../../tools/local/run/file-order.ts';
import type { FileResult } from '../../../../../tools/local/run/file-result.ts';
import { buildFile } from '../run/run-builders.ts';

const day = createDemoDay(Date.parse('2026-11-21T00:00:00Z'));
const { gap, late, badRow, reload, unknown } = day.design;

/** What the designed day looks like in the end, `changes` by file name aside. */
function buildOutcome(changes: Record<string, Partial<FileResult>> = {}): DemoOutcome {
  const files = day.files.map(({ name, rowCount }) => {
    const parts = readFileName(name);
    const rejects = name === badRow.name ? [{ ...badRow, reason: 'no number' }] : [];
    const special: Partial<FileResult> =
      name === unknown.name
        ? { status: 'QUARANTINED', error: 'UnknownReportKindError', kind: null, series: null, rows: null }
        : name === late.name
          ? { spacing: 'backfill' }
          : name === reload.name
            ? { spacing: 'reload' }
            : {};
    const gapBefore = [gap, late].find(
      ({ series, runTime }) =>
        series === parts?.series && Date.parse(parts.runTime ?? '') - Date.parse(runTime) === 900_000,
    );
    return buildFile(name, {
      ...{ kind: parts?.kind ?? null, series: parts?.series ?? null, runTime: parts?.runTime ?? null },
      ...{ rows: rowCount, delivered: rowCount - rejects.length, rejected: rejects.length, rejects },
      ...(gapBefore === undefined ? {} : { spacing: 'gap', missing: [gapBefore.runTime], missingCount: 1 }),
      ...special,
      ...changes[name],
    });
  });
  const coverage: SeriesCoverage[] = [
    { kind: 'ASPR', series: gap.series, cells: [{ intervalStart: gap.intervalStart, state: 'missing' }] },
  ];
  const standingOf = (count: number) => Array.from({ length: count }, () => ({}) as HubRecord);
  const reloaded = {
    ...{ queueValue: reload.queue, intervalStart: reload.intervalStart, handledShort: 1 },
    ...{ abandonedShort: 1, abandonedLong: reload.abandonedCount - 1 },
  } as HubRecord;
  const { QR, AQR, ASPR } = day.standingCounts;
  return {
    files,
    coverage,
    standing: { QR: [reloaded, ...standingOf(QR - 1)], AQR: standingOf(AQR), ASPR: standingOf(ASPR) },
  };
}

describe('listDifferences', () => {
  it('finds none in the day as designed', () => {
    expect(listDifferences(day, buildOutcome())).toEqual([]);
  });

  it.each([
    [
      { 'QR-2026-11-21T12:00:00Z.csv': { status: 'FAILED' as const } },
      'QR-2026-11-21T12:00:00Z.csv, status: expected DELIVERED, found FAILED',
    ],
    [
      { [unknown.name]: { status: 'DELIVERED' as const } },
      `${unknown.name}, status: expected QUARANTINED, found DELIVERED`,
    ],
    [{ [badRow.name]: { rejects: [] } }, `${badRow.name}, reject: expected 4 Customer hold time #REF!, found   `],
    [{ [late.name]: { spacing: 'next' } }, `${late.name}, spacing: expected backfill, found next`],
    [{ 'ASPR-2026-11-21T14:45:00Z.csv': { spacing: 'next' } }, `gaps: expected ${gap.series} ${gap.runTime}`],
  ])('names what became of %j', (changes, message) => {
    const differences = listDifferences(day, buildOutcome(changes));
    expect(differences.join('\n').replace('AQR 2026-11-21T10:45:00.000Z, ', '')).toContain(message);
  });

  it('misses a file that has no result', () => {
    const { files, ...rest } = buildOutcome();
    expect(listDifferences(day, { ...rest, files: files.slice(1) })).toContain(
      `${files[0]!.fileName}: expected a result, found null`,
    );
  });

  it('compares what stands in the hub, and which interval is missing', () => {
    const outcome = buildOutcome();
    const differences = listDifferences(day, { ...outcome, coverage: [], standing: { ...outcome.standing, QR: [] } });
    expect(differences).toEqual([
      `QR records in the hub: expected ${day.standingCounts.QR}, found 0`,
      `contacts abandoned of Support at ${reload.intervalStart} in the hub: expected ${reload.abandonedCount}, found null`,
      `missing intervals: expected ASPR ${gap.intervalStart}, found `,
    ]);
  });
});

describe('toDemoLines', () => {
  it('has every special file on a line of its own, every file on one, and the last run at 24:00', () => {
    const lines = toDemoLines(day, buildOutcome().files);
    expect(lines.reduce((sum, { fileCount }) => sum + fileCount, 0)).toBe(day.files.length);
    const special = lines.filter(({ remarks }) => remarks.length > 0);
    expect(special.every(({ fileCount }) => fileCount === 1)).toBe(true);
    expect(special.map(({ label }) => label)).toEqual([
      'QR 11:15',
      'AQR 10:45',
      'AQR 11:00',
      'ASPR 14:45',
      unknown.name,
      'QR-reload-corrected.csv',
    ]);
    expect(lines.map(({ label }) => label)).toContain('QR 11:30–24:00');
  });
});
