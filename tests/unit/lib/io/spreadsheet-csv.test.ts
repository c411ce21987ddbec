import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toHubRejectsCsv } from '../../../../functions/lib/io/hub-rejects-csv.ts';
import { readReportSlices } from '../../../../functions/lib/io/report-csv.ts';
import { toSpreadsheetCsv } from '../../../../functions/lib/io/spreadsheet-csv.ts';
import type { AgentSystemRecord } from '../../../../schemas/hub-records.ts';

async function readBack(csv: string): Promise<(readonly string[])[]> {
  const slices = await Array.fromAsync(readReportSlices(Readable.from([csv]), { maxBytes: 1_000_000 }));
  return slices.flat().map(({ cells }) => cells);
}

describe('toSpreadsheetCsv', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1+1', "'\t'=1+1"],
    ["Sales;=cmd|'/C calc'!A0", "Sales;'=cmd|'/C calc'!A0"],
    ['Sales; -1', "Sales; '-1"],
    ['Sales\t+1', "Sales\t'+1"],
    ['Sales\r\n=1', "Sales\r\n'=1"],
    ['Sales;Support', 'Sales;Support'],
    ['a=b;c@d', 'a=b;c@d'],
  ])('makes %j the text %j', async (cell, shown) => {
    expect(await readBack(toSpreadsheetCsv([['heading'], ['x', cell]]))).toEqual([['heading'], ['x', shown]]);
  });

  it('begins no cell with a formula, by whichever separator a spreadsheet splits it', () => {
    const cell = fc.string({ unit: fc.constantFrom('=', '+', '-', '@', ';', '\t', '\r', '\n', ',', '"', ' ', 'a') });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), (cells) => {
        const csv = toSpreadsheetCsv([['x', ...cells]]);
        // A spreadsheet that separates by semicolon or tab does not see quotes that are not at the beginning of its cell.
        for (const part of csv.split(/[;\t\r\n]/).slice(1)) expect(part).not.toMatch(/^\s*[=+\-@]/);
      }),
    );
  });

  it('is read back row by row, with lone carriage returns too', async () => {
    const rows = [
      ['A', 'B'],
      ['old\rmac', 'two\r\nlines'],
    ];
    expect(await readBack(toSpreadsheetCsv(rows))).toEqual(rows);
  });
});

describe('toHubRejectsCsv', () => {
  const record: AgentSystemRecord = {
    ...{ agentValue: 'a;=1+1', agentId: '=HYPERLINK("x")', intervalStart: '2026-11-22T12:00:00.000Z' },
    ...{ readyTimeSeconds: 1, notReadyTimeSeconds: null, loginTimeSeconds: 3 },
  };

  it('writes position, reason and the fields of each refused record, formulas as text', async () => {
    expect(await readBack(toHubRejectsCsv([record], [{ index: 0, reason: '-unknown\ragent' }]))).toEqual([
      ['record', 'reason', 'agentValue', 'agentId', 'intervalStart'].concat(
        'readyTimeSeconds',
        'notReadyTimeSeconds',
        'loginTimeSeconds',
      ),
      ['0', "'-unknown\ragent", "a;'=1+1", `'=HYPERLINK("x")`, record.intervalStart, '1', '', '3'],
    ]);
  });
});
