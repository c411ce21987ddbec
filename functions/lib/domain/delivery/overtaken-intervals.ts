// Intervals a file is left out of because newer ones have spoken of them.
import type { ManifestInterval, ManifestNote } from '../../../../schemas/manifest.ts';

/**
 * The note on intervals of which newer files have confirmed other figures; none when there are none.
 * @source docs/delivery.md, Look-back
 */
export function noteOvertakenIntervals(
  intervals: readonly Pick<ManifestInterval, 'intervalStart' | 'action'>[],
): ManifestNote[] {
  const overtaken = intervals.filter(({ action }) => action === 'overtaken');
  const [first] = overtaken;
  if (first === undefined) return [];
  const which = overtaken.length === 1 ? 'the interval' : `${overtaken.length} intervals, the first`;
  const message = `Not sent: newer files have confirmed other figures of ${which} ${first.intervalStart}; those stay in the hub.`;
  return [{ code: 'overtaken', message, count: overtaken.length }];
}
