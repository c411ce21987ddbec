import { describe, expect, it } from '@jest/globals';
import {
  IntervalSpacingError,
  ReportRejectedRowsError,
  ReportRowLimitError,
} from '../../../../../functions/lib/domain/errors.ts';
import { end, mapCells, mapRows, noteCodes, qrRow, start, type ReportCase, type Row } from './report-case.ts';

const clipped = { EndInterval: '2026-11-22T10:10:00.000Z' };
const rejectsOf = (rows: readonly Row[], reportCase?: ReportCase) =>
  mapRows(rows, reportCase).rejects.map(({ lineNumber, rule }) => [lineNumber, rule]);
const manyQueues = (count: number, row: Row = qrRow): Row[] =>
  Array.from({ length: count }, (_, index) => ({ ...row, Queue: `Queue ${index}` }));

describe('one bad row', () => {
  it('[fault 14] is rejected with line, column, value, reason and its cells, and the rest goes on', () => {
    const report = mapRows([
      qrRow,
      { ...qrRow, Queue: 'Web', 'Contacts queued': '85%' },
      { ...qrRow, Queue: 'Support' },
    ]);
    expect(report.records.map((record) => 'queueValue' in record && record.queueValue)).toEqual(['Sales', 'Support']);
    expect(report.rejects).toEqual([
      {
        lineNumber: 3,
        column: 'Contacts queued',
        value: '85%',
        reason: 'expected a whole number, found "85%"',
        rule: 'not-a-number',
        cells: ['Web', start, end, '85%', '8', '2', '6', '1'],
      },
    ]);
  });

  it.each<[string, Row]>([
    ['blank-name', { Queue: '' }],
    ['blank-name', { Queue: ' - ' }],
    ['not-utf-8', { Queue: 'Z\uFFFDrich' }],
    ['not-utf-8', { Queue: 'Sa\0les' }],
    ['not-an-instant', { StartInterval: '2026-11-22T10:00:00.000' }],
    ['not-an-instant', { EndInterval: '' }],
    ['clipped-interval', clipped],
    ['off-the-quarter-hour', { StartInterval: '2026-11-22T10:05:00Z', EndInterval: '2026-11-22T10:20:00Z' }],
    ['after-run-time', { StartInterval: '2026-11-22T12:00:00Z', EndInterval: '2026-11-22T12:15:00Z' }],
    ['before-reload-window', { StartInterval: '2026-10-20T12:00:00Z', EndInterval: '2026-10-20T12:15:00Z' }],
    ['not-a-number', { 'Contacts abandoned': '-3' }],
    ['not-a-whole-number', { 'Contacts handled': '3.5' }],
    ['absurd-figure', { 'Contacts handled': '1000001' }],
  ])('is rejected as %s', (rule, change) => {
    expect(
      rejectsOf([
        { ...qrRow, Queue: 'Support' },
        { ...qrRow, ...change },
      ]),
    ).toEqual([[3, rule]]);
  });

  it('is rejected for broken text in any column, even an unknown one', () => {
    expect(
      rejectsOf([
        { ...qrRow, Remark: 'fine' },
        { ...qrRow, Queue: 'Web', Remark: 'M\uFFFDller' },
      ]),
    ).toEqual([[3, 'not-utf-8']]);
  });

  it('is not rejected for a figure of a column its kind does not use', () => {
    expect(rejectsOf([{ ...qrRow, 'Service level 20 seconds': '75%', 'Online time': 'n/a' }])).toEqual([]);
  });

  it.each([[['Web', start, end]], [['Web', start, end, '1', '1', '0', '1', '0', 'surplus']]])(
    'is rejected when it is ragged: %j',
    (cells) => {
      const headings = ['Queue', 'StartInterval', 'EndInterval', ...Object.keys(qrRow)];
      const good = ['Sales', start, end, ...Object.values(qrRow).map(String)];
      const { records, rejects } = mapCells(headings, [cells, good]);
      expect(records).toHaveLength(1);
      expect(rejects).toEqual([
        {
          lineNumber: 2,
          column: null,
          value: null,
          reason: `expected 8 cells as in the header, found ${cells.length}`,
          rule: 'ragged-row',
          cells,
        },
      ]);
    },
  );
});

describe('the same row twice', () => {
  it('is rejected as a duplicate of the first line', () => {
    const { rejects } = mapRows([qrRow, { ...qrRow, 'Contacts queued': 99 }]);
    expect(rejects).toMatchObject([{ lineNumber: 3, rule: 'duplicate-row', reason: 'duplicate of line 2' }]);
  });

  it('is recognised although the instants are written differently', () => {
    const shifted = { StartInterval: '2026-11-22T05:00:00.000-05:00', EndInterval: '2026-11-22T10:15:00Z' };
    expect(rejectsOf([qrRow, { ...qrRow, ...shifted }])).toEqual([[3, 'duplicate-row']]);
  });

  it('counts only accepted rows: a good row after a bad one of the same key is kept', () => {
    const report = mapRows([{ ...qrRow, 'Contacts queued': 'x' }, qrRow]);
    expect(report.records).toHaveLength(1);
    expect(report.rejects.map(({ lineNumber }) => lineNumber)).toEqual([2]);
  });

  it('is not seen in names that differ in case or spaces', () => {
    expect(mapRows([qrRow, { ...qrRow, Queue: 'sales' }, { ...qrRow, Queue: 'Sales ' }]).records).toHaveLength(3);
  });

  it('is seen in all dimensions together', () => {
    const profile = (name: string, level = '') => ({
      'Routing Profile': name,
      'Agent Hierarchy Level Five': level,
      ...qrRow,
    });
    const report = mapRows([profile('A'), profile('B'), profile('A', 'x'), profile('A')]);
    expect(report.rejects).toMatchObject([{ lineNumber: 5, reason: 'duplicate of line 2' }]);
    expect(report).toMatchObject({ summedRowCount: 2, records: [{ contactsReceived: 30 }] });
  });

  it('keeps names apart that would run together when joined', () => {
    const rows = [
      { Agent: 'a', Queue: 'bc', 'Contacts handled': 1 },
      { Agent: 'ab', Queue: 'c', 'Contacts handled': 2 },
    ];
    expect(mapRows(rows, { kind: 'AQR' }).records).toHaveLength(2);
  });
});

describe('rows that are summed', () => {
  it('are all rejected when one of them is: a partial sum is a wrong figure', () => {
    const rows = [
      { 'Routing Profile': 'A', ...qrRow },
      { 'Routing Profile': 'B', ...qrRow, 'Contacts handled': 'x' },
      { 'Routing Profile': 'B', ...qrRow, Queue: 'Support' },
    ];
    const report = mapRows(rows);
    expect(report.records).toMatchObject([{ queueValue: 'Support' }]);
    expect(report.rejects.map(({ lineNumber, rule }) => [lineNumber, rule])).toEqual([
      [2, 'partial-sum'],
      [3, 'not-a-number'],
    ]);
    expect(report.rejects[0]?.reason).toContain('line 3');
  });

  it('are not touched by a duplicate, which is no part of the sum', () => {
    const row = { 'Routing Profile': 'A', ...qrRow };
    expect(mapRows([row, row]).records).toHaveLength(1);
  });
});

describe('channels', () => {
  it('leaves task and e-mail rows out without rejecting them, whatever their figures', () => {
    const rows = ['TASK', 'tasks', 'EMAIL', 'VOICE'].map((Channel) => ({ Channel, ...qrRow }));
    expect(mapRows([...rows, { Channel: 'TASK', ...qrRow, 'Contacts queued': 'x' }])).toMatchObject({
      rowCount: 5,
      outOfScopeRowCount: 4,
      rejects: [],
      records: [{ contactsReceived: 10 }],
    });
  });

  it('rejects voice and chat of one queue in one interval', () => {
    const rows = ['VOICE', 'CHAT'].map((Channel) => ({ Channel, ...qrRow }));
    expect(rejectsOf([...rows, { Channel: 'CHAT', ...qrRow, Queue: 'Web' }])).toEqual([
      [2, 'mixed-channel'],
      [3, 'mixed-channel'],
    ]);
  });

  it('rejects an unknown channel and takes a blank one as if there were no column', () => {
    const rows = ['', '-', 'FAX'].map((Channel, index) => ({ Channel, ...qrRow, Queue: `Queue ${index}` }));
    expect(rejectsOf(rows)).toEqual([[4, 'unknown-channel']]);
  });
});

describe('names', () => {
  it.each([
    'Support, EMEA',
    'The "A" team',
    'two\r\nlines',
    '__proto__',
    'constructor',
    ' spaced ',
    '=1+1',
    'Zürich 客服',
  ])('delivers the queue %j exactly', (Queue) => {
    expect(mapRows([{ ...qrRow, Queue }]).records).toMatchObject([{ queueValue: Queue }]);
  });

  it('[fault 14] delivers an agent __proto__ with the ID the settings map', () => {
    const agents = [{ login: '__proto__', agentId: '1' }];
    const row = { Agent: '__proto__', Queue: '__proto__', 'Contacts handled': 1 };
    expect(mapRows([row], { kind: 'AQR', agents }).records).toMatchObject([{ agentValue: '__proto__', agentId: '1' }]);
  });

  it('sends a queue under the name the settings map, and notes when it meets another', () => {
    const queues = [{ name: 'Sales', hubQueue: 'SALES-DE' }];
    expect(mapRows([qrRow], { queues }).records).toMatchObject([{ queueValue: 'SALES-DE' }]);
    const report = mapRows([qrRow, { ...qrRow, Queue: 'SALES-DE' }], { queues });
    expect(report).toMatchObject({ records: [{ contactsReceived: 20 }], summedRowCount: 1 });
    expect(noteCodes(report)).toContain('queues-merged');
  });

  it('rejects a voice and a chat queue that the settings send under one name', () => {
    const queues = [
      { name: 'Sales', hubQueue: 'All', mediaType: 'voice' as const },
      { name: 'Web', hubQueue: 'All', mediaType: 'chat' as const },
    ];
    expect(rejectsOf([qrRow, { ...qrRow, Queue: 'Web' }], { queues })).toEqual([
      [2, 'mixed-media-type'],
      [3, 'mixed-media-type'],
    ]);
  });
});

describe('the file as a whole', () => {
  it('is a success without rows', () => {
    const { records, rejects, rowCount } = mapCells(
      ['Queue', 'StartInterval', 'EndInterval', ...Object.keys(qrRow)],
      [],
    );
    expect({ records, rejects, rowCount }).toEqual({ records: [], rejects: [], rowCount: 0 });
  });

  it('sorts records by interval, queue and agent by code unit', () => {
    const later = { StartInterval: end, EndInterval: '2026-11-22T10:30:00.000Z' };
    const rows = [
      { ...later, Queue: 'A', Agent: 'a', 'Contacts handled': 1 },
      { Queue: 'b', Agent: 'a', 'Contacts handled': 1 },
      { Queue: 'Z', Agent: 'b', 'Contacts handled': 1 },
      { Queue: 'Z', Agent: 'B', 'Contacts handled': 1 },
    ];
    const { records } = mapRows(rows, { kind: 'AQR' });
    expect(
      records.map(
        (record) => 'queueValue' in record && 'agentValue' in record && record.queueValue + record.agentValue,
      ),
    ).toEqual(['ZB', 'Zb', 'ba', 'Aa']);
    expect(JSON.stringify(mapRows([...rows].reverse(), { kind: 'AQR' }).records)).toBe(JSON.stringify(records));
  });

  it('accounts for every row', () => {
    const rows = [
      ...['A', 'B'].map((profile) => ({ 'Routing Profile': profile, Channel: 'VOICE', ...qrRow })),
      { 'Routing Profile': 'A', Channel: 'TASK', ...qrRow },
      { 'Routing Profile': 'A', Channel: 'VOICE', ...qrRow, Queue: 'Web', 'Contacts queued': -1 },
    ];
    const report = mapRows(rows);
    const { records, rejects, outOfScopeRowCount, summedRowCount } = report;
    expect(records.length + rejects.length + outOfScopeRowCount + summedRowCount).toBe(report.rowCount);
    expect([records.length, rejects.length, outOfScopeRowCount, summedRowCount]).toEqual([1, 1, 1, 1]);
  });

  it('is refused when every row is of another length, saying how to fix the report', () => {
    const halfHour = { ...qrRow, EndInterval: '2026-11-22T10:30:00.000Z' };
    expect(() => mapRows([halfHour])).toThrow(IntervalSpacingError);
    expect(() => mapRows([halfHour])).toThrow('1 of 1800 s. Edit the report in Amazon Connect: interval 15 minutes');
    expect(rejectsOf([halfHour, { ...qrRow, Queue: 'Web' }])).toEqual([[2, 'clipped-interval']]);
  });

  it('[fault 14] is refused above the share of bad rows, from the least number on, naming counts and reasons', () => {
    const bad = manyQueues(20, { ...qrRow, 'Contacts queued': 'x' });
    const good = manyQueues(20).map((row) => ({ ...row, Queue: `Good ${row['Queue'] ?? ''}` }));
    expect(mapRows([...bad, ...good])).toMatchObject({ refusal: null, rejects: { length: 20 } });
    expect(mapRows(bad.slice(1))).toMatchObject({ refusal: null, rejects: { length: 19 } });
    const refused = mapRows([...bad, ...good.slice(1)]);
    expect(refused.refusal).toBeInstanceOf(ReportRejectedRowsError);
    expect(refused.rejects).toHaveLength(20);
    expect(refused.refusal?.message).toBe(
      '20 of 39 rows are bad, more than 50 % (setting reports.quarantinePercent): 20 x not-a-number (first in line 2, column "Contacts queued")',
    );
  });

  it('does not count out-of-scope rows as good ones in that share', () => {
    const bad = manyQueues(20, { Channel: 'VOICE', ...qrRow, 'Contacts queued': 'x' });
    const tasks = manyQueues(40, { Channel: 'TASK', ...qrRow });
    expect(mapRows([...bad, ...tasks]).refusal?.message).toContain('20 of 20 rows are bad');
  });

  it('is refused above the row limit while it is read', () => {
    expect(() => mapRows(manyQueues(4), { reports: { maxRows: 3 } })).toThrow(ReportRowLimitError);
    expect(mapRows(manyQueues(3), { reports: { maxRows: 3 } }).rowCount).toBe(3);
  });

  it('is refused above 5 million cells, however few rows they are', () => {
    const commas = Array.from({ length: 1_000_000 }, () => '');
    const headings = ['Queue', 'StartInterval', 'EndInterval', ...Object.keys(qrRow)];
    expect(
      mapCells(
        headings,
        Array.from({ length: 5 }, () => commas),
      ).rejects,
    ).toHaveLength(5);
    expect(() =>
      mapCells(
        headings,
        Array.from({ length: 6 }, () => commas),
      ),
    ).toThrow(ReportRowLimitError);
  });

  it('lists at most 50 notes and counts the rest', () => {
    const { notes } = mapRows(manyQueues(80, { ...qrRow, 'Contacts queued': 1 }));
    expect(notes).toHaveLength(51);
    expect(notes.at(-1)).toMatchObject({ code: 'further-notes', count: 80 - 50 + 5 });
  });

  it('counts how often a note applies', () => {
    const { notes } = mapRows(
      [qrRow, { ...qrRow, StartInterval: end, EndInterval: '2026-11-22T10:30:00Z' }].map((row) => ({
        ...row,
        'Contacts queued': 1,
      })),
    );
    expect(notes.find(({ code }) => code === 'received-raised')?.count).toBe(2);
  });

  it('accepts a reload file without a run time by its upload alone', () => {
    const row = { ...qrRow, StartInterval: '2026-11-22T12:00:00Z', EndInterval: '2026-11-22T12:15:00Z' };
    expect(mapRows([row], { runTime: null }).records).toHaveLength(1);
    expect(rejectsOf([row], { runTime: null, uploadedAt: '2026-11-22T12:14:59.000Z' })).toEqual([
      [2, 'future-interval'],
    ]);
  });
});
