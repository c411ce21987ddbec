import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFigureCell, readQuickCount } from '../../../../../functions/lib/domain/report-rows/figure-cell.ts';

const count = { isWhole: true, maximum: 1_000_000, setting: 'figures.maxCount' };
const seconds = { isWhole: false, maximum: 100_000_000, setting: 'figures.maxSeconds' };

describe('readFigureCell', () => {
  it.each(['', '-', ' ', ' - '])('takes %j for no value, not for zero', (cell) => {
    expect(readFigureCell(cell, count)).toEqual({ value: Number.NaN });
  });

  it.each([
    ['0', 0],
    ['12', 12],
    ['12.0', 12],
    [' 7 ', 7],
    ['007', 7],
  ])('reads %j as a count', (cell, value) => {
    expect(readFigureCell(cell, count)).toEqual({ value });
  });

  it('reads decimals as seconds', () => {
    expect(readFigureCell('14.375', seconds)).toEqual({ value: 14.375 });
  });

  it.each([
    '-5',
    '+5',
    '85%',
    '1e3',
    '1,200',
    '1.200,5',
    '0x10',
    'Infinity',
    'NaN',
    '.5',
    '5.',
    '１２',
    '--',
    'n/a',
    '1 000',
  ])('rejects %j', (cell) => {
    expect(readFigureCell(cell, seconds)).toMatchObject({ rule: 'not-a-number' });
  });

  it('says what it expected and what it found', () => {
    expect(readFigureCell('-5', count)).toMatchObject({ reason: 'expected a whole number, found "-5"' });
    expect(readFigureCell('-5', seconds)).toMatchObject({ reason: 'expected a number of seconds, found "-5"' });
    expect(readFigureCell('1.5', count)).toEqual({
      rule: 'not-a-whole-number',
      reason: 'expected a whole number, found 1.5',
    });
  });

  it('shows the first 60 characters of what it found', () => {
    const sixty = 'x'.repeat(60);
    expect(readFigureCell(sixty, count)).toMatchObject({ reason: `expected a whole number, found "${sixty}"` });
    expect(readFigureCell(`${sixty}y`, count)).toMatchObject({ reason: `expected a whole number, found "${sixty}…"` });
  });

  it('rejects a figure above the limit and names the setting', () => {
    expect(readFigureCell('1000000', count)).toEqual({ value: 1_000_000 });
    expect(readFigureCell('1000001', count)).toMatchObject({
      rule: 'absurd-figure',
      reason: expect.stringContaining('figures.maxCount') as unknown,
    });
    expect(readFigureCell('9'.repeat(400), seconds)).toMatchObject({ rule: 'absurd-figure' });
  });

  it('reads any text without failing, to a number that is not negative or to a reason', () => {
    fc.assert(
      fc.property(fc.string(), (cell) => {
        const reading = readFigureCell(cell, count);
        return 'value' in reading ? Number.isNaN(reading.value) || reading.value >= 0 : reading.reason.length > 0;
      }),
    );
  });
});

describe('readQuickCount', () => {
  it.each([
    ['0', 0],
    ['9', 9],
    ['007', 7],
    ['1234567', 1_234_567],
    ['890123456', 890_123_456],
  ])('reads %j, a few digits', (cell, value) => {
    expect(readQuickCount(cell)).toBe(value);
  });

  it.each(['', '-', ' 7', '7 ', '1.5', '1/2', '1:2', '1234567890', '１２'])('leaves %j to readFigureCell', (cell) => {
    expect(readQuickCount(cell)).toBe(-1);
  });

  it('reads what readFigureCell reads, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat().map(String), fc.stringMatching(/^[0-9 .:/-]{0,12}$/)), (cell) => {
        const value = readQuickCount(cell);
        const limit = { ...count, maximum: Number.MAX_SAFE_INTEGER };
        if (value !== -1) expect(readFigureCell(cell, limit)).toEqual({ value });
      }),
    );
  });
});
