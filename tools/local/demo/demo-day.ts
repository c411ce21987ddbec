// A day of a small contact centre as files in the order of their upload, with everything that goes wrong in a normal week:
// a run that never comes, a late one, a reload, a bad row, a file that is none of ours.
import { intervalMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import {
  replaceCell,
  toCsv,
  writeAgentQueueReport,
  writeAgentSystemReport,
  writeQueueReport,
  type ReportRequest,
  type WrittenReport,
} from './demo-reports.ts';

export const intervalsOfDay = 96;

export interface DemoFile {
  readonly name: string;
  readonly body: string;
  readonly rowCount: number;
  /** What is special about the file, as people are told; null: nothing. */
  readonly story: string | null;
}

export interface DemoSeries {
  readonly name: string;
  readonly kind: ReportKind;
}

export interface DemoDay {
  /** `2026-11-21` */
  readonly date: string;
  readonly dayStartMs: number;
  readonly series: readonly DemoSeries[];
  /** In the order of upload. */
  readonly files: readonly DemoFile[];
  /** Records that stand in the hub at the end of the day. */
  readonly standingCounts: Readonly<Record<ReportKind, number>>;
  /** What has to come of the special files; every other file has to be delivered whole. */
  readonly design: {
    readonly gap: { readonly series: string; readonly runTime: string; readonly intervalStart: string };
    readonly late: { readonly name: string; readonly series: string; readonly runTime: string };
    readonly badRow: { readonly name: string; readonly line: number; readonly column: string; readonly value: string };
    readonly reload: {
      readonly name: string;
      readonly intervalStart: string;
      readonly queue: string;
      readonly abandonedCount: number;
    };
    readonly unknown: { readonly name: string };
  };
}

interface Schedule extends DemoSeries {
  /** How many intervals each run reaches back. Clock-split working times are complete at once and need one only. */
  readonly lookBackIntervals: number;
  readonly write: (request: ReportRequest) => WrittenReport;
}

const schedules: readonly Schedule[] = [
  { name: 'QR', kind: 'QR', lookBackIntervals: 2, write: writeQueueReport },
  { name: 'AQR', kind: 'AQR', lookBackIntervals: 2, write: writeAgentQueueReport },
  { name: 'ASPR', kind: 'ASPR', lookBackIntervals: 1, write: writeAgentSystemReport },
];

// Numbers of intervals of the day; an interval's own report runs at its end.
const gapInterval = 57;
const lateInterval = 42;
const lateArrivesAfter = 46;
const badRowInterval = 44;
const reloadInterval = 52;
const unknownArrivesAfter = 47;
const badRow = { rowIndex: 2, column: 'Customer hold time', value: '#REF!' } as const;
const reloadedQueue = 'Support';

/** `QR-2026-11-21T12:00:00Z.csv`: Amazon Connect writes the run time without milliseconds. */
function toReportName(series: string, runTime: string): string {
  return `${series}-${runTime.replace('.000Z', 'Z')}.csv`;
}

/** The reload support would ask for: one queue of one interval, two figures corrected. */
function writeReload(request: ReportRequest): { report: WrittenReport; abandonedCount: number } {
  const whole = writeQueueReport(request);
  const report = { ...whole, rows: whole.rows.filter(([queue]) => queue === reloadedQueue) };
  const cellAt = (heading: string): number => Number(report.rows[0]?.[report.headings.indexOf(heading)]);
  const abandonedCount = cellAt('Contacts abandoned') + 2;
  const queuedCount = cellAt('Contacts queued') + 2;
  const corrected = replaceCell(report, 0, 'Contacts abandoned', String(abandonedCount));
  return { report: replaceCell(corrected, 0, 'Contacts queued', String(queuedCount)), abandonedCount };
}

/** Rows of all intervals of the day that some file brings, each once. */
function countStanding(dayStartMs: number): Record<ReportKind, number> {
  const counts: Record<ReportKind, number> = { QR: 0, AQR: 0, ASPR: 0 };
  for (const { kind, write } of schedules) {
    for (let interval = 0; interval < intervalsOfDay; interval += 1) {
      const isLost = kind === 'ASPR' && interval === gapInterval;
      const request = { dayStartMs, firstInterval: interval, lastInterval: interval, isComplete: true };
      if (!isLost) counts[kind] += write(request).rows.length;
    }
  }
  return counts;
}

/** @param dayStartMs midnight UTC of the day to play */
export function createDemoDay(dayStartMs: number): DemoDay {
  const instantOf = (interval: number): string => toInstant(dayStartMs + interval * intervalMs);
  const clockOf = (interval: number): string => instantOf(interval).slice(11, 16);
  const date = instantOf(0).slice(0, 10);
  const requestOf = (interval: number, lookBackIntervals: number, isComplete = false): ReportRequest => ({
    ...{ dayStartMs, isComplete },
    firstInterval: interval - lookBackIntervals + 1,
    lastInterval: interval,
  });
  const toFile = (name: string, report: WrittenReport, story: string | null): DemoFile => ({
    ...{ name, body: toCsv(report), rowCount: report.rows.length, story },
  });

  const writeScheduled = (schedule: Schedule, interval: number): DemoFile => {
    const name = toReportName(schedule.name, instantOf(interval + 1));
    const isLate = schedule.kind === 'AQR' && interval === lateInterval;
    const report = schedule.write(requestOf(interval, schedule.lookBackIntervals, isLate));
    if (isLate) return toFile(name, report, `arrived after the run of ${clockOf(lateArrivesAfter + 1)}`);
    if (schedule.name === 'QR' && interval === badRowInterval) {
      const spoilt = replaceCell(report, badRow.rowIndex, badRow.column, badRow.value);
      return toFile(name, spoilt, 'one bad row; the next report has it whole');
    }
    if (schedule.kind === 'AQR' && interval === lateInterval + 1)
      return toFile(name, report, 'overtook the run before it');
    if (schedule.kind === 'ASPR' && interval === gapInterval + 1)
      return toFile(name, report, 'the run before it never came');
    return toFile(name, report, null);
  };

  const unknownName = `Agent-audit-${date}T12:00:00Z.csv`;
  const unknown: DemoFile = {
    name: unknownName,
    body: toCsv({ headings: ['Agent', 'Action', 'Time'], rows: [['agent-01@example.com', 'Login', instantOf(28)]] }),
    rowCount: 1,
    story: 'none of our reports',
  };
  const { report: reload, abandonedCount } = writeReload(requestOf(reloadInterval, 1, true));
  const reloadName = 'QR-reload-corrected.csv';
  const files: DemoFile[] = [];
  for (let interval = 0; interval < intervalsOfDay; interval += 1) {
    for (const schedule of schedules) {
      const isMissing = schedule.kind === 'ASPR' && interval === gapInterval;
      const isHeldBack = schedule.kind === 'AQR' && interval === lateInterval;
      if (!isMissing && !isHeldBack) files.push(writeScheduled(schedule, interval));
      if (schedule.kind === 'AQR' && interval === lateArrivesAfter) files.push(writeScheduled(schedule, lateInterval));
    }
    if (interval === unknownArrivesAfter) files.push(unknown);
  }
  files.push(toFile(reloadName, reload, `two figures of ${reloadedQueue} at ${clockOf(reloadInterval)} corrected`));

  const lateRunTime = instantOf(lateInterval + 1);
  return {
    ...{ date, dayStartMs, files, standingCounts: countStanding(dayStartMs) },
    series: schedules.map(({ name, kind }) => ({ name, kind })),
    design: {
      gap: { series: 'ASPR', runTime: instantOf(gapInterval + 1), intervalStart: instantOf(gapInterval) },
      late: { name: toReportName('AQR', lateRunTime), series: 'AQR', runTime: lateRunTime },
      badRow: {
        name: toReportName('QR', instantOf(badRowInterval + 1)),
        // Line 1 holds the headings.
        line: badRow.rowIndex + 2,
        ...{ column: badRow.column, value: badRow.value },
      },
      reload: { name: reloadName, intervalStart: instantOf(reloadInterval), queue: reloadedQueue, abandonedCount },
      unknown: { name: unknownName },
    },
  };
}
