// Bytes of a report to rows of text cells. What a cell means is no matter here.
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { ReportFormatError } from '../domain/errors.ts';
import type { CsvRow } from '../domain/report-rows/csv-row.ts';
import { readReportBytes, type BytesOptions } from './report-bytes.ts';

export type { CsvRow } from '../domain/report-rows/csv-row.ts';

const maxRowBytes = 1_048_576;
// Rows are handed on slice by slice, so that few of them are in memory at a time: those a garbage collection finds alive make
// the collector take more memory for all that follows. One by one they would cost a tenth more of the parser's time.
const sliceBytes = 16_384;

/**
 * Reads a report slice by slice, each an array of rows; the first row of all is the header. Rows may differ in length: whether
 * that is a fault is the caller's rule. Blank lines are skipped. The source is destroyed when reading ends, whichever way.
 *
 * Neither `pipe()` nor the parser's readable side is used: a failing source surfaces at once, with its own error.
 *
 * @throws ReportFormatError empty, UTF-16, broken quoting, a row above 1 MiB, damaged or cut gzip, a cut last row
 * @throws ReportRowLimitError more than `maxBytes`, packed or unpacked
 */
export async function* readReportSlices(
  source: Readable,
  options: BytesOptions,
): AsyncGenerator<readonly CsvRow[], void> {
  const rows = createRowParser();
  let headerWidth = 0;
  let lastByte: number | undefined;
  try {
    for await (const bytes of readReportBytes(source, options)) {
      lastByte = bytes.at(-1) ?? lastByte;
      for (let start = 0; start < bytes.length; start += sliceBytes) {
        const slice = await rows.parse(bytes.subarray(start, start + sliceBytes));
        headerWidth ||= slice[0]?.cells.length ?? 0;
        yield slice;
      }
    }
    const lastSlice = await rows.finish();
    headerWidth ||= lastSlice[0]?.cells.length ?? 0;
    for (const row of lastSlice) checkLastRow(row, headerWidth, lastByte);
    yield lastSlice;
    if (headerWidth === 0) throw new ReportFormatError('The file is empty: expected at least a header row');
  } finally {
    // After the end nobody listens to the source any more; an error it still reports must not end the process.
    source.on('error', () => undefined);
    source.destroy();
  }
}

function createRowParser() {
  let rows: CsvRow[] = [];
  let nextLine = 1;
  let parserLines = 0;
  let emptyLines = 0;
  // Bytes since the last row or blank line ended. The parser's own limit does not count the commas between empty cells.
  let openBytes = 0;
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maxRowBytes,
    on_record: (cells: string[], info) => {
      openBytes = 0;
      const blankLines = info.empty_lines - emptyLines;
      const lineNumber = nextLine + blankLines;
      // The parser counts a CRLF within quotes as two lines, so its own count only tells that there are some.
      const hasBreaks = info.lines - parserLines > 1 + blankLines;
      nextLine = lineNumber + 1 + (hasBreaks ? countLineBreaks(cells) : 0);
      parserLines = info.lines;
      emptyLines = info.empty_lines;
      if (cells.length > 1 || cells[0]?.trim() !== '') rows.push({ cells, lineNumber });
      return null;
    },
  });
  // Errors reach us through the callbacks of write() and end(); without a listener they would end the process.
  parser.on('error', () => undefined);

  const nextRowLine = () => nextLine + parser.info.empty_lines - emptyLines;
  const take = (): readonly CsvRow[] => {
    const taken = rows;
    rows = [];
    return taken;
  };
  const settle = (work: (done: (error?: Error | null) => void) => void) =>
    new Promise<readonly CsvRow[]>((resolve, reject) => {
      work((error) => {
        if (error) reject(describeCsvError(error, nextRowLine()));
        else resolve(take());
      });
    });
  return {
    async parse(bytes: Uint8Array) {
      openBytes += bytes.length;
      const { empty_lines: emptyLinesBefore } = parser.info;
      const taken = await settle((done) => parser.write(bytes, done));
      if (parser.info.empty_lines > emptyLinesBefore) openBytes = 0;
      if (openBytes > maxRowBytes) throw tooLargeRow(nextRowLine());
      return taken;
    },
    finish: () => settle((done) => parser.end(done)),
  };
}

function countLineBreaks(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

function describeCsvError(error: Error, lineNumber: number): Error {
  if (!(error instanceof CsvError)) return error;
  const code: string = error.code;
  const context = { lineNumber, code };
  const at = `The row that begins in line ${lineNumber}`;
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new ReportFormatError(`${at} opens a quote that is never closed: the file is cut or damaged`, { context });
    case 'CSV_MAX_RECORD_SIZE':
      return tooLargeRow(lineNumber);
    case 'CSV_INVALID_CLOSING_QUOTE':
      return new ReportFormatError(
        `${at} has text after a closing quote: expected a comma or the end of the line there`,
        { context },
      );
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_OPENING_QUOTE':
      return new ReportFormatError(
        `${at} has a quote in the middle of an unquoted cell: expected the whole cell in quotes`,
        { context },
      );
    default:
      return new ReportFormatError(`${at} is no valid CSV: ${error.message}`, { context });
  }
}

function tooLargeRow(lineNumber: number): ReportFormatError {
  return new ReportFormatError(
    `The row that begins in line ${lineNumber} is larger than ${maxRowBytes} bytes: no report row is, so a quote was probably left open`,
    { context: { lineNumber } },
  );
}

function checkLastRow(row: CsvRow, headerWidth: number, lastByte: number | undefined): void {
  const hasLineEnd = lastByte === 0x0a || lastByte === 0x0d;
  if (hasLineEnd || row.cells.length >= headerWidth) return;
  throw new ReportFormatError(
    `The file is cut: its last row, line ${row.lineNumber}, ends after ${row.cells.length} of ${headerWidth} cells without a line end`,
    { context: { lineNumber: row.lineNumber, cellCount: row.cells.length, expectedCellCount: headerWidth } },
  );
}
