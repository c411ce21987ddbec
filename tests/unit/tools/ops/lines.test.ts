import { describe, expect, it } from '@jest/globals';
import { parseDurationMs, parseInstantMs, toDurationText, toTableLines } from '../../../../tools/ops/lines.ts';

describe('parseInstantMs', () => {
  it('takes a day by its beginning or its end, and an instant with its zone', () => {
    expect(new Date(parseInstantMs('2026-11-22', 'begin')).toISOString()).toBe('2026-11-22T00:00:00.000Z');
    expect(new Date(parseInstantMs('2026-11-22', 'end')).toISOString()).toBe('2026-11-23T00:00:00.000Z');
    expect(new Date(parseInstantMs('2026-11-22T08:00+01:00', 'end')).toISOString()).toBe('2026-11-22T07:00:00.000Z');
  });

  it.each(['2026-02-30', '2026-02-30T08:00:00Z', '2026-11-22T08:00', '22.11.2026', 'yesterday', ''])(
    'refuses %j',
    (text) => {
      expect(() => parseInstantMs(text, 'begin')).toThrow('is no time: expected a day such as');
    },
  );
});

describe('parseDurationMs', () => {
  it('takes minutes, hours and days, and nothing else', () => {
    expect(['90m', '24h', '7d'].map(parseDurationMs)).toEqual([5_400_000, 86_400_000, 604_800_000]);
    for (const text of ['24', 'h', '-1h', '1w']) expect(() => parseDurationMs(text)).toThrow('is no span of time');
  });
});

describe('toDurationText', () => {
  it('says the two largest units', () => {
    const texts = [20, 59_000, 61_000, 7_500_000, 50 * 3_600_000, 72 * 3_600_000].map(toDurationText);
    expect(texts).toEqual(['20 ms', '59 s', '1 min', '2 h 5 min', '2 d 2 h', '3 d']);
  });
});

describe('toTableLines', () => {
  it('has a line a row below the headings, and none without rows', () => {
    expect(
      toTableLines(
        ['A', 'Number'],
        [
          ['x', '1'],
          ['longer', '2'],
        ],
      ),
    ).toEqual([' A       Number', ' x       1', ' longer  2']);
    expect(toTableLines(['A'], [])).toEqual([]);
  });
});
