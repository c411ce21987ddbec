import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { toRejectsCsv } from '../../../../functions/lib/io/rejects-csv.ts';
import { readReportSlices } from '../../../../functions/lib/io/report-csv.ts';

const reject = {
  lineNumber: 3,
  column: 'Contacts queued',
  value: '85%',
  reason: 'expected a number, found "85%"',
  rule: 'not-a-number',
};

describe('toRejectsCsv', () => {
  it('writes line, column, value, reason and then the original cells', () => {
    expect(toRejectsCsv(['Queue', 'Contacts queued'], [{ ...reject, cells: ['Sales, EMEA', '85%'] }])).toBe(
      'line,column,value,reason,Queue,Contacts queued\n' +
        '3,Contacts queued,85%,"expected a number, found ""85%""","Sales, EMEA",85%\n',
    );
  });

  it('leaves column and value blank where the row as a whole is at fault, and keeps a ragged row as it is', () => {
    const ragged = { ...reject, column: null, value: null, reason: 'ragged', cells: ['Sales'] };
    expect(toRejectsCsv(['Queue', 'Count'], [ragged])).toBe('line,column,value,reason,Queue,Count\n3,,,ragged,Sales\n');
  });

  it.each(['=1+1', '+1', '-1', '@cmd'])('leads %j by an apostrophe, so that no spreadsheet runs it', (cell) => {
    expect(toRejectsCsv(['Queue'], [{ ...reject, cells: [cell] }])).toContain(`,'${cell}\n`);
  });

  it('is read back cell by cell, line breaks included', async () => {
    const cells = ['a "b"', 'two\r\nlines', 'old\rmac', 'x,y', ''];
    const csv = toRejectsCsv(['A', 'B', 'C', 'D', 'E'], [{ ...reject, cells }]);
    const slices = await Array.fromAsync(readReportSlices(Readable.from([csv]), { maxBytes: 10_000 }));
    expect(slices.flat()[1]?.cells).toEqual(['3', 'Contacts queued', '85%', reject.reason, ...cells]);
  });
});
