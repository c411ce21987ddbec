// A cell that holds a count or a time.
import { readDigits } from '../digits.ts';

/** `value` is NaN where the cell says nothing (blank or `-`): no value is not a zero. */
export type FigureReading = { readonly value: number } | { readonly rule: string; readonly reason: string };

export interface FigureLimit {
  readonly isWhole: boolean;
  readonly maximum: number;
  /** Name of the setting the maximum comes from. */
  readonly setting: string;
}

const plainNumber = /^\d+(?:\.\d+)?$/;
const blank = { value: Number.NaN } as const;

// Digits that fit a small integer: nearly every cell of a report.
const mostQuickDigits = 9;

/**
 * The count in a cell of nothing but a few digits, -1 for every other cell: the quick way past `readFigureCell`, which costs
 * some ten times as much and is needed for one cell in a hundred.
 */
export function readQuickCount(cell: string): number {
  const { length } = cell;
  return length === 0 || length > mostQuickDigits ? -1 : readDigits(cell, 0, length);
}

/**
 * Reads a plain decimal number, spaces around it allowed. No sign, percent sign, exponent or thousands separator: each of
 * them says that the column is not what its heading promises.
 */
export function readFigureCell(cell: string, limit: FigureLimit): FigureReading {
  const text = cell.trim();
  if (text === '' || text === '-') return blank;
  const expected = limit.isWhole ? 'a whole number' : 'a number of seconds';
  if (!plainNumber.test(text)) {
    return { rule: 'not-a-number', reason: `expected ${expected}, found ${JSON.stringify(excerpt(text))}` };
  }
  const value = Number(text);
  if (limit.isWhole && !Number.isInteger(value)) {
    return { rule: 'not-a-whole-number', reason: `expected ${expected}, found ${excerpt(text)}` };
  }
  if (value > limit.maximum) {
    return {
      rule: 'absurd-figure',
      reason: `expected ${expected} of at most ${limit.maximum} (setting ${limit.setting}), found ${excerpt(text)}`,
    };
  }
  return { value };
}

function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
