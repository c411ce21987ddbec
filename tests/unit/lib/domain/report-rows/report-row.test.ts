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

  it.each<[string, Row, object]>([
    [
      ...(['a channel that is none', { Channel: 'FAX' }] as const),
      { rule: 'unknown-channel', column: 'Channel', value: 'FAX', reason: 'expected VOICE, CHAT, TASK or EMAIL' },
    ],
    [
      ...(['a blank name', { Queue: ' ' }] as const),
      { rule: 'blank-name', column: 'Queue', value: ' ', reason: 'expected a name, found a blank cell' },
    ],
    [
      ...(['an end without an offset', { EndInterval: '2026-11-22T10:15:00' }] as const),
      {
        ...{ rule: 'not-an-instant', column: 'EndInterval', value: '2026-11-22T10:15:00' },
        reason: 'expected an instant with its offset such as 2026-11-22T12:00:00.000Z',
      },
    ],
    [
      ...(['bytes that are no text', { Queue: 'S\uFFFDles' }] as const),
      {
        ...{ rule: 'not-utf-8', column: 'Queue', value: 'S\uFFFDles' },
        reason: 'not valid UTF-8: the cell holds bytes that are no text',
      },
    ],
    [
      ...(['a count above the limit', { 'Contacts queued': 1_000_001 }] as const),
      {
        ...{ rule: 'absurd-figure', column: 'Contacts queued', value: '1000001' },
        reason: 'expected a whole number of at most 1000000 (setting figures.maxCount), found 1000001',
      },
    ],
    [
      ...(['a time above the limit', { 'Customer hold time': 900_000_000_000 }] as const),
      {
        ...{ rule: 'absurd-figure', column: 'Customer hold time', value: '900000000000' },
        reason: expect.stringMatching(/^expected a number of seconds of at most \d+ \(setting figures\.maxSeconds\)/),
      },
    ],
  ])('rejects %s, saying where it stands, what was found and what expected', (_, change, fault) => {
    const { rejects } = mapRows([
      { ...qrRow, Channel: 'VOICE', 'Customer hold time': 0.5 },
      { ...qrRow, Channel: 'VOICE', 'Customer hold time': 0.5, Queue: 'Web', ...change },
    ]);
    expect(rejects).toMatchObject([{ lineNumber: 3, ...fault }]);
  });
});
