// A queue that the settings send under the name of another one: their rows are one sum, and without one of them it would be too small.
import { describe, expect, it } from '@jest/globals';
import { mapRows, qrRow } from './report-case.ts';

const queues = [{ name: 'Sales', hubQueue: 'ALL' }, { name: 'Shop' }];
const bad = { ...qrRow, 'Contacts handled': 'x' };
const later = { StartInterval: '2026-11-22T10:15:00.000Z', EndInterval: '2026-11-22T10:30:00.000Z' };
const rejectsOf = (rows: Parameters<typeof mapRows>[0]) =>
  mapRows(rows, { queues }).rejects.map(({ lineNumber, rule, reason }) => [
    ...[lineNumber, rule, /line \d+/.exec(reason)?.[0]],
  ]);
const mergedNotes = (rows: Parameters<typeof mapRows>[0]) =>
  mapRows(rows, { queues }).notes.filter(({ code }) => code === 'queues-merged');

describe('rows of queues with one name at the hub', () => {
  it('are all rejected where one of them is, and name the first bad line', () => {
    expect(rejectsOf([bad, { ...bad, Queue: 'ALL', 'Routing Profile': 'A' }, { ...qrRow, Queue: 'ALL' }])).toEqual([
      [2, 'not-a-number', undefined],
      [3, 'not-a-number', undefined],
      [4, 'partial-sum', 'line 2'],
    ]);
  });

  it('are sent in the intervals no bad row belongs to, as are other queues', () => {
    const rows = [bad, { ...qrRow, Queue: 'ALL', ...later }, { ...qrRow, Queue: 'Support' }];
    const report = mapRows(rows, { queues });
    expect(report.rejects.map(({ lineNumber }) => lineNumber)).toEqual([2]);
    expect(report.records).toMatchObject([
      { queueValue: 'Support', contactsReceived: 10 },
      { queueValue: 'ALL', contactsReceived: 10, intervalStart: later.StartInterval },
    ]);
  });

  it('are noted, and what sends them under one name', () => {
    expect(mergedNotes([qrRow, { ...qrRow, Queue: 'ALL' }])).toEqual([
      {
        ...{ code: 'queues-merged', count: 1 },
        message:
          'Several queues are sent as "ALL" and added up: another queue is mapped to this name by its hubQueue setting.',
      },
    ]);
  });
});

describe('rows of queues with names of their own', () => {
  it('are records of their own: a bad one takes none with it', () => {
    expect(mapRows([{ ...bad, Queue: 'Shop' }, qrRow], { queues }).records).toMatchObject([{ queueValue: 'ALL' }]);
    const twice = [
      { ...bad, Queue: 'Shop' },
      { ...qrRow, Queue: 'Shop' },
    ];
    expect(rejectsOf(twice)).toEqual([[2, 'not-a-number', undefined]]);
  });

  it('are not noted as merged, alone or as several rows of one queue', () => {
    expect(mergedNotes([qrRow, { ...qrRow, Queue: 'Shop' }])).toEqual([]);
    expect(mergedNotes(['A', 'B'].map((profile) => ({ 'Routing Profile': profile, ...qrRow })))).toEqual([]);
  });
});
