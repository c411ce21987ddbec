import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  IntervalSpacingError,
  ReportFormatError,
  ReportHeaderError,
  ReportRowLimitError,
} from '../../../../functions/lib/domain/errors.ts';
import { readReport } from '../../../../functions/transform-rows/read-report.ts';
import { contextOf, listRecords, type ListedReport, type ReportCase } from '../domain/report-rows/report-case.ts';

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/reports/${name}.csv`, import.meta.url));

/** @param chunkBytes the source hands the file on in chunks of so many bytes */
async function mapFile(bytes: Buffer, reportCase: ReportCase = {}, chunkBytes = bytes.length): Promise<ListedReport> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  const source = Readable.from(chunks, { objectMode: false });
  return listRecords(await readReport(source, { key: 'report.csv' }, contextOf(reportCase)));
}

const nameOf = (record: ListedReport['records'][number]) => ('queueValue' in record ? record.queueValue : '');

describe('a report file, read and mapped', () => {
  it('with the headings AWS published', async () => {
    const { records, rejects, serviceLevelSeconds } = await mapFile(fixture('qr-published-headings'));
    expect(serviceLevelSeconds).toBe(15);
    expect(rejects).toEqual([]);
    expect(records).toMatchObject([
      { queueValue: 'Sales', handledShort: 0, handleTimeSeconds: 0, workTimeSeconds: 0, queueDelayTimeSeconds: 0 },
      {
        queueValue: 'Support, EMEA',
        contactsReceived: null,
        handledShort: 7,
        handledLong: 1,
        abandonedShort: 1,
        abandonedLong: 1,
        handleTimeSeconds: 2100,
        holdTimeSeconds: 45,
        workTimeSeconds: 310,
        queueDelayTimeSeconds: 100,
      },
    ]);
  });

  it('with a byte order mark, CRLF, offsets and two routing profiles of one agent', async () => {
    const report = await mapFile(fixture('aqr-two-routing-profiles-bom-crlf-offset'), { kind: 'AQR' });
    expect(report).toMatchObject({ rowCount: 2, summedRowCount: 1, rejects: [] });
    expect(report.records).toMatchObject([
      {
        agentValue: 'ana@example.com',
        intervalStart: '2026-11-22T10:00:00.000Z',
        contactsHandled: 3,
        handleTimeSeconds: 420.5,
        holdTimeSeconds: 20,
        workTimeSeconds: 90,
      },
    ]);
  });

  it('with an online time above the interval', async () => {
    const { records, rejects } = await mapFile(fixture('aspr-one-online-time-above-the-interval'), { kind: 'ASPR' });
    expect(records).toMatchObject([{ agentValue: 'ana@example.com', notReadyTimeSeconds: 120 }]);
    expect(rejects).toMatchObject([{ lineNumber: 3, rule: 'activity-above-interval' }]);
  });

  it('with one row in Latin-1', async () => {
    const { records, rejects } = await mapFile(fixture('qr-one-row-in-latin-1'));
    expect(records).toMatchObject([{ queueValue: 'Sales' }]);
    expect(rejects).toMatchObject([{ lineNumber: 3, column: 'Queue', rule: 'not-utf-8' }]);
  });

  it('with a header only', async () => {
    expect(await mapFile(fixture('qr-header-only'))).toMatchObject({ rowCount: 0, records: [], rejects: [] });
  });

  it('with 30-minute rows', async () => {
    await expect(mapFile(fixture('qr-thirty-minute-rows'))).rejects.toThrow(IntervalSpacingError);
  });

  it.each(['qr-published-headings', 'qr-one-row-in-latin-1'])(
    '[fault 15] cut at every byte (%s) has no other figures than the whole file but in the row the cut is in, or is a clear error',
    async (name) => {
      const bytes = fixture(name);
      const whole = await mapFile(bytes);
      for (let length = 0; length < bytes.length; length += 1) {
        const cut = bytes.subarray(0, length);
        const result = await mapFile(cut).catch((error: unknown) => error);
        if (result instanceof Error) {
          expect([ReportFormatError, ReportHeaderError]).toContain(result.constructor);
          continue;
        }
        const { records, rejects, rowCount } = result as ListedReport;
        expect(records.length + rejects.length).toBe(rowCount);
        const [cutRow = ''] = cut.toString('latin1').split('\n').slice(-1);
        const untouched = records.filter((record) => cutRow === '' || !cutRow.includes(nameOf(record)));
        expect(whole.records).toEqual(expect.arrayContaining(untouched));
        for (const record of records) expect(whole.records.map(nameOf)).toContain(nameOf(record));
      }
    },
  );

  it('packed with gzip is the same report', async () => {
    const bytes = fixture('qr-published-headings');
    expect(await mapFile(gzipSync(bytes))).toEqual(await mapFile(bytes));
  });

  it.each([
    ['plain', (bytes: Buffer) => bytes],
    ['packed', gzipSync],
  ])('%s gives back the cells of rows that only the others make bad, as they stand in the file', async (_how, pack) => {
    const [header, row] = fixture('qr-published-headings').toString().split(/\r?\n/);
    // The first row takes lines 2 and 3; line 4 is blank.
    const lines = [`${header},Note`, `${row},"two`, 'lines"', '', `${row},other`, `${row},"a ""b"", c"`];
    const file = pack(Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`));
    const whole = await mapFile(file);
    for (const chunkBytes of [1, 3, 200]) expect(await mapFile(file, {}, chunkBytes)).toEqual(whole);
    const { rejects, rowCount } = whole;
    expect(rowCount).toBe(3);
    expect(rejects.map(({ lineNumber, rule, cells }) => [lineNumber, rule, cells[0], cells.at(-1)])).toEqual([
      [5, 'duplicate-row', 'Support, EMEA', 'other'],
      [6, 'duplicate-row', 'Support, EMEA', 'a "b", c'],
    ]);
  });

  it('of bytes that unpack to nothing is refused above the limit, since its bytes are kept', async () => {
    const nothing = Buffer.concat(new Array<Buffer>(5000).fill(gzipSync('')));
    const bytes = Buffer.concat([gzipSync(fixture('qr-published-headings')), nothing]);
    const whole = await mapFile(bytes, { reports: { maxBytes: bytes.length } }, 16_384);
    expect(whole.rowCount).toBe(2);
    const tooMany = mapFile(bytes, { reports: { maxBytes: bytes.length - 1 } }, 16_384);
    await expect(tooMany).rejects.toThrow(ReportRowLimitError);
  });
});
