import { describe, expect, it } from '@jest/globals';
import { IntervalSpacingError } from '../../../../../functions/lib/domain/errors.ts';
import { judgeSpacing, missingRunTimesShown } from '../../../../../functions/lib/domain/report-file/spacing.ts';

const at = (time: string) => `2026-11-22T${time}:00.000Z`;
const judge = (runTime: string | null, lastRunTime: string | null, isKnownRunTime = false) =>
  judgeSpacing({ runTime, lastRunTime, isKnownRunTime });
const none = { missing: [], missingCount: 0 };

describe('judgeSpacing', () => {
  it.each([
    ['first', at('12:00'), null],
    ['next', at('12:15'), at('12:00')],
    ['backfill', at('11:45'), at('12:00')],
    ['backfill', at('12:00'), at('12:00')],
  ])('is %s for a run time at %s after %s', (verdict, runTime, last) => {
    expect(judge(runTime, last)).toEqual({ verdict, ...none });
  });

  it('names the run times missing before it', () => {
    expect(judge(at('13:00'), at('12:00'))).toEqual({
      ...{ verdict: 'gap', missing: [at('12:15'), at('12:30'), at('12:45')], missingCount: 3 },
    });
  });

  it('finds the quarter hours of the night the clocks go back 15 minutes apart, as all others', () => {
    expect(judge('2026-10-25T01:00:00.000Z', '2026-10-25T00:45:00.000Z').verdict).toBe('next');
  });

  it('counts all run times of a long gap but lists a day of them', () => {
    const { missing, missingCount } = judge('2026-11-22T00:00:00.000Z', '2026-11-19T00:00:00.000Z');
    expect(missingCount).toBe(3 * 96 - 1);
    expect(missing).toHaveLength(missingRunTimesShown);
    expect(missing[0]).toBe('2026-11-19T00:15:00.000Z');
  });

  it('is a reload for a run time that was here before, and for a reload file', () => {
    expect(judge(at('13:00'), at('12:00'), true)).toEqual({ verdict: 'reload', ...none });
    expect(judge(null, at('12:00'))).toEqual({ verdict: 'reload', ...none });
  });

  it.each(['12:07', '12:14', '12:16'])('refuses the run time %s, off the grid, and says how to schedule', (time) => {
    expect(() => judge(at(time), null)).toThrow(IntervalSpacingError);
    expect(() => judge(at(time), null)).toThrow(/12:\d\d.*00, 15, 30 or 45.*step of 0.25 h/);
  });

  it('refuses a second past the quarter hour', () => {
    expect(() => judge('2026-11-22T12:00:01.000Z', null)).toThrow(IntervalSpacingError);
  });
});

describe('an error of spacing', () => {
  it('has the run time in its context', () => {
    expect(() => judge(at('12:07'), null)).toThrow(expect.objectContaining({ context: { runTime: at('12:07') } }));
  });
});
