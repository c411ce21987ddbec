import { describe, expect, it } from '@jest/globals';
import { addCells } from '../../../../../functions/lib/domain/report-rows/late-rejects.ts';
import { createRowCollector } from '../../../../../functions/lib/domain/report-rows/report-rows.ts';
import { contextOf, end, qrRow, start } from './report-case.ts';

describe('addCells', () => {
  it('makes rejects of repeated rows with their cells, and none without', () => {
    const headings = ['Queue', 'StartInterval', 'EndInterval', ...Object.keys(qrRow)];
    const cells = ['Sales', start, end, ...Object.values(qrRow).map(String)];
    const collector = createRowCollector({ cells: headings, lineNumber: 1 }, contextOf({}));
    for (const lineNumber of [2, 3, 4]) collector.add({ cells, lineNumber });
    const judged = collector.finish();
    expect(judged.lateRejects.map(({ lineNumber }) => lineNumber)).toEqual([3, 4]);
    const { rejects } = addCells(judged, new Map([3, 4].map((line) => [line, cells])));
    expect(rejects).toMatchObject([3, 4].map((lineNumber) => ({ lineNumber, rule: 'duplicate-row', cells })));
    expect(() => addCells(judged, new Map([[3, cells]]))).toThrow(RangeError);
  });
});
