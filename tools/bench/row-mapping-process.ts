// One side of check + map in a process of its own, started by row-path.ts with the side's name and the report's file. Both sides
// find the rows of the whole report in memory, and what they make of them must be the same.
import { createReadStream } from 'node:fs';
import type { JudgedReport } from '../../functions/lib/domain/report-rows/mapped-report.ts';
import { createRowCollector, type RowContext } from '../../functions/lib/domain/report-rows/report-rows.ts';
import { readReportSlices, type CsvRow } from '../../functions/lib/io/report-csv.ts';
import { mapByHand } from './hand-written-mapping.ts';
import { measureRounds } from './measurement.ts';
import { loadRowContext } from './row-context.ts';
import { answer, readSide } from './side-process.ts';

type Rows = readonly CsvRow[];

// After these the code is compiled.
const warmUpCount = 25;
const runCount = 15;

/** The number of records. */
const sides: Readonly<Record<string, (rows: Rows, context: RowContext) => number>> = {
  mapping: (rows, context) => mapRows(rows, context).recordCount,
  byHand: (rows, context) => mapByHand(rows, context).records.length,
};

function mapRows([header, ...rows]: Rows, context: RowContext): JudgedReport {
  if (header === undefined) throw new Error('The report has no header');
  const collector = createRowCollector(header, context);
  for (const row of rows) collector.add(row);
  return collector.finish();
}

function checkSameRecords(rows: Rows, context: RowContext): void {
  const byHand = JSON.stringify(mapByHand(rows, context).records);
  if (JSON.stringify([...mapRows(rows, context).records]) !== byHand) throw new Error('By hand the records are others');
}

const { side, file } = readSide(sides);
const context = await loadRowContext();
const { maxBytes } = context.settings.reports;
const rows = (await Array.fromAsync(readReportSlices(createReadStream(file), { maxBytes }))).flat();
let rowCount = 0;
const work = () => {
  rowCount = side(rows, context);
};
const rounds = await measureRounds({ work }, runCount, { warmUpCount });
// Afterwards: neither side's process has run the other one while it was measured.
checkSameRecords(rows, context);
answer({ cpuMs: rounds.medianOf('work'), rowCount });
