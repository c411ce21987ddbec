// From the object's bytes to mapped records.
import { Readable } from 'node:stream';
import type { SourceObject } from '../../schemas/state.ts';
import { ReportFormatError } from '../lib/domain/errors.ts';
import { addCells, listLateLines } from '../lib/domain/report-rows/late-rejects.ts';
import type { JudgedReport, MappedReport } from '../lib/domain/report-rows/mapped-report.ts';
import { createRowCollector, type RowCollector, type RowContext } from '../lib/domain/report-rows/report-rows.ts';
import { readReportSlices, type CsvRow } from '../lib/io/report-csv.ts';

/**
 * `onRow` sees each row before it is judged, the headings first: for who wants to know more of the file than is sent.
 * @throws the permanent errors of the reader and the collector; errors of the body's stream pass through
 */
export async function readReport(
  body: Readable,
  object: Pick<SourceObject, 'key'>,
  context: RowContext,
  onRow?: (row: CsvRow) => void,
): Promise<MappedReport> {
  const { maxBytes } = context.settings.reports;
  const chunks: Uint8Array[] = [];
  let collector: RowCollector | undefined;
  for await (const rows of readReportSlices(body, { maxBytes, onChunk: (chunk) => chunks.push(chunk) })) {
    for (const row of rows) {
      onRow?.(row);
      if (collector === undefined) collector = createRowCollector(row, context);
      else collector.add(row);
    }
  }
  if (collector === undefined) {
    throw new ReportFormatError(
      `The file ${object.key} has no heading line; expected the headings of a ${context.kind} report`,
    );
  }
  return readCellsAgain(collector.finish(), chunks, maxBytes);
}

/**
 * The cells of rows that turned out bad once all were there. A file with such a row is parsed a second time, up to the last of
 * them; keeping the cells of all rows would cost every file as much time, and several times the memory.
 */
async function readCellsAgain(judged: JudgedReport, chunks: Uint8Array[], maxBytes: number): Promise<MappedReport> {
  const lines = listLateLines(judged);
  const cellsByLine = new Map<number, readonly string[]>();
  if (lines.size > 0) {
    for await (const rows of readReportSlices(Readable.from(chunks), { maxBytes })) {
      for (const { lineNumber, cells } of rows) if (lines.has(lineNumber)) cellsByLine.set(lineNumber, cells);
      if (cellsByLine.size === lines.size) break;
    }
  }
  return addCells(judged, cellsByLine);
}
