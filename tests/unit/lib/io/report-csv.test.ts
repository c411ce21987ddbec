import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReportFormatError, ReportRowLimitError } from '../../../../functions/lib/domain/errors.ts';
import { readReportSlices, type CsvRow } from '../../../../functions/lib/io/report-csv.ts';

async function readAll(source: Readable, maxBytes = 10_000_000): Promise<CsvRow[]> {
  return (await Array.fromAsync(readReportSlices(source, { maxBytes }))).flat();
}

const chunked = (bytes: Buffer, size: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
    { objectMode: false },
  );
const read = (content: string | Buffer) => readAll(chunked(Buffer.from(content), 65_536));
const cellsOf = async (content: string | Buffer) => (await read(content)).map(({ cells }) => cells);
const linesOf = async (content: string) => (await read(content)).map(({ lineNumber }) => lineNumber);

const plain = 'Queue,Count\nSales,1\n"a ""b"", c",2\n';
const rows = [
  ['Queue', 'Count'],
  ['Sales', '1'],
  ['a "b", c', '2'],
];

describe('readReportSlices', () => {
  it.each<[string, string | Buffer]>([
    ['LF', plain],
    ['CRLF', plain.replaceAll('\n', '\r\n')],
    ['CR alone', plain.replaceAll('\n', '\r')],
    ['mixed line ends', plain.replace('\n', '\r\n')],
    ['no final line end', plain.slice(0, -1)],
    ['a cut CRLF at the end', plain.replaceAll('\n', '\r\n').slice(0, -1)],
    ['a byte order mark', `\uFEFF${plain}`],
    ['a byte order mark before a quote', `\uFEFF"Queue",Count\n${plain.slice(12)}`],
    ['blank lines', `\n\r\n${plain.replaceAll('\n', '\n\n')}  \n`],
    ['gzip', gzipSync(plain)],
    ['gzip in two members', Buffer.concat([gzipSync(plain.slice(0, 15)), gzipSync(plain.slice(15))])],
    ['gzip padded with zeros', Buffer.concat([gzipSync(plain), Buffer.alloc(20)])],
  ])('reads %s', async (_form, content) => {
    expect(await cellsOf(content)).toEqual(rows);
  });

  it('reads line breaks, quotes and commas within a quoted cell exactly', async () => {
    expect(await cellsOf('a,b\n"x\r\ny","1,""2"""\n')).toEqual([
      ['a', 'b'],
      ['x\r\ny', '1,"2"'],
    ]);
  });

  it('leaves a NUL behind the first four bytes to the caller, since it spoils one row and not the file', async () => {
    expect(await cellsOf('a,b\n1,\0\n2,3\n')).toEqual([
      ['a', 'b'],
      ['1', '\0'],
      ['2', '3'],
    ]);
  });

  it('leaves ragged rows to the caller', async () => {
    expect(await cellsOf('a,b\n1\n1,2,3\n4,5\n')).toEqual([['a', 'b'], ['1'], ['1', '2', '3'], ['4', '5']]);
  });

  it('gives rows in chunks of any size', async () => {
    const content = Buffer.from('\uFEFFQueue,Count\r\n\r\n"Zürich\r\n""Süd"", 客服",1\r\nSales,\r\n"",3');
    const expected = await readAll(chunked(content, content.length));
    expect(expected).toHaveLength(4);
    for (let size = 1; size < content.length; size += 1) {
      expect(await readAll(chunked(content, size))).toEqual(expected);
      expect(await readAll(chunked(gzipSync(content), size))).toEqual(expected);
    }
  });

  it('gives back any cells that were written as CSV, whatever the chunks', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ü', '客', '"', ',', '\n', '\r', ' ', '=') });
    const table = fc.array(fc.tuple(fc.constant('x'), cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('\n', '\r\n'),
        async (cells, size, lineEnd) => {
          const csv = cells.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join(lineEnd);
          expect((await readAll(chunked(Buffer.from(csv), size))).map((row) => row.cells)).toEqual(cells);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('says in which line of the file a row begins', async () => {
    expect(await linesOf('a,b\n1,2\n3,4\n')).toEqual([1, 2, 3]);
    expect(await linesOf('\n\na,b\n\n1,2\r\n\r\n3,4')).toEqual([3, 5, 7]);
    expect(await linesOf('a,b\r\n"x\r\ny\nz",2\r\n3,4\r\n')).toEqual([1, 2, 5]);
    expect(await linesOf('a,b\n"x\n\ny","\n"\n\n3,4\n')).toEqual([1, 2, 7]);
  });

  it.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'empty'],
    ['a file of blank lines', '\n\r\n  \n', 'empty'],
    ['a byte order mark alone', '\uFEFF', 'empty'],
    ['an empty gzip file', gzipSync(''), 'empty'],
    ['UTF-16 little endian', Buffer.from('\uFEFFQueue,Count\n', 'utf16le'), 'UTF-16'],
    ['UTF-16 big endian', Buffer.from('\uFEFFQueue,Count\n', 'utf16le').swap16(), 'UTF-16'],
    ['UTF-16 without a byte order mark', Buffer.from('Queue,Count\n', 'utf16le'), 'UTF-16'],
    ['UTF-16 in gzip', gzipSync(Buffer.from('Queue,Count\n', 'utf16le')), 'UTF-16'],
    ['an open quote', 'a,b\n1,2\n"3,4\n5,6\n', 'line 3 opens a quote that is never closed'],
    ['text after a closing quote', 'a,b\n1,2\n"3"x,4\n', 'line 3 has text after a closing quote'],
    ['a quote in an unquoted cell', 'a,b\n1,2\n3,x"4\n', 'line 3 has a quote in the middle'],
    ['a cut last row', 'a,b,c\n1,2,3\n4,5', 'line 3, ends after 2 of 3 cells'],
    ['a row above 1 MiB', `a,b\n1,"${'x'.repeat(1_100_000)}"\n`, 'larger than 1048576 bytes'],
    ['a cut gzip file', gzipSync(plain).subarray(0, -3), 'gzip'],
    ['a gzip file cut in its header', gzipSync(plain).subarray(0, 5), 'gzip'],
    ['garbage after gzip', Buffer.concat([gzipSync(plain), Buffer.from('garbage')]), 'gzip'],
    [
      'a damaged gzip file',
      Buffer.from(gzipSync(plain).map((byte, index) => (index === 15 ? byte ^ 0xff : byte))),
      'gzip',
    ],
  ])('refuses %s', async (_fault, content, message) => {
    const failure = read(content);
    await expect(failure).rejects.toThrow(ReportFormatError);
    await expect(failure).rejects.toThrow(message);
  });

  it('[fault 15] refuses a gzip file cut anywhere', async () => {
    const packed = gzipSync(plain.repeat(20));
    for (let length = 2; length < packed.length; length += 1) {
      await expect(read(packed.subarray(0, length))).rejects.toThrow(ReportFormatError);
    }
  });

  it('passes invalid UTF-8 on as U+FFFD, for the row to be rejected', async () => {
    const latin1 = readFileSync(new URL('../../../fixtures/reports/qr-one-row-in-latin-1.csv', import.meta.url));
    expect((await read(latin1)).map(({ cells }) => cells[0])).toEqual(['Queue', 'Sales', 'V\uFFFDrich']);
  });

  it('[fault 15] stops at the byte limit, counted after unpacking', async () => {
    const content = Buffer.from(`a,b\n${'1,2\n'.repeat(50_000)}`);
    await expect(readAll(chunked(gzipSync(content), 65_536), content.length - 1)).rejects.toThrow(ReportRowLimitError);
    expect(await readAll(chunked(gzipSync(content), 65_536), content.length)).toHaveLength(50_001);
  });

  it.each([true, false])('[fault 16] passes an error of the source on untouched (gzip: %s)', async (isGzip) => {
    const content = Buffer.from(`a,b\n${'1,2\n'.repeat(1000)}`);
    const bytes = isGzip ? gzipSync(content) : content;
    const broken = new Error('connection reset');
    const source = Readable.from(
      (function* () {
        yield bytes.subarray(0, bytes.length - 10);
        throw broken;
      })(),
      { objectMode: false },
    );
    await expect(readAll(source)).rejects.toBe(broken);
    expect(source.destroyed).toBe(true);
  });

  it.each([true, false])('fails when the source ends before its time (gzip: %s)', async (isGzip) => {
    const source = new Readable({ read: () => undefined });
    const content = Buffer.from('a,b\n1,2\n');
    source.push(isGzip ? gzipSync(content).subarray(0, 12) : content);
    setImmediate(() => source.destroy());
    await expect(readAll(source)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it.each([true, false])('destroys a source that is not read to its end (gzip: %s)', async (isGzip) => {
    const content = Buffer.from(`a,b\n${'1,2\n'.repeat(1000)}`);
    const source = new Readable({ read: () => undefined });
    source.push(isGzip ? gzipSync(content, { level: 0 }) : content);
    for await (const slice of readReportSlices(source, { maxBytes: 10_000_000 })) if (slice.length > 0) break;
    expect(source.destroyed).toBe(true);
  });

  it('reads a source of text', async () => {
    expect((await readAll(Readable.from(['a,b\n1', ',ü\n']))).map(({ cells }) => cells)).toEqual([
      ['a', 'b'],
      ['1', 'ü'],
    ]);
  });
});
