// The way of a row from bytes to a record, against csv-parse alone and against counting the lines of the same file; and the part
// behind the parser against the same rules written out by hand.
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import {
  createRowCollector,
  type MappedReport,
  type RowContext,
} from '../../functions/lib/domain/report-rows/report-rows.ts';
import { readReportCsv, type CsvRow } from '../../functions/lib/io/report-csv.ts';
import { readReport } from '../../functions/transform-rows/read-report.ts';
import { loadLocalSettings } from '../local/settings.ts';
import { countColumns, widenReport, writeReport } from './generated-report.ts';
import { mapByHand } from './hand-written-mapping.ts';
import { measureRounds, type BenchOptions } from './measurement.ts';

export interface RowPath {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Processor time, medians, to show; only the ratios can be compared with another machine's. */
  readonly wholeMs: number;
  readonly parserMs: number;
  readonly wideWholeMs: number;
  readonly wideParserMs: number;
  readonly wideScanMs: number;
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

const kind = 'QR';
const rowCount = 20_000;
const [fewRows, manyRows] = [1000, 10_000];
const scanCount = 10;
const newline = 0x0a;
const runTime = '2026-11-22T12:00:00.000Z';

/** @throws Error when a side loses rows, or the two mappings differ */
export async function measureRowPath({ runCount, onProgress }: BenchOptions): Promise<RowPath> {
  const settings = await loadLocalSettings();
  const context: RowContext = { kind, runTime, uploadedAt: '2026-11-22T12:15:20.000Z', settings };
  const folder = await mkdtemp(join(tmpdir(), 'acdhub-rows-'));
  const write = async (name: string, report: Buffer) => {
    const file = join(folder, name);
    await writeFile(file, report);
    return file;
  };
  const writeRows = (count: number) => write(`${count}.csv`, writeReport({ kind, rowCount: count, runTime }));
  try {
    const file = await writeRows(rowCount);
    const wideFile = await write('wide.csv', widenReport(await readFile(file)));
    onProgress(`row path: ${rowCount} rows, ${runCount} rounds`);
    const mapAll = async (report: string) => expectRows((await mapFile(report, context)).recordCount, rowCount);
    const parseAll = async (report: string) => expectRows(await parseAlone(report), rowCount);
    const narrow = await measureRounds({ whole: () => mapAll(file), parser: () => parseAll(file) }, runCount);
    onProgress(`check and map: ${rowCount} rows, ${runCount} rounds`);
    const rows = await Array.fromAsync(readReportCsv(createReadStream(file), { maxBytes: settings.reports.maxBytes }));
    checkSameRecords(mapRows(rows, context), mapByHand(rows, context).records);
    const mappings = await measureRounds(
      {
        mapping: () => expectRows(mapRows(rows, context).recordCount, rowCount),
        byHand: () => expectRows(mapByHand(rows, context).records.length, rowCount),
      },
      runCount,
    );
    onProgress(`wide row path: ${rowCount} rows, ${runCount} rounds`);
    const wide = await measureRounds(
      {
        whole: () => mapAll(wideFile),
        parser: () => parseAll(wideFile),
        // Ten times: once is too short for the clock of the processor.
        scans: async () => {
          for (let scan = 0; scan < scanCount; scan += 1) expectRows(await countLines(wideFile), rowCount);
        },
      },
      runCount,
    );
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
      rowCount,
      columnCount: countColumns(kind),
      wholeMs: narrow.medianOf('whole'),
      parserMs: narrow.medianOf('parser'),
      wideWholeMs: wide.medianOf('whole'),
      wideParserMs: wide.medianOf('parser'),
      wideScanMs: wide.medianOf('scans') / scanCount,
      mappingMs: mappings.medianOf('mapping'),
      byHandMs: mappings.medianOf('byHand'),
      parserRatio: narrow.ratioOf('whole', 'parser'),
      wideParserRatio: wide.ratioOf('whole', 'parser'),
      wideScanRatio: wide.ratioOf('whole', 'scans') * scanCount,
      mappingRatio: mappings.ratioOf('mapping', 'byHand'),
      growthRatio: sizes.ratioOf('many', 'few'),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function expectRows(found: number, expected: number): number {
  if (found !== expected) throw new Error(`Expected ${expected} rows, found ${found}`);
  return found;
}

/** Every row parsed, checked and mapped once. What is staged afterwards is made by the same mapping again. */
const mapFile = (file: string, context: RowContext) => readReport(createReadStream(file), { key: file }, context);

function mapRows([header, ...rows]: readonly CsvRow[], context: RowContext): MappedReport {
  if (header === undefined) throw new Error('The report has no header');
  const collector = createRowCollector(header, context);
  for (const row of rows) collector.add(row);
  return collector.finish();
}

function checkSameRecords({ records }: MappedReport, byHand: readonly unknown[]): void {
  if (JSON.stringify([...records]) !== JSON.stringify(byHand)) throw new Error('By hand the records are others');
}

/** csv-parse's fastest correct use: streaming, rows as arrays, strict defaults. */
async function parseAlone(file: string): Promise<number> {
  let lineCount = 0;
  await pipeline(createReadStream(file), parse({ bom: true }), async (rows: AsyncIterable<unknown>) => {
    for await (const row of rows) if (row !== undefined) lineCount += 1;
  });
  return lineCount - 1;
}

/** Lines without the heading's. */
async function countLines(file: string): Promise<number> {
  let lineCount = 0;
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const bytes of chunks) {
      for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lineCount += 1;
    }
  });
  return lineCount - 1;
}
