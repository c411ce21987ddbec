// One side of the row path in a process of its own, started by row-path.ts with the side's name and the report's file. Answers
// with a JSON line.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { planBatches } from '../../functions/lib/domain/delivery/batch-plan.ts';
import { readReport } from '../../functions/transform-rows/read-report.ts';
import { measureCpuMs } from './measurement.ts';
import { loadRowContext } from './row-context.ts';
import { answer, readSide } from './side-process.ts';

const context = await loadRowContext();
const newline = 0x0a;

/** What each side does with the report; the answer is the number of its rows, without the heading. */
const sides: Readonly<Record<string, (file: string) => Promise<number>>> = {
  async path(file) {
    return (await readReport(createReadStream(file), { key: file }, context)).recordCount;
  },

  /** And on to what is sent: batches as JSON, not yet hashed and packed. */
  async json(file) {
    const { records } = await readReport(createReadStream(file), { key: file }, context);
    let recordCount = 0;
    for (const batch of planBatches(records, context.settings.batches)) {
      if (batch.recordsJson !== '') recordCount += batch.records.length;
    }
    return recordCount;
  },

  /** csv-parse's fastest correct use: streaming, rows as arrays, strict defaults. */
  async parser(file) {
    let lineCount = 0;
    await pipeline(createReadStream(file), parse({ bom: true }), async (rows: AsyncIterable<unknown>) => {
      for await (const row of rows) if (row !== undefined) lineCount += 1;
    });
    return lineCount - 1;
  },

  async scan(file) {
    let lineCount = 0;
    await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
      for await (const bytes of chunks) {
        for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lineCount += 1;
      }
    });
    return lineCount - 1;
  },
};

const { side, file } = readSide(sides);
let rowCount = 0;
const cpuMs = await measureCpuMs(async () => {
  rowCount = await side(file);
});
answer({ cpuMs, rowCount });
