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
  const added = fc.record({
    lineNumber: fc.integer({ min: 2, max: 2_000_000 }),
    subject: fc.constantFrom(sales, subject(3, 'Support'), subject(5, 'Sales')),
    startMs: fc.integer({ min: 0, max: 4e12 }),
    figures: fc.array(fc.oneof(fc.constant(Number.NaN), fc.double({ noNaN: true })), {
      minLength: figureCount,
      maxLength: figureCount,
    }),
  });

  it('gives back every row as it was added', () => {
    fc.assert(
      fc.property(fc.array(added, { maxLength: 40 }), (rows) => {
        const store = createRowStore(figureCount);
        const indexes = rows.map((one) => store.add(one));
        expect(indexes).toEqual(rows.map((_, index) => index));
        for (const [index, one] of rows.entries()) {
          expect(store.read(index)).toEqual({ ...one, index });
          expect(store.subjectAt(index)).toBe(one.subject);
        }
      }),
    );
  });

  it('keeps its first row while it grows far beyond its first capacity', () => {
    const store = createRowStore(figureCount);
    for (let index = 0; index < 10_000; index += 1) store.add({ ...row, lineNumber: index });
    expect(store.rowCount).toBe(10_000);
    expect([0, 1023, 1024, 9_999].map((index) => store.read(index).lineNumber)).toEqual([0, 1023, 1024, 9_999]);
    expect(store.listSubjects()).toEqual([sales]);
  });

  it('gives every reader figures of their own', () => {
    const store = createRowStore(figureCount);
    store.add(row);
    store.add({ ...row, figures: [7, 8, 9] });
    const first = store.read(0);
    store.read(1);
    expect(first.figures).toEqual([1, Number.NaN, 2.5]);
  });

  it('lists the subjects of its rows by number, whatever numbers are between them', () => {
    const store = createRowStore(figureCount);
    const web = subject(7, 'Web');
    for (const one of [web, sales, web]) store.add({ ...row, subject: one });
    expect(store.listSubjects()).toEqual([sales, web]);
  });

  it('has no row beyond the last one', () => {
    const store = createRowStore(figureCount);
    store.add(row);
    expect(() => store.read(1)).toThrow(RangeError);
  });
});
