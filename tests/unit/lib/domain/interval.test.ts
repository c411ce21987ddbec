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

describe('toEpochMs', () => {
  const instants = fc.integer({ min: -70_000_000, max: 4e12 }).map((epochMs) => new Date(epochMs).toISOString());

  it('reads every instant as the calendar does, whichever was written before', () => {
    const nearby = fc.integer({ min: -61_000, max: 61_000 });
    fc.assert(
      fc.property(instants, nearby, (written, distanceMs) => {
        toInstant(Date.parse(written));
        const text = new Date(Date.parse(written) + distanceMs).toISOString();
        for (const instant of [written, text]) expect(toEpochMs(instant)).toBe(Date.parse(instant));
      }),
    );
  });

  it('takes no text for an instant of the minute written last that is none, or one of another spelling', () => {
    const minute = '2026-11-22T12:00:';
    const seconds = ['59.999Z', '60.000Z', '61.000Z', '00.000z', '00,000Z', '0a.000Z', '00.0a0Z', '00.00aZ', '-1.000Z'];
    const spellings = [...seconds, '00.00Z', '00.0000Z', '00Z', '0 .000Z', '00.000+', '00.000+00:00', ' 0.000Z', ''];
    for (const spelling of spellings) {
      toInstant(Date.parse(`${minute}00Z`));
      expect([spelling, toEpochMs(`${minute}${spelling}`)]).toEqual([spelling, Date.parse(`${minute}${spelling}`)]);
    }
  });

  it('reads one character changed in an instant of the minute written last as the calendar does', () => {
    const character = fc.oneof(
      fc.constantFrom(...Array.from('0123456789:.ZT-+ ')),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 23 }), character, (written, position, other) => {
        toInstant(Date.parse(written));
        const text = `${written.slice(0, position)}${other}${written.slice(position + 1)}`;
        expect(toEpochMs(text)).toBe(Date.parse(text));
      }),
      { numRuns: 1000 },
    );
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
