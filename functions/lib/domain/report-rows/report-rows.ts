// All rows of one report to hub records, rejects and notes. The rules themselves are in the files this one calls.
import type { ReportKind } from '../../../../schemas/report-kind.ts';
import type { Settings } from '../../../../schemas/settings.ts';
import { intervalMs } from '../interval.ts';
import { noteAbsentColumns } from './absent-columns.ts';
import type { CsvRow } from './csv-row.ts';
import { createFigureSums } from './figure-sums.ts';
import { createHubMapper } from './hub-mapper.ts';
import type { IntervalRows } from './hub-mapping.ts';
import { mixedDirectionRule } from './interval-fault.ts';
import { rejectDuplicate } from './late-rejects.ts';
import type { JudgedReport } from './mapped-report.ts';
import { createNoteList } from './notes.ts';
import type { JudgedRow } from './rejected-row.ts';
import { readReportHeader } from './report-header.ts';
import { createRowReader } from './report-row.ts';
import { createLengthTally, judgeRejectedShare } from './report-verdict.ts';
import { createIntervalRowsMap } from './row-intervals.ts';
import { createRowLimits } from './row-limits.ts';

export interface RowContext {
  readonly kind: ReportKind;
  /** ISO instant of the end of the reported range; null for a reload file without a time stamp. */
  readonly runTime: string | null;
  readonly uploadedAt: string;
  readonly settings: Pick<Settings, 'reports' | 'figures' | 'queues' | 'agents'>;
}

export interface RowCollector {
  /** @throws ReportRowLimitError more rows than settings.reports.maxRows, or more cells than any report has */
  add(row: CsvRow): void;
  /**
   * @throws IntervalSpacingError no row covers 900 s
   */
  finish(): JudgedReport;
}

/**
 * Collects the rows of one report. Sums, duplicates and media types need the whole file, so records come at the end.
 * @throws ReportHeaderError a heading is missing, doubled or contradicts another one
 * @throws ReportFormatError the header is no UTF-8 text
 */
export function createRowCollector({ cells: headings }: CsvRow, context: RowContext): RowCollector {
  const { reports, figures, queues, agents } = context.settings;
  const notes = createNoteList();
  const header = readReportHeader(headings, context.kind, reports.headingAliases, notes);
  noteAbsentColumns(header, figures, notes);
  if (header.kind === 'ASPR' && header.positions.has('queue')) {
    notes.add(
      'queue-grouping',
      'Remove the grouping Queue from the report: Amazon Connect leaves Online time empty with it.',
    );
  }
  const bounds = {
    runTimeMs: context.runTime === null ? null : Date.parse(context.runTime),
    uploadedAtMs: Date.parse(context.uploadedAt),
    reloadWindowDays: reports.reloadWindowDays,
  };
  const readRow = createRowReader(header, bounds, figures);
  const intervals = createIntervalRowsMap(header, queues);
  const rejects: JudgedRow[] = [];
  const lengths = createLengthTally();
  let rowCount = 0;
  const checkLimits = createRowLimits(reports.maxRows);
  let outOfScopeRowCount = 0;

  return {
    add(source) {
      rowCount += 1;
      checkLimits(source);
      const reading = readRow(source);
      switch (reading.status) {
        case 'outOfScope':
          outOfScopeRowCount += 1;
          return;
        case 'rejected':
          rejects.push(reading.rejected);
          lengths.add(reading.coveredMs);
          if (reading.place) intervals.markPartial(reading.place, source.lineNumber);
          return;
        case 'accepted':
          lengths.add(intervalMs);
          intervals.add(reading.row);
      }
    },
    finish() {
      lengths.check();
      const sorted = intervals.sort();
      for (const { row, earlierLine } of sorted.duplicates) rejects.push(rejectDuplicate(row, earlierLine));
      const sums = createFigureSums(header);
      const mapper = createHubMapper({ header, figures, queues, agents, notes, sums, rows: sorted.rows });
      const map = (interval: IntervalRows) => mapper(interval, intervals.partialLineOf(interval));
      let recordCount = 0;
      let summedRowCount = 0;
      const mixedDirectionQueues = new Set<string>();
      for (const interval of sorted.intervals) {
        const mapped = map(interval);
        if ('record' in mapped) {
          recordCount += 1;
          summedRowCount += interval.rows.length - 1;
        } else {
          if (mapped.fault.rule === mixedDirectionRule) mixedDirectionQueues.add(interval.queueValue);
          for (const { lineNumber } of interval.rows) rejects.push({ lineNumber, ...mapped.fault, cells: null });
        }
      }
      rejects.sort((a, b) => a.lineNumber - b.lineNumber);
      return {
        records: {
          *[Symbol.iterator]() {
            for (const interval of sorted.intervals) {
              const mapped = map(interval);
              if ('record' in mapped) yield mapped.record;
            }
          },
        },
        recordCount,
        rejects,
        refusal: judgeRejectedShare(rejects, rowCount - outOfScopeRowCount, reports),
        // As they are now: later passes repeat them.
        notes: notes.list(),
        rowCount,
        outOfScopeRowCount,
        summedRowCount,
        serviceLevelSeconds: header.serviceLevelSeconds,
        mixedDirectionQueues: [...mixedDirectionQueues],
        header: headings,
      };
    },
  };
}
