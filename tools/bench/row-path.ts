// The way of a row from bytes to a record, and on to its JSON, against csv-parse alone and against counting the lines of the same
// file: each side in processes of its own, nothing compiled yet. And the part behind the parser against the same rules by hand.
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RowContext } from '../../functions/lib/domain/report-rows/report-rows.ts';
import { readReport } from '../../functions/transform-rows/read-report.ts';
import { countColumns, countLargestRows, widenReport, writeReport } from './generated-report.ts';
import { measureRounds, type BenchOptions } from './measurement.ts';
import { loadRowContext } from './row-context.ts';
import { runSide } from './side-process.ts';

export interface RowPath {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Processor time, medians, to show; only the ratios can be compared with another machine's. */
  readonly pathMs: number;
  readonly parserMs: number;
  readonly wideJsonMs: number;
  readonly wideParserMs: number;
  readonly wideScanMs: number;
  /** Rows of the largest report; they are parsed before, and each process does them again and again. */
  readonly mappedRowCount: number;
  readonly mappingMs: number;
  readonly byHandMs: number;
  /** Parse + check + map, to csv-parse alone. */
  readonly parserRatio: number;
  /** The same of a wide report, 20 columns in quotes, and on to batches as JSON. */
  readonly wideParserRatio: number;
  /** The same to reading the file and counting its lines. */
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
// By hand takes 17 to 23 ms from process to process: five of them would leave the ratio to luck.
const mappingProcessCount = 15;
const [fewRows, manyRows] = [1000, 10_000];
const pathProgram = fileURLToPath(new URL('row-path-process.ts', import.meta.url));
const mappingProgram = fileURLToPath(new URL('row-mapping-process.ts', import.meta.url));

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
        path: () => runSide(pathProgram, 'path', file, rowCount),
        parser: () => runSide(pathProgram, 'parser', file, rowCount),
      },
      processCount,
      inProcesses,
    );
    const wideFile = await write('wide.csv', widenReport(await readFile(file)));
    onProgress(`wide row path: ${rowCount} rows, ${processCount} processes a side`);
    const wide = await measureRounds(
      {
        json: () => runSide(pathProgram, 'json', wideFile, rowCount),
        parser: () => runSide(pathProgram, 'parser', wideFile, rowCount),
        scan: () => runSide(pathProgram, 'scan', wideFile, rowCount),
      },
      processCount,
      inProcesses,
    );
    const mappedRowCount = countLargestRows(context.kind);
    onProgress(`check and map: ${mappedRowCount} rows, ${mappingProcessCount} processes a side`);
    const mappedFile = await writeRows(mappedRowCount);
    const mappings = await measureRounds(
      {
        mapping: () => runSide(mappingProgram, 'mapping', mappedFile, mappedRowCount),
        byHand: () => runSide(mappingProgram, 'byHand', mappedFile, mappedRowCount),
      },
      mappingProcessCount,
      inProcesses,
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
      ...{ rowCount, mappedRowCount },
      columnCount: countColumns(context.kind),
      pathMs: narrow.medianOf('path'),
      parserMs: narrow.medianOf('parser'),
      wideJsonMs: wide.medianOf('json'),
      wideParserMs: wide.medianOf('parser'),
      wideScanMs: wide.medianOf('scan'),
      mappingMs: mappings.medianOf('mapping'),
      byHandMs: mappings.medianOf('byHand'),
      parserRatio: narrow.ratioOf('path', 'parser'),
      wideParserRatio: wide.ratioOf('json', 'parser'),
      wideScanRatio: wide.ratioOf('json', 'scan'),
      mappingRatio: mappings.ratioOf('mapping', 'byHand'),
      growthRatio: sizes.ratioOf('many', 'few'),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every row parsed, checked and mapped once. What is staged afterwards is made by the same mapping again. */
const mapFile = (file: string, context: RowContext) => readReport(createReadStream(file), { key: file }, context);
