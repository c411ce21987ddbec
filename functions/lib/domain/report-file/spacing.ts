// How a report's run time stands to those of its series: run times are 15 minutes apart, files may come in any order.
import type { Spacing } from '../../../../schemas/state.ts';
import { IntervalSpacingError } from '../errors.ts';
import { intervalMs, isOnGrid, listRunTimesBetween, toEpochMs } from '../interval.ts';

/** One day: longer lists say no more to an operator, and the state stays small. */
export const missingRunTimesShown = 96;

export interface SpacingRequest {
  /** null for a reload file: exempt from spacing. */
  readonly runTime: string | null;
  /** Latest run time of the series seen so far. */
  readonly lastRunTime: string | null;
  /** This run time has arrived before. */
  readonly isKnownRunTime: boolean;
}

/**
 * Verdict on a run time: `first` of its series, `next`, after a `gap` (with the run times that are missing), a `backfill`
 * of an earlier one, or a `reload` of one that was here before. Never a reason to stop: events come in any order.
 * @throws {IntervalSpacingError} when the run time is not on a quarter hour
 */
export function judgeSpacing({ runTime, lastRunTime, isKnownRunTime }: SpacingRequest): Spacing {
  const none = { missing: [], missingCount: 0 };
  if (runTime === null) return { verdict: 'reload', ...none };
  if (!isOnGrid(runTime)) {
    throw new IntervalSpacingError(
      `The report's run time ${runTime} is off the 15-minute grid; expected minute 00, 15, 30 or 45. ` +
        'Schedule the report hourly with a step of 0.25 h',
      { context: { runTime } },
    );
  }
  if (isKnownRunTime) return { verdict: 'reload', ...none };
  if (lastRunTime === null) return { verdict: 'first', ...none };
  const stepsAhead = (toEpochMs(runTime) - toEpochMs(lastRunTime)) / intervalMs;
  if (stepsAhead <= 0) return { verdict: 'backfill', ...none };
  if (stepsAhead === 1) return { verdict: 'next', ...none };
  return {
    verdict: 'gap',
    missing: listRunTimesBetween(lastRunTime, runTime, missingRunTimesShown),
    missingCount: stepsAhead - 1,
  };
}
