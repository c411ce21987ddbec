import { describe, expect, it } from '@jest/globals';
import { mapRows, qrRow, start, type Row } from './report-case.ts';

describe('createRowReader', () => {
  // Cells that are read as figures or instants are not searched for broken text unless something is wrong with the row.
  it.each<[string, Row]>([
    ['a figure', { 'Contacts queued': '1\uFFFD' }],
    ['an instant', { StartInterval: `${start}\0` }],
    ['a figure of a row out of scope', { Channel: 'TASK', 'Contacts queued': '1\0' }],
    ['a figure behind another fault', { Channel: 'FAX', 'Contacts queued': '1\uFFFD' }],
  ])('rejects a row for broken text, whatever else is wrong, in %s', (_, change) => {
    const { rejects } = mapRows([
      { ...qrRow, Channel: 'VOICE' },
      { ...qrRow, Channel: 'VOICE', Queue: 'Web', ...change },
    ]);
    expect(rejects.map(({ lineNumber, rule }) => [lineNumber, rule])).toEqual([[3, 'not-utf-8']]);
  });
});
