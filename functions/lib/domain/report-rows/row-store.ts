// The accepted rows of one report until the file ends, as numbers side by side. As objects they would take several times the
// memory, all of it in the garbage collector's care while the file is still being read.
import type { ReportRow } from './report-row.ts';
import type { RowSubject } from './row-subject.ts';

/** A row read back. */
export interface StoredRow extends ReportRow {
  /** The row's place in the store, from 0. */
  readonly index: number;
}

export interface RowStore {
  readonly rowCount: number;
  /** @returns the row's index: one more than that of the row before. */
  add(row: ReportRow): number;
  /** Made anew on every call. */
  read(index: number): StoredRow;
  subjectAt(index: number): RowSubject;
  /** In the order of their numbers; those without an accepted row are left out. */
  listSubjects(): RowSubject[];
}

// Columns of a row; the figures follow.
const lineColumn = 0;
const startColumn = 1;
const subjectColumn = 2;
const firstFigureColumn = 3;

// Rows stand in blocks that never move: one array that grows would be copied, old and new side by side, again and again.
const rowBits = 10;
const rowsOfBlock = 1 << rowBits;
const rowMask = rowsOfBlock - 1;

/** @param figureCount Length of every row's `figures`. */
export function createRowStore(figureCount: number): RowStore {
  const width = firstFigureColumn + figureCount;
  const subjects: RowSubject[] = [];
  const blocks: Float64Array[] = [];
  const noBlock = new Float64Array();
  // Copied for every row that is read: a view of the block takes several times as long to make.
  const noFigures = new Array<number>(figureCount).fill(Number.NaN);
  let rowCount = 0;

  const blockOf = (index: number) => blocks[index >> rowBits] ?? noBlock;
  const offsetOf = (index: number) => (index & rowMask) * width;

  function subjectAt(index: number): RowSubject {
    const number = blockOf(index)[offsetOf(index) + subjectColumn] ?? -1;
    const subject = index < rowCount ? subjects[number] : undefined;
    if (subject === undefined) throw new RangeError(`There is no row ${index} of ${rowCount}`);
    return subject;
  }

  function makeBlock(): Float64Array {
    const block = new Float64Array(rowsOfBlock * width);
    blocks.push(block);
    return block;
  }

  return {
    get rowCount() {
      return rowCount;
    },
    add({ lineNumber, startMs, subject, figures }) {
      const block = blocks[rowCount >> rowBits] ?? makeBlock();
      const offset = offsetOf(rowCount);
      subjects[subject.number] = subject;
      block[offset + lineColumn] = lineNumber;
      block[offset + startColumn] = startMs;
      block[offset + subjectColumn] = subject.number;
      // Number by number: set() takes several times as long for a plain array this short.
      for (let column = 0; column < figureCount; column += 1) {
        block[offset + firstFigureColumn + column] = figures[column] ?? Number.NaN;
      }
      return rowCount++;
    },
    read(index) {
      const block = blockOf(index);
      const offset = offsetOf(index);
      const figures = noFigures.slice();
      for (let column = 0; column < figureCount; column += 1) {
        figures[column] = block[offset + firstFigureColumn + column] ?? Number.NaN;
      }
      return {
        index,
        lineNumber: block[offset + lineColumn] ?? Number.NaN,
        subject: subjectAt(index),
        startMs: block[offset + startColumn] ?? Number.NaN,
        figures,
      };
    },
    subjectAt,
    // Subjects out of scope leave holes, which flat() skips.
    listSubjects: () => subjects.flat(),
  };
}
