import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createIntervalJudge } from '../../../../../functions/lib/domain/coverage/interval-coverage.ts';
import { intervalMs, toInstant } from '../../../../../functions/lib/domain/interval.ts';

const startMs = Date.parse('2026-11-22T00:00:00Z');
/** The n-th quarter hour. */
const at = (n: number) => startMs + n * intervalMs;

function judgeWith(
  deliveredRunTimes: readonly number[],
  lookBackMinutes: number,
  failedRunTimes: readonly number[] = [],
) {
  const toFile =
    <const Outcome extends string>(outcome: Outcome) =>
    (n: number) => ({ runTime: toInstant(at(n)), outcome, verdict: 'next' });
  const judge = createIntervalJudge(
    {
      files: [...deliveredRunTimes.map(toFile('delivered')), ...failedRunTimes.map(toFile('failed'))],
      ...{ intervalsWithRows: new Set<string>(), reloadedIntervals: new Set<string>(), lookBackMinutes },
    },
    ['failed'],
  );
  return (n: number) => judge(at(n));
}

describe('the look-back of a file', () => {
  it('heals what lies within it and no more, in whatever order the files came', () => {
    const judge = judgeWith([20, 4, 8], 45);
    const states = Array.from({ length: 21 }, (_, n) => judge(n));
    expect(states.flatMap((state, n) => (state === 'missing' ? [n] : []))).toEqual([
      ...[0, 4],
      ...[8, 9, 10, 11, 12, 13, 14, 15, 16],
      20,
    ]);
  });

  it('heals nothing when the file was not delivered', () => {
    expect(judgeWith([], 60, [4])(2)).toBe('missing');
  });

  it('covers exactly the intervals up to its length before each run time, rounded down to quarter hours', () => {
    const runTimes = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 20 });
    fc.assert(
      fc.property(
        runTimes,
        fc.integer({ min: 15, max: 400 }),
        fc.integer({ min: -30, max: 60 }),
        (files, minutes, n) => {
          const isCovered = files.some((file) => n < file && n >= file - Math.floor(minutes / 15));
          expect(judgeWith(files, minutes)(n) !== 'missing').toBe(isCovered);
        },
      ),
    );
  });
});
