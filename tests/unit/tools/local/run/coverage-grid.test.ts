import { describe, expect, it } from '@jest/globals';
import { chooseColors } from '../../../../../tools/local/run/colors.ts';
import { toCoverageLines } from '../../../../../tools/local/run/coverage-grid.ts';
import type { SeriesCoverage } from '../../../../../tools/local/run/coverage.ts';
import { at } from './run-builders.ts';

const plain = chooseColors(false, {});
const coverage: SeriesCoverage[] = [
  {
    ...{ kind: 'QR', series: 'QR' },
    cells: [
      { intervalStart: at('00:00'), state: 'delivered' },
      { intervalStart: at('00:15'), state: 'empty' },
      { intervalStart: at('23:45'), state: 'missing' },
    ],
  },
];

describe('toCoverageLines', () => {
  it('puts each interval at its hour and quarter, and explains only what occurs', () => {
    expect(toCoverageLines(coverage, plain)).toEqual([
      'Coverage of 2026-11-21 (UTC)',
      '     QR',
      '     00    06    12    18',
      ' :00 ■',
      ' :15 ·',
      ' :30',
      `${' :45 '.padEnd(28)}M`,
      '',
      ' ■ delivered   · present and empty   M missing',
    ]);
  });

  it('sets three series beside each other', () => {
    const four = ['A', 'B', 'C', 'D'].map((series) => ({ ...coverage[0]!, series }));
    const titles = toCoverageLines(four, plain).filter((line) => /[ABCD]/.test(line) && !line.startsWith('Coverage'));
    expect(titles.map((line) => line.trim().split(/\s+/))).toEqual([['A', 'B', 'C'], ['D']]);
  });

  it('shows three days and names how many more there are', () => {
    const cells = [19, 20, 21, 22].map((date) => ({
      intervalStart: `2026-11-${date}T00:00:00.000Z`,
      state: 'empty' as const,
    }));
    const lines = toCoverageLines([{ kind: 'QR', series: 'QR', cells }], plain);
    expect(lines.filter((line) => line.startsWith('Coverage of'))).toHaveLength(3);
    expect(lines).toContain('1 more day: see --json FILE.');
  });

  it('has nothing to show without a series', () => {
    expect(toCoverageLines([], plain)).toEqual([]);
  });
});

describe('chooseColors', () => {
  it('colours on a terminal only, and never with NO_COLOR', () => {
    const red = (isTerminal: boolean, environment: Record<string, string>) =>
      chooseColors(isTerminal, environment).red('x');
    expect(red(true, {})).toBe('\u001B[31mx\u001B[39m');
    expect([red(false, {}), red(true, { NO_COLOR: '1' })]).toEqual(['x', 'x']);
    expect(red(true, { NO_COLOR: '' })).not.toBe('x');
  });
});
