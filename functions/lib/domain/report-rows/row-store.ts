// The accepted rows of one report until the file ends, as numbers and bytes side by side. As objects they would take several
// times the memory, all of it in the garbage collector's care while the file is still being read.
import type { ReportRow } from './report-row.ts';
import { keySeparator, type RowSubject } from './row-subject.ts';

/** A row read back; its cells are read apart, since only a rejected row needs them. */
export interface StoredRow extends ReportRow {
  /** The row's place in the store, from 0. */
  readonly index: number;
}

export interface RowStore {
  readonly rowCount: number;
  /** @returns the row's index: one more than that of the row before. */
  add(row: ReportRow, cells: readonly string[]): number;
  /** Made anew on every call. */
  read(index: number): StoredRow;
  cellsAt(index: number): readonly string[];
  subjectAt(index: number): RowSubject;
  /** In the order of their numbers; those without an accepted row are left out. */
  listSubjects(): RowSubject[];
}

// Columns of a row among the numbers; the figures follow.
const lineColumn = 0;
const startColumn = 1;
const subjectColumn = 2;
const textBlockColumn = 3;
const textStartColumn = 4;
const textEndColumn = 5;
const firstFigureColumn = 6;

// Rows and text stand in blocks that never move: one array that grows would be copied, old and new side by side, again and again.
const rowBits = 10;
const rowsOfBlock = 1 << rowBits;
const rowMask = rowsOfBlock - 1;
const textBlockBytes = 131_072;
// A UTF-16 code unit takes at most three bytes of UTF-8.
const maxBytesPerUnit = 3;

/** @param figureCount Length of every row's `figures`. */
export function createRowStore(figureCount: number): RowStore {
  const width = firstFigureColumn + figureCount;
  const subjects: RowSubject[] = [];
  const numberBlocks: Float64Array[] = [];
  const textBlocks: Buffer[] = [];
  let text = Buffer.alloc(0);
  let textEnd = 0;
  let rowCount = 0;

  const numberAt = (index: number, column: number) =>
    numberBlocks[index >> rowBits]?.[(index & rowMask) * width + column] ?? Number.NaN;

  function subjectAt(index: number): RowSubject {
    const subject = index < rowCount ? subjects[numberAt(index, subjectColumn)] : undefined;
    if (subject === undefined) throw new RangeError(`There is no row ${index} of ${rowCount}`);
    return subject;
  }

  function makeBlock(): Float64Array {
    const block = new Float64Array(rowsOfBlock * width);
    numberBlocks.push(block);
    return block;
  }

  function makeTextRoom(cellText: string): void {
    const neededBytes = cellText.length * maxBytesPerUnit;
    if (textEnd + neededBytes <= text.length) return;
    text = Buffer.from(new ArrayBuffer(Math.max(neededBytes, textBlockBytes)));
    textBlocks.push(text);
    textEnd = 0;
  }

  return {
    get rowCount() {
      return rowCount;
    },
    add({ lineNumber, startMs, subject, figures }, cells) {
      const cellText = cells.join(keySeparator);
      makeTextRoom(cellText);
      const block = numberBlocks[rowCount >> rowBits] ?? makeBlock();
      const offset = (rowCount & rowMask) * width;
      subjects[subject.number] = subject;
      block[offset + lineColumn] = lineNumber;
      block[offset + startColumn] = startMs;
      block[offset + subjectColumn] = subject.number;
      block[offset + textBlockColumn] = textBlocks.length - 1;
      block[offset + textStartColumn] = textEnd;
      textEnd += text.write(cellText, textEnd);
      block[offset + textEndColumn] = textEnd;
      // Number by number: set() takes several times as long for a plain array this short.
      for (let column = 0; column < figureCount; column += 1) {
        block[offset + firstFigureColumn + column] = figures[column] ?? Number.NaN;
      }
      return rowCount++;
    },
    read(index) {
      const offset = (index & rowMask) * width;
      return {
        index,
        lineNumber: numberAt(index, lineColumn),
        subject: subjectAt(index),
        startMs: numberAt(index, startColumn),
        figures: numberBlocks[index >> rowBits]?.subarray(offset + firstFigureColumn, offset + width) ?? [],
      };
    },
    cellsAt(index) {
      const block = textBlocks[numberAt(index, textBlockColumn)];
      const cellText = block?.toString('utf8', numberAt(index, textStartColumn), numberAt(index, textEndColumn));
      return (cellText ?? '').split(keySeparator);
    },
    subjectAt,
    // Subjects out of scope leave holes, which flat() skips.
    listSubjects: () => subjects.flat(),
  };
}
