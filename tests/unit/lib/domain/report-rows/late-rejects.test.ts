import { describe, expect, it } from '@jest/globals';
import { addCells, listLateLines } from '../../../../../functions/lib/domain/report-rows/late-rejects.ts';
import { createRowCollector } from '../../../../../functions/lib/domain/report-rows/report-rows.ts';
import { contextOf, end, mapRows, qrRow, start } from './report-case.ts';

describe('addCells', () => {
  it('makes rejects of repeated rows with their cells, and none without', () => {
    const headings = ['Queue', 'StartInterval', 'EndInterval', ...Object.keys(qrRow)];
    const cells = ['Sales', start, end, ...Object.values(qrRow).map(String)];
    const ragged = ['Sales'];
    const collector = createRowCollector({ cells: headings, lineNumber: 1 }, contextOf({}));
    for (const lineNumber of [2, 3, 4]) collector.add({ cells, lineNumber });
    collector.add({ cells: ragged, lineNumber: 5 });
    const judged = collector.finish();
    expect([...listLateLines(judged)]).toEqual([3, 4]);
    expect(() => addCells(judged, new Map([[3, cells]]))).toThrow(RangeError);
    const { rejects } = addCells(judged, new Map([3, 4].map((line) => [line, cells])));
    expect(rejects).toMatchObject([
      ...[3, 4].map((lineNumber) => ({ lineNumber, rule: 'duplicate-row', cells })),
      { lineNumber: 5, rule: 'ragged-row', cells: ragged },
    ]);
  });
});

describe('a report refused for late rejects', () => {
  it('names the first line of each rule, whichever interval was judged first', () => {
    const later = { ...qrRow, StartInterval: end, EndInterval: '2026-11-22T10:30:00.000Z' };
    const [web, sales] = [{ ...later, Queue: 'Web' }, qrRow];
    const bad = { ...qrRow, StartInterval: 'noon' };
    const { refusal } = mapRows([web, sales, web, sales, bad, bad], {
      reports: { quarantinePercent: 10, quarantineMinimumRows: 1 },
    });
    expect(refusal?.message).toContain('2 x duplicate-row (first in line 4); 2 x not-an-instant (first in line 6');
  });
});
