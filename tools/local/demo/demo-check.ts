// Whether the demonstration's day ended as designed.
import type { HubRecord } from '../../../schemas/hub-records.ts';
import { reportKinds, type ReportKind } from '../../../schemas/report-kind.ts';
import { listIntervals, type SeriesCoverage } from '../run/coverage.ts';
import type { FileResult } from '../run/file-result.ts';
import type { RunFile } from '../run/run-files.ts';
import type { DemoDay, DemoFile } from './demo-day.ts';

export interface DemoOutcome {
  readonly files: readonly RunFile[];
  readonly coverage: readonly SeriesCoverage[];
  readonly standing: Readonly<Record<ReportKind, readonly HubRecord[]>>;
}

type Report = (what: string, expected: string | number | null, found: string | number | null | undefined) => void;

/** One line for each thing that is not as designed; none when the day is. */
export function listDifferences(day: DemoDay, outcome: DemoOutcome): string[] {
  const differences: string[] = [];
  const compare: Report = (what, expected, found) => {
    if (expected !== found) differences.push(`${what}: expected ${String(expected)}, found ${String(found)}`);
  };
  const results = new Map(outcome.files.map(({ fileName, result }) => [fileName, result]));
  for (const file of day.files) compareFile(day, file, results.get(file.name), compare);
  compareSpacing(day, results, compare);
  for (const kind of reportKinds) {
    compare(`${kind} records in the hub`, day.standingCounts[kind], outcome.standing[kind].length);
  }
  compareReload(day, outcome, compare);
  const missing = outcome.coverage.flatMap(({ series, cells }) =>
    listIntervals(cells, 'missing').map((intervalStart) => `${series ?? ''} ${intervalStart}`),
  );
  compare('missing intervals', `${day.design.gap.series} ${day.design.gap.intervalStart}`, missing.join(', '));
  return differences;
}

function compareFile({ design }: DemoDay, file: DemoFile, result: FileResult | undefined, compare: Report): void {
  if (result === undefined) {
    compare(file.name, 'a result', null);
    return;
  }
  if (file.name === design.unknown.name) {
    compare(`${file.name}, status`, 'QUARANTINED', result.status);
    compare(`${file.name}, error`, 'UnknownReportKindError', result.error);
    return;
  }
  compare(`${file.name}, status`, 'DELIVERED', result.status);
  compare(`${file.name}, rows`, file.rowCount, result.rows);
  compare(
    `${file.name}, delivered, unchanged and rejected`,
    file.rowCount,
    result.delivered + result.unchanged + result.rejected,
  );
  compare(`${file.name}, rejected`, file.name === design.badRow.name ? 1 : 0, result.rejected);
  if (file.name !== design.badRow.name) return;
  const { line, column, value } = design.badRow;
  const [reject] = result.rejects;
  compare(
    `${file.name}, reject`,
    `${line} ${column} ${value}`,
    `${reject?.line ?? ''} ${reject?.column ?? ''} ${reject?.value ?? ''}`,
  );
}

function compareSpacing({ design }: DemoDay, results: ReadonlyMap<string, FileResult>, compare: Report): void {
  const gaps = [...results.values()].filter(({ spacing }) => spacing === 'gap');
  const found = gaps.map(({ series, missing }) => `${series ?? ''} ${missing.join(' ')}`).toSorted();
  const expected = [design.gap, design.late].map(({ series, runTime }) => `${series} ${runTime}`).toSorted();
  compare('gaps', expected.join(', '), found.join(', '));
  const late = results.get(design.late.name);
  compare(`${design.late.name}, spacing`, 'backfill', late?.spacing);
  compare(`${design.late.name}, brings figures`, 'yes', (late?.delivered ?? 0) > 0 ? 'yes' : 'no');
  const reload = results.get(design.reload.name);
  compare(`${design.reload.name}, spacing`, 'reload', reload?.spacing);
  compare(`${design.reload.name}, delivered`, 1, reload?.delivered);
}

function compareReload({ design }: DemoDay, { standing }: DemoOutcome, compare: Report): void {
  const { intervalStart, queue, abandonedCount } = design.reload;
  const record = standing.QR.find(
    (one) => 'handledShort' in one && one.queueValue === queue && one.intervalStart === intervalStart,
  );
  const abandoned =
    record !== undefined && 'handledShort' in record
      ? (record.abandonedShort ?? 0) + (record.abandonedLong ?? 0)
      : null;
  compare(`contacts abandoned of ${queue} at ${intervalStart} in the hub`, abandonedCount, abandoned);
}
