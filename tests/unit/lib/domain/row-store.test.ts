import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReportRow } from '../../../../functions/lib/domain/report-row.ts';
import { createRowStore } from '../../../../functions/lib/domain/row-store.ts';
import type { RowSubject } from '../../../../functions/lib/domain/row-subject.ts';

const subject = (queue: string): RowSubject => ({ queue, agent: '', channel: null, blankNameAt: null });
const figureCount = 3;

describe('createRowStore', () => {
  const sales = subject('Sales');
  const rows = fc.array(
    fc.record({
      lineNumber: fc.integer({ min: 2, max: 2_000_000 }),
      cellText: fc.string({ unit: 'grapheme', maxLength: 80 }),
      subject: fc.constantFrom(sales, subject('Support'), subject('Sales')),
      startMs: fc.integer({ min: 0, max: 4e12 }),
      figures: fc.array(fc.oneof(fc.constant(Number.NaN), fc.double({ noNaN: true })), {
        minLength: figureCount,
        maxLength: figureCount,
      }),
    }),
    { maxLength: 40 },
  );
  const fill = (added: readonly ReportRow[]) => {
    const store = createRowStore(figureCount);
    for (const row of added) store.add(row);
    return store;
  };

  it('gives back every row as it was added', () => {
    fc.assert(
      fc.property(rows, (added) => {
        const store = fill(added);
        const read = added.map((_, index) => store.read(index));
        expect(read.map((row) => ({ ...row, figures: Array.from(row.figures) }))).toEqual(added);
        read.forEach((row, index) => {
          expect(row.subject).toBe(added[index]?.subject);
          expect([store.startMsAt(index), [...store.subjects()][store.subjectNumberAt(index)]]).toEqual([
            row.startMs,
            row.subject,
          ]);
        });
      }),
    );
  });

  it('gives back the first row when it has grown far beyond its first capacity', () => {
    const row = { subject: sales, startMs: 900_000, figures: [1, Number.NaN, 2.5] };
    const store = fill(
      Array.from({ length: 10_000 }, (_, index) => ({ ...row, lineNumber: index, cellText: `Zürich ${index}` })),
    );
    expect(store.rowCount).toBe(10_000);
    expect(store.read(0)).toMatchObject({ lineNumber: 0, cellText: 'Zürich 0' });
    expect(store.read(9_999)).toMatchObject({ lineNumber: 9_999, cellText: 'Zürich 9999' });
  });

  it('takes a row of 1 MiB of text', () => {
    const cellText = '€'.repeat(349_525);
    const row = { subject: sales, startMs: 0, figures: [0, 0, 0], lineNumber: 2, cellText };
    expect(fill([row, row]).read(1).cellText).toBe(cellText);
  });

  it('has no row beyond the last one', () => {
    expect(() => fill([]).read(0)).toThrow(RangeError);
  });
});
