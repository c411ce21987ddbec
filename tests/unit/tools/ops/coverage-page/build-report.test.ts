import { describe, expect, it } from '@jest/globals';
import { intervalMs, toInstant } from '../../../../../functions/lib/domain/interval.ts';
import type { CellState } from '../../../../../tools/ops/coverage-page/coverage-cells.ts';
import type { CoverageReport } from '../../../../../tools/ops/coverage-page/coverage-report.ts';
import { failedStep, reportOf, startsOf } from './coverage-builders.ts';

const date = '2026-11-21';
const starts = startsOf(date);
const startAt = (index: number) => starts[index]!;
const without = (...indexes: number[]) => starts.filter((_, index) => !indexes.includes(index));
const stateAt = ({ days: [day] }: CoverageReport, index: number): CellState => day!.rows[0]!.cells[index]!.state;

describe('buildReport', () => {
  it('shows a day whose files all came as whole, and finds nothing but the silent watch', () => {
    const report = reportOf({ dates: [date], series: [{ series: 'QR', startsMs: starts }] });
    expect(report.counts).toMatchObject({ dueCount: 96, coveredCount: 96 });
    expect(report.findings.map(({ state }) => state)).toEqual(['watch']);
  });

  it('tells missing from present and empty, late and reloaded', () => {
    const files = new Map([
      [startAt(8), { verdict: 'backfill' as const }],
      [startAt(9), { verdict: 'reload' as const }],
    ]);
    const series = [{ series: 'QR', startsMs: without(5), emptyMs: new Set([startAt(7)]), files }];
    const report = reportOf({ dates: [date], series });
    expect([5, 6, 7, 8, 9].map((index) => stateAt(report, index))).toEqual([
      'missing',
      'delivered',
      'empty',
      'late',
      'reloaded',
    ]);
    expect(report.counts).toMatchObject({ dueCount: 96, coveredCount: 95 });
  });

  it('shows what failed and what is quarantined with its execution and cure, and counts neither as in', () => {
    const undelivered = [
      failedStep('QR', toInstant(startAt(5) + intervalMs), 'FAILED'),
      failedStep('QR', toInstant(startAt(6) + intervalMs), 'QUARANTINED'),
    ];
    const report = reportOf({ dates: [date], series: [{ series: 'QR', startsMs: without(5, 6), undelivered }] });
    expect([stateAt(report, 5), stateAt(report, 6)]).toEqual(['failed', 'quarantined']);
    expect(report.days[0]!.rows[0]!.cells[5]!.problem).toMatchObject({ error: 'HubUnavailableError' });
    expect(report.findings.slice(0, 2).map(({ state, command }) => [state, command])).toEqual([
      ['failed', 'npx acdhub redrive --all-failed --stage test'],
      ['quarantined', `npx acdhub show run-${toInstant(startAt(6) + intervalMs)} --stage test`],
    ]);
    expect(report.counts.coveredCount).toBe(94);
  });

  it('expects nothing before the first file, and nothing yet of an interval whose report is not due', () => {
    const nowMs = startAt(40) + 10 * 60_000;
    const report = reportOf({ dates: [date], series: [{ series: 'QR', startsMs: starts.slice(10, 38) }], nowMs });
    expect([9, 10, 37, 38, 40].map((index) => stateAt(report, index))).toEqual([
      ...['notExpected', 'delivered', 'delivered', 'notDue', 'notDue'],
    ]);
    expect(report.counts).toMatchObject({ dueCount: 28, coveredCount: 28 });
  });

  it('shows a series as ended from the instant the settings name, and leaves it out on later days', () => {
    const settings = { reports: { series: [{ kind: 'QR', series: 'QR', endedAt: toInstant(startAt(20)) }] } };
    const dates = [date, '2026-11-22'];
    const report = reportOf({ dates, series: [{ series: 'QR', startsMs: starts.slice(0, 20) }], settings });
    expect([19, 20, 95].map((index) => stateAt(report, index))).toEqual(['delivered', 'ended', 'ended']);
    expect(report.days[1]!.rows).toEqual([]);
    expect(report.counts.dueCount).toBe(20);
  });

  it('names the file whose figures stand where a later one has sent them again', () => {
    const report = reportOf({ dates: [date], series: [{ series: 'QR', startsMs: starts }] });
    expect(report.days[0]!.rows[0]!.cells[3]).toMatchObject({
      figuresFrom: null,
      file: { runTime: toInstant(startAt(4)), arrivedAt: toInstant(startAt(5)), batchCount: 1 },
    });
  });

  it('joins neighbours of one state to spans of local time, with since when they are known', () => {
    const missing = [7, 8].map((index) => ({
      ...{ series: 'QR', intervalStart: toInstant(startAt(index)), status: 'MISSING' as const, healedAt: null },
      firstNoticedAt: toInstant(startAt(index + 4)),
    }));
    const series = [{ series: 'QR', startsMs: without(7, 8, 20, 95), missing }];
    const [finding] = reportOf({ dates: [date], series }).findings;
    expect(finding).toMatchObject({
      ...{ state: 'missing', series: 'QR', intervalCount: 4, since: toInstant(startAt(11)) },
      when: '2026-11-21 01:45–02:15, 05:00–05:15, 23:45–24:00',
      command: 'docs/runbook/missing-reports.md',
    });
  });

  it('says which of the two hours of one name is meant when the clocks go back', () => {
    const ofLongDay = startsOf('2026-10-25', 'Europe/Berlin');
    const series = [{ series: 'QR', startsMs: ofLongDay.filter((_, index) => index !== 11 && index !== 13) }];
    const [finding] = reportOf({ dates: ['2026-10-25'], zone: 'Europe/Berlin', series }).findings;
    expect(finding!.when).toBe('2026-10-25 02:45 UTC+02:00–02:00 UTC+01:00, 02:15 UTC+01:00–02:30 UTC+01:00');
  });

  it('says of a missing file that lies in the bucket that nobody was told of it', () => {
    const object = { bucket: 'b', key: 'QR.csv', etag: 'e', sizeBytes: 1, uploadedAt: toInstant(startAt(7)) };
    const objects = new Map([[toInstant(startAt(6)), object]]);
    const report = reportOf({ dates: [date], series: [{ series: 'QR', startsMs: without(5), objects }] });
    expect(report.days[0]!.rows[0]!.cells[5]).toMatchObject({ state: 'missing', inBucketSince: toInstant(startAt(7)) });
    expect(report.findings[0]!.meaning).toContain('lie in the bucket');
  });

  it('finds rejected rows in files that were delivered', () => {
    const files = new Map([[startAt(3), { rejectedRowCount: 2 }]]);
    const { findings } = reportOf({ dates: [date], series: [{ series: 'QR', startsMs: starts, files }] });
    expect(findings[0]).toMatchObject({ state: 'rejects', when: '2026-11-21 00:45–01:00' });
    expect(findings[0]!.meaning).toMatch(/^2 rows could not be used/);
  });

  it('says why there are no timelines', () => {
    const series = [{ series: 'QR', startsMs: starts }];
    const reasonOf = (report: CoverageReport) => {
      const { agents } = report.days[0]!;
      return agents.status === 'unknown' ? agents.reason : '';
    };
    expect(reasonOf(reportOf({ dates: [date], series }))).toContain('No agent state is kept of this day');
    const later = { nowMs: starts[0]! + 20 * 86_400_000 };
    expect(reasonOf(reportOf({ dates: [date], series, ...later }))).toContain('this day is gone');
    const off = { settings: { agentStates: { timelineDays: 0 } } };
    expect(reasonOf(reportOf({ dates: [date], series, ...off }))).toContain('switched off');
  });
});
