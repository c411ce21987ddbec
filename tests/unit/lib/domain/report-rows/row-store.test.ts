import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReportRow } from '../../../../../functions/lib/domain/report-rows/report-row.ts';
import { createRowStore } from '../../../../../functions/lib/domain/report-rows/row-store.ts';
import type { RowSubject } from '../../../../../functions/lib/domain/report-rows/row-subject.ts';

const subject = (number: number, queue: string): RowSubject => ({
  ...{ number, queue, agent: '' },
  ...{ channel: null, blankNameAt: null },
});
const figureCount = 3;
const sales = subject(0, 'Sales');
const row: ReportRow = { lineNumber: 2, subject: sales, startMs: 900_000, figures: [1, Number.NaN, 2.5] };

describe('createRowStore', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\0', ''));
  const added = fc.record({
    row: fc.record({
      lineNumber: fc.integer({ min: 2, max: 2_000_000 }),
      subject: fc.constantFrom(sales, subject(3, 'Support'), subject(5, 'Sales')),
      startMs: fc.integer({ min: 0, max: 4e12 }),
      figures: fc.array(fc.oneof(fc.constant(Number.NaN), fc.double({ noNaN: true })), {
        minLength: figureCount,
        maxLength: figureCount,
      }),
    }),
    cells: fc.array(cell, { minLength: 1, maxLength: 12 }),
  });

  it('gives back every row and its cells as they were added', () => {
    fc.assert(
      fc.property(fc.array(added, { maxLength: 40 }), (rows) => {
        const store = createRowStore(figureCount);
        const indexes = rows.map((one) => store.add(one.row, one.cells));
        expect(indexes).toEqual(rows.map((_, index) => index));
        for (const [index, one] of rows.entries()) {
          const read = store.read(index);
          expect({ ...read, figures: Array.from(read.figures) }).toEqual({ ...one.row, index });
          expect(store.cellsAt(index)).toEqual(one.cells);
          expect(store.subjectAt(index)).toBe(one.row.subject);
        }
      }),
    );
  });

  it('keeps its first row while it grows far beyond its first capacity', () => {
    const store = createRowStore(figureCount);
    for (let index = 0; index < 10_000; index += 1) store.add({ ...row, lineNumber: index }, ['Zürich', String(index)]);
    expect(store.rowCount).toBe(10_000);
    expect([store.read(0).lineNumber, ...store.cellsAt(0)]).toEqual([0, 'Zürich', '0']);
    expect([store.read(9_999).lineNumber, ...store.cellsAt(9_999)]).toEqual([9_999, 'Zürich', '9999']);
    expect(store.listSubjects()).toEqual([sales]);
  });

  it('takes rows of 1 MiB of text', () => {
    const store = createRowStore(figureCount);
    const cells = ['€'.repeat(349_525), 'end'];
    store.add(row, cells);
    store.add(row, cells);
    expect(store.cellsAt(1)).toEqual(cells);
  });

  it('lists the subjects of its rows by number, whatever numbers are between them', () => {
    const store = createRowStore(figureCount);
    const web = subject(7, 'Web');
    for (const one of [web, sales, web]) store.add({ ...row, subject: one }, ['']);
    expect(store.listSubjects()).toEqual([sales, web]);
  });

  it('has no row beyond the last one', () => {
    const store = createRowStore(figureCount);
    store.add(row, ['Sales']);
    expect(() => store.read(1)).toThrow(RangeError);
  });
});
