// The way of a row from bytes to a record, against csv-parse alone and against counting the lines of the same file: each side in
// processes of its own, with nothing compiled yet. And the part behind the parser against the same rules written out by hand.
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { JudgedReport } from '../../functions/lib/domain/report-rows/mapped-report.ts';
import { createRowCollector, type RowContext } from '../../functions/lib/domain/report-rows/report-rows.ts';
import { readReportSlices, type CsvRow } from '../../functions/lib/io/report-csv.ts';
import { readReport } from '../../functions/transform-rows/read-report.ts';
import { countColumns, countLargestRows, widenReport, writeReport } from './generated-report.ts';
import { mapByHand } from './hand-written-mapping.ts';
import { measureRounds, type BenchOptions } from './measurement.ts';
import { loadRowContext } from './row-context.ts';
import type { RowPathAnswer } from './row-path-process.ts';

export interface RowPath {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Processor time, medians, to show; only the ratios can be compared with another machine's. */
  readonly pathMs: number;
  readonly parserMs: number;
  readonly widePathMs: number;
  readonly wideParserMs: number;
  readonly wideScanMs: number;
  /** Rows of the largest report; they are parsed before. */
  readonly mappedRowCount: number;
  readonly mappingMs: number;
  readonly byHandMs: number;
  /** Parse + check + map, to csv-parse alone. */
  readonly parserRatio: number;
  /** The same of a wide report: 20 columns in quotes. */
  readonly wideParserRatio: number;
  /** Parse + check + map of the wide report, to reading the file and counting its lines. */
  readonly wideScanRatio: number;
  /** Check + map of rows that are parsed already, to the same by hand. */
  readonly mappingRatio: number;
  /** Time per row of 10,000 rows, to that of 1,000. */
  readonly growthRatio: number;
}

export interface RowPathOptions extends BenchOptions {
  /** Processes of each side. */
  readonly processCount: number;
}

const rowCount = 200_000;
const [fewRows, manyRows] = [1000, 10_000];
const processFile = fileURLToPath(new URL('row-path-process.ts', import.meta.url));

/** @throws Error when a side loses rows, or the two mappings differ */
export async function measureRowPath(options: RowPathOptions): Promise<RowPath> {
  const { runCount, processCount, onProgress } = options;
  const context = await loadRowContext();
  const folder = await mkdtemp(join(tmpdir(), 'acdhub-rows-'));
  const write = async (name: string, report: Buffer) => {
    const file = join(folder, name);
    await writeFile(file, report);
    return file;
  };
  const writeRows = (count: number) =>
    write(`${count}.csv`, writeReport({ kind: context.kind, rowCount: count, runTime: context.runTime ?? '' }));
  // Nothing is warmed up: every process is new.
  const inProcesses = { measure: (work: () => unknown) => Promise.resolve(work()).then(Number), warmUpCount: 0 };
  try {
    const file = await writeRows(rowCount);
    onProgress(`row path: ${rowCount} rows, ${processCount} processes a side`);
    const narrow = await measureRounds(
      {
        path: () => runProcess('path', file),
        parser: () => runProcess('parser', file),
      },
      processCount,
      inProcesses,
    );
    const wideFile = await write('wide.csv', widenReport(await readFile(file)));
    onProgress(`wide row path: ${rowCount} rows, ${processCount} processes a side`);
    const wide = await measureRounds(
      {
        path: () => runProcess('path', wideFile),
        parser: () => runProcess('parser', wideFile),
        scan: () => runProcess('scan', wideFile),
      },
      processCount,
      inProcesses,
    );
    const mappedRowCount = countLargestRows(context.kind);
    onProgress(`check and map: ${mappedRowCount} rows, ${runCount} rounds`);
    const mappings = await measureMappings(await writeRows(mappedRowCount), mappedRowCount, context, runCount);
    onProgress(`time per row: ${fewRows} and ${manyRows} rows, ${runCount} rounds`);
    const [fewFile, manyFile] = [await writeRows(fewRows), await writeRows(manyRows)];
    const sizes = await measureRounds(
      {
        few: async () => {
          for (let rowsDone = 0; rowsDone < manyRows; rowsDone += fewRows) await mapFile(fewFile, context);
        },
        many: () => mapFile(manyFile, context),
      },
      runCount,
    );
    return {
      ...{ rowCount, mappedRowCount },
      columnCount: countColumns(context.kind),
      pathMs: narrow.medianOf('path'),
      parserMs: narrow.medianOf('parser'),
      widePathMs: wide.medianOf('path'),
      wideParserMs: wide.medianOf('parser'),
      wideScanMs: wide.medianOf('scan'),
      mappingMs: mappings.medianOf('mapping'),
      byHandMs: mappings.medianOf('byHand'),
      parserRatio: narrow.ratioOf('path', 'parser'),
      wideParserRatio: wide.ratioOf('path', 'parser'),
      wideScanRatio: wide.ratioOf('path', 'scan'),
      mappingRatio: mappings.ratioOf('mapping', 'byHand'),
      growthRatio: sizes.ratioOf('many', 'few'),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Milliseconds the side took in a process of its own. */
async function runProcess(side: string, file: string): Promise<number> {
  const flags = ['--single-threaded-gc', '--disable-warning=ExperimentalWarning'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, processFile, side, file]);
  const answer: unknown = JSON.parse(stdout);
  if (!isAnswer(answer)) throw new Error(`The row path answered ${stdout.slice(0, 200)}; expected its processor time`);
  expectRows(answer.rowCount, rowCount);
  return answer.cpuMs;
}

function isAnswer(value: unknown): value is RowPathAnswer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'cpuMs' in value &&
    typeof value.cpuMs === 'number' &&
    'rowCount' in value &&
    typeof value.rowCount === 'number'
  );
}

/** Both mappings of the same rows, all of which are in memory before; and both make the same records. */
async function measureMappings(file: string, mappedRowCount: number, context: RowContext, runCount: number) {
  const { maxBytes } = context.settings.reports;
  const rows = (await Array.fromAsync(readReportSlices(createReadStream(file), { maxBytes }))).flat();
  checkSameRecords(mapRows(rows, context), mapByHand(rows, context).records);
  return measureRounds(
    {
      mapping: () => expectRows(mapRows(rows, context).recordCount, mappedRowCount),
      byHand: () => expectRows(mapByHand(rows, context).records.length, mappedRowCount),
    },
    runCount,
  );
}

function expectRows(found: number, expected: number): number {
  if (found !== expected) throw new Error(`Expected ${expected} rows, found ${found}`);
  return found;
}

/** Every row parsed, checked and mapped once. What is staged afterwards is made by the same mapping again. */
const mapFile = (file: string, context: RowContext) => readReport(createReadStream(file), { key: file }, context);

function mapRows([header, ...rows]: readonly CsvRow[], context: RowContext): JudgedReport {
  if (header === undefined) throw new Error('The report has no header');
  const collector = createRowCollector(header, context);
  for (const row of rows) collector.add(row);
  return collector.finish();
}

function checkSameRecords({ records }: JudgedReport, byHand: readonly unknown[]): void {
  if (JSON.stringify([...records]) !== JSON.stringify(byHand)) throw new Error('By hand the records are others');
}
