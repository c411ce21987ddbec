import { describe, expect, it } from '@jest/globals';
import { noteOvertakenIntervals } from '../../../../../functions/lib/domain/delivery/overtaken-intervals.ts';

const interval = (hour: number, action: 'send' | 'unchanged' | 'overtaken') => ({
  intervalStart: `2026-11-22T${hour}:00:00.000Z`,
  action,
});

describe('noteOvertakenIntervals', () => {
  it('says nothing of intervals that are sent or unchanged', () => {
    expect(noteOvertakenIntervals([interval(10, 'send'), interval(11, 'unchanged')])).toEqual([]);
  });

  it('counts the intervals and names the first', () => {
    const one = noteOvertakenIntervals([interval(10, 'send'), interval(11, 'overtaken')]);
    expect(one).toEqual([
      { code: 'overtaken', message: expect.stringContaining('the interval 2026-11-22T11:'), count: 1 },
    ]);
    const two = noteOvertakenIntervals([interval(10, 'overtaken'), interval(11, 'overtaken')]);
    expect(two).toMatchObject([
      { message: expect.stringContaining('2 intervals, the first 2026-11-22T10:'), count: 2 },
    ]);
  });
});
