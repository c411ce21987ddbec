// The way of a row from bytes to a record, against csv-parse alone on the same bytes: what the connector adds to its parser.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import {
  createRowCollector,
  type RowCollector,
  type RowContext,
} from '../../functions/lib/domain/report-rows/report-rows.ts';
import { readReportCsv } from '../../functions/lib/io/report-csv.ts';
import { loadLocalSettings } from '../local/settings.ts';
import { countColumns, writeReport } from './generated-report.ts';
import { findMedian } from './median.ts';

export interface RowPathOptions {
  readonly runCount: number;
  readonly onProgress: (message: string) => void;
}

export interface RowPath {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Processor time, medians, to show; only the ratio can be compared with another machine's. */
  readonly wholeMs: number;
  readonly parserMs: number;
  /** Median over the runs of parse + check + map over csv-parse alone, both measured in the same run. */
  readonly ratio: number;
}

const kind = 'QR';
const rowCount = 20_000;
const chunkBytes = 65_536;

/** @throws Error when a side loses rows */
export async function measureRowPath({ runCount, onProgress }: RowPathOptions): Promise<RowPath> {
  const runTime = '2026-11-22T12:00:00.000Z';
  const bytes = writeReport({ kind, rowCount, runTime });
  const context = {
    kind,
    runTime,
    uploadedAt: '2026-11-22T12:15:20.000Z',
    settings: await loadLocalSettings(),
  } as const;
  const sides = {
    whole: () => mapReport(bytes, context),
    parser: () => parseAlone(bytes),
  };
  // Both sides once unmeasured: their code is compiled by then, and in the measured runs neither pays for being first.
  await timeSide(sides.whole);
  await timeSide(sides.parser);
  const runs: { readonly wholeMs: number; readonly parserMs: number }[] = [];
  for (let run = 1; run <= runCount; run += 1) {
    onProgress(`row path: ${rowCount} rows, run ${run} of ${runCount}`);
    const isWholeFirst = run % 2 === 1;
    const first = await timeSide(isWholeFirst ? sides.whole : sides.parser);
    const second = await timeSide(isWholeFirst ? sides.parser : sides.whole);
    runs.push(isWholeFirst ? { wholeMs: first, parserMs: second } : { wholeMs: second, parserMs: first });
  }
  return {
    rowCount,
    columnCount: countColumns(kind),
    wholeMs: findMedian(runs.map(({ wholeMs }) => wholeMs)),
    parserMs: findMedian(runs.map(({ parserMs }) => parserMs)),
    ratio: findMedian(runs.map(({ wholeMs, parserMs }) => wholeMs / parserMs)),
  };
}

/** Processor time in ms: unlike time on the clock it does not grow with what else the machine does. */
async function timeSide(run: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage();
  const count = await run();
  const { user, system } = process.cpuUsage(before);
  if (count !== rowCount) throw new Error(`Expected ${rowCount} rows, found ${count}`);
  return (user + system) / 1000;
}

function* cutIntoChunks(bytes: Buffer): Generator<Buffer, void> {
  for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

const openStream = (bytes: Buffer) => Readable.from(cutIntoChunks(bytes), { objectMode: false });

/** Every row parsed, checked and mapped once. What is staged afterwards is made by the same mapping again. */
async function mapReport(bytes: Buffer, context: RowContext): Promise<number> {
  let collector: RowCollector | undefined;
  for await (const row of readReportCsv(openStream(bytes), { maxBytes: bytes.length })) {
    if (collector === undefined) collector = createRowCollector(row, context);
    else collector.add(row);
  }
  return collector?.finish().recordCount ?? 0;
}

/** csv-parse's fastest correct use: streaming, rows as arrays, strict defaults. */
async function parseAlone(bytes: Buffer): Promise<number> {
  let lineCount = 0;
  await pipeline(openStream(bytes), parse({ bom: true }), async (rows: AsyncIterable<unknown>) => {
    for await (const row of rows) if (row !== undefined) lineCount += 1;
  });
  return lineCount - 1;
}
