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

// Columns of a row among the numbers; the figures follow. Where its text ends, that of the next row begins.
const lineColumn = 0;
const startColumn = 1;
const subjectColumn = 2;
const textEndColumn = 3;
const firstFigureColumn = 4;

const firstRowCapacity = 1024;
// Room to spare is memory in use: the new bytes are filled with zeros at once.
const growthFactor = 1.25;
const bytesPerNumber = Float64Array.BYTES_PER_ELEMENT;
// A UTF-16 code unit takes at most three bytes of UTF-8.
const maxBytesPerUnit = 3;

/** @param figureCount Length of every row's `figures`. */
export function createRowStore(figureCount: number): RowStore {
  const width = firstFigureColumn + figureCount;
  const subjects: RowSubject[] = [];
  let numbers = new Float64Array(firstRowCapacity * width);
  let text = Buffer.from(new ArrayBuffer(firstRowCapacity * 64));
  let textEnd = 0;
  let rowCount = 0;

  const numberAt = (index: number, column: number) => numbers[index * width + column] ?? Number.NaN;

  function subjectAt(index: number): RowSubject {
    const subject = index < rowCount ? subjects[numberAt(index, subjectColumn)] : undefined;
    if (subject === undefined) throw new RangeError(`There is no row ${index} of ${rowCount}`);
    return subject;
  }

  // transfer() frees the old bytes at once instead of leaving them to the next garbage collection.
  function makeRoom(cellText: string): void {
    const neededNumbers = (rowCount + 1) * width;
    if (neededNumbers > numbers.length) {
      const length = Math.max(neededNumbers, Math.ceil(numbers.length * growthFactor));
      numbers = new Float64Array(numbers.buffer.transfer(length * bytesPerNumber));
    }
    const neededBytes = textEnd + cellText.length * maxBytesPerUnit;
    if (neededBytes > text.length) {
      text = Buffer.from(text.buffer.transfer(Math.max(neededBytes, Math.ceil(text.length * growthFactor))));
    }
  }

  return {
    get rowCount() {
      return rowCount;
    },
    add({ lineNumber, startMs, subject, figures }, cells) {
      const cellText = cells.join(keySeparator);
      makeRoom(cellText);
      textEnd += text.write(cellText, textEnd);
      const offset = rowCount * width;
      subjects[subject.number] = subject;
      numbers[offset + lineColumn] = lineNumber;
      numbers[offset + startColumn] = startMs;
      numbers[offset + subjectColumn] = subject.number;
      numbers[offset + textEndColumn] = textEnd;
      numbers.set(figures, offset + firstFigureColumn);
      return rowCount++;
    },
    read(index) {
      return {
        index,
        lineNumber: numberAt(index, lineColumn),
        subject: subjectAt(index),
        startMs: numberAt(index, startColumn),
        figures: numbers.subarray(index * width + firstFigureColumn, (index + 1) * width),
      };
    },
    cellsAt(index) {
      const textStart = index === 0 ? 0 : numberAt(index - 1, textEndColumn);
      return text.toString('utf8', textStart, numberAt(index, textEndColumn)).split(keySeparator);
    },
    subjectAt,
    // Subjects out of scope leave holes, which flat() skips.
    listSubjects: () => subjects.flat(),
  };
}
