// Report files as a bad disk, a bad line or a bad mind would make them. NIGHTLY=1 tries every bit, otherwise a sample of them.
import { readFileSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  IntervalSpacingError,
  ReportFormatError,
  ReportHeaderError,
  ReportRowLimitError,
} from '../../functions/lib/domain/errors.ts';
import { readReportSlices } from '../../functions/lib/io/report-csv.ts';
import { readReport } from '../../functions/transform-rows/read-report.ts';
import { contextOf, listRecords, type ListedReport } from '../unit/lib/domain/report-rows/report-case.ts';

const isNightly = process.env['NIGHTLY'] === '1';
const fixture = readFileSync(new URL('../fixtures/reports/qr-published-headings.csv', import.meta.url));
const clearErrors = [ReportFormatError, ReportHeaderError, IntervalSpacingError, ReportRowLimitError];

const readAll = (source: Readable, maxBytes: number) =>
  Array.fromAsync(readReportSlices(source, { maxBytes }), () => null);
async function mapBytes(bytes: Uint8Array): Promise<ListedReport> {
  const source = Readable.from([Buffer.from(bytes)], { objectMode: false });
  return listRecords(await readReport(source, { key: 'report.csv' }, contextOf({ reports: { maxBytes: 1_000_000 } })));
}

/** The report, or the clear error it ends in; everything else fails the test. */
async function mapDamaged(bytes: Uint8Array): Promise<ListedReport | null> {
  try {
    return await mapBytes(bytes);
  } catch (error) {
    if (clearErrors.some((clear) => error instanceof clear)) return null;
    throw error;
  }
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

/** Every bit, or each `stride`-th one. */
function* bitsOf(bytes: Uint8Array, stride: number): Generator<number> {
  for (let bit = 0; bit < bytes.length * 8; bit += isNightly ? 1 : stride) yield bit;
}

describe('[fault 15] a flipped bit', () => {
  it('in a plain report spoils the row it stands in at most: the others keep their figures', async () => {
    const whole = await mapBytes(fixture);
    const lines = fixture.toString('latin1').split('\n');
    let deliveredCount = 0;
    for (const bit of bitsOf(fixture, 11)) {
      const report = await mapDamaged(flip(fixture, bit));
      if (report === null) continue;
      const { records, rejects, rowCount, outOfScopeRowCount, summedRowCount } = report;
      expect(records.length + rejects.length + outOfScopeRowCount + summedRowCount).toBe(rowCount);
      const lineNumber = fixture.subarray(0, bit >> 3).filter((byte) => byte === 0x0a).length + 1;
      if (lineNumber === 1 || rowCount !== whole.rowCount) continue;
      deliveredCount += 1;
      const others = whole.records.filter((_, index) => !lines[lineNumber - 1]?.includes(queueOf(whole, index)));
      expect(records).toEqual(expect.arrayContaining(others));
    }
    expect(deliveredCount).toBeGreaterThan(isNightly ? 500 : 50);
  });

  it('in a gzip file is noticed, or changes nothing', async () => {
    const packed = gzipSync(fixture);
    const whole = await mapBytes(fixture);
    let noticedCount = 0;
    for (const bit of bitsOf(packed, 3)) {
      const report = await mapDamaged(flip(packed, bit));
      if (report === null) noticedCount += 1;
      else expect({ bit, report }).toEqual({ bit, report: whole });
    }
    expect(noticedCount).toBeGreaterThan((packed.length * 8) / (isNightly ? 1 : 3) / 2);
  });

  const queueOf = ({ records }: ListedReport, index: number): string => {
    const record = records[index]!;
    return 'queueValue' in record ? record.queueValue : '';
  };
});

describe('bytes that are no report', () => {
  const header = fixture.subarray(0, fixture.indexOf('\n'));

  it.each<[string, Uint8Array]>([
    ['gzip within gzip', gzipSync(gzipSync(fixture))],
    ['a zlib stream, which is no gzip file', deflateSync(fixture)],
    ['a raw deflate stream', deflateRawSync(fixture)],
    [
      'a zip file or a workbook',
      Buffer.concat([Buffer.from('PK\u0003\u0004\u0014\0\u0006\0'), deflateRawSync(fixture)]),
    ],
    ['a picture', Buffer.from('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'latin1')],
    ['UTF-32', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from('Q\0\0\0u\0\0\0')])],
    ['the page of a portal', Buffer.from('<!doctype html>\n<html><body>Access denied</body></html>\n')],
    ['an error of S3', Buffer.from('<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>')],
    ['JSON', Buffer.from('[{"Queue":"Sales"}]')],
    ['a report separated by semicolons', Buffer.from(fixture.toString().replaceAll(',', ';'))],
    ['a single quote', Buffer.from('"')],
    ['a header cut within', header.subarray(0, header.length >> 1)],
    ['a header in Latin-1', Buffer.from('Warteschlange für Köln,StartInterval\n', 'latin1')],
  ])('%s ends in a clear error', async (_what, bytes) => {
    expect(await mapDamaged(bytes)).toBeNull();
  });

  it('of any kind end in a clear error, alone, packed, and behind a good header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await mapDamaged(bytes)).toBeNull();
        expect(await mapDamaged(gzipSync(bytes))).toBeNull();
        const report = await mapDamaged(Buffer.concat([header, Buffer.from('\n'), bytes]));
        expect(report?.records ?? []).toEqual([]);
        expect(report?.rejects.length ?? 0).toBe(report?.rowCount ?? 0);
      }),
      { numRuns: isNightly ? 20_000 : 150 },
    );
  });
});

describe('a size that no report has', () => {
  it.each([
    ['zeros', '\0'],
    ['one endless cell', 'a'],
    ['quotes', '"'],
    ['commas', ','],
    ['line ends', '\n'],
    ['rows', 'a,b\n'],
  ])('of %s without an end is given up, plain and as gzip, and so is its source', async (_what, pattern) => {
    function* repeatForEver() {
      for (;;) yield Buffer.alloc(65_536, pattern);
    }
    const packed = createGzip({ level: 1 });
    pipeline(repeatForEver, packed, () => undefined);
    for (const source of [Readable.from(repeatForEver(), { objectMode: false }), packed]) {
      const failure = await readAll(source, 1_100_000).catch((error: unknown) => error);
      expect([ReportFormatError, ReportRowLimitError]).toContain((failure as Error).constructor);
      expect(source.destroyed).toBe(true);
    }
  });

  it.each([
    ['a quoted cell', `a,b\n1,"${'x'.repeat(10_000_000)}"\n`],
    ['a cell without quotes', `a,b\n1,${'x'.repeat(10_000_000)}\n`],
    ['a heading', `a,${'x'.repeat(10_000_000)}\n1,2\n`],
    ['a quote that is never closed', `a,b\n1,"${'2\n'.repeat(5_000_000)}`],
    ['a million columns', `a,b\n${','.repeat(10_000_000)}\n`],
  ])('in %s of 10 MB is refused, naming the row and the limit', async (_what, text) => {
    const failure = readAll(Readable.from([Buffer.from(text)], { objectMode: false }), 100_000_000);
    await expect(failure).rejects.toThrow(ReportFormatError);
    await expect(failure).rejects.toThrow(/begins in line [12] is larger than 1048576 bytes/);
  });

  it('in a heading is not repeated in the error: Step Functions takes no cause that long', async () => {
    const wide = `Queue${' '.repeat(400_000)}`;
    const failure = mapBytes(Buffer.from(`Queue,${wide}\n`)).catch((error: unknown) => error);
    expect(await failure).toBeInstanceOf(ReportHeaderError);
    expect(String(await failure).length).toBeLessThan(10_000);
  });
});
