import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  intervalMs,
  isOnGrid,
  listRunTimesBetween,
  toEpochMs,
  toInstant,
} from '../../../../functions/lib/domain/interval.ts';

const quarterHours = fc.integer({ min: 0, max: 3_000_000 });

describe('isOnGrid', () => {
  it('holds for quarter hours alone', () => {
    fc.assert(
      fc.property(quarterHours, fc.integer({ min: 1, max: intervalMs - 1 }), (n, offsetMs) => {
        expect(isOnGrid(toInstant(n * intervalMs))).toBe(true);
        expect(isOnGrid(toInstant(n * intervalMs + offsetMs))).toBe(false);
      }),
    );
  });

  it('does not hold for a text that is no instant', () => {
    expect(isOnGrid('noon')).toBe(false);
  });
});

describe('toInstant', () => {
  it('is undone by toEpochMs', () => {
    expect(toInstant(toEpochMs('2026-11-22T12:00:00Z'))).toBe('2026-11-22T12:00:00.000Z');
  });

  it('writes every instant as the calendar does, whichever was written before', () => {
    const instants = fc.oneof(
      fc.integer({ min: -70_000, max: 130_000 }),
      fc.integer({ min: -8.64e15, max: 8.64e15 }),
      fc.double({ min: 0, max: 1e13, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(instants, { minLength: 1 }), (list) => {
        expect(list.map(toInstant)).toEqual(list.map((epochMs) => new Date(epochMs).toISOString()));
      }),
    );
  });

  it('refuses what is no instant', () => {
    for (const epochMs of [Number.NaN, Infinity, 8.64e15 + 60_000])
      expect(() => toInstant(epochMs)).toThrow(RangeError);
  });
});

describe('listRunTimesBetween', () => {
  it('lists all run times between two, in order, without the two', () => {
    fc.assert(
      fc.property(quarterHours, fc.integer({ min: 1, max: 200 }), (n, steps) => {
        const [after, before] = [toInstant(n * intervalMs), toInstant((n + steps) * intervalMs)];
        const between = listRunTimesBetween(after, before, 500);
        expect(between).toHaveLength(steps - 1);
        expect(between.every((instant) => isOnGrid(instant) && instant > after && instant < before)).toBe(true);
        expect(between.toSorted()).toEqual(between);
      }),
    );
  });

  it('lists no more than the limit, the earliest ones, and nothing backwards', () => {
    expect(listRunTimesBetween('2026-11-22T12:00:00.000Z', '2026-11-22T14:00:00.000Z', 2)).toEqual([
      '2026-11-22T12:15:00.000Z',
      '2026-11-22T12:30:00.000Z',
    ]);
    expect(listRunTimesBetween('2026-11-22T14:00:00.000Z', '2026-11-22T12:00:00.000Z', 10)).toEqual([]);
  });
});
