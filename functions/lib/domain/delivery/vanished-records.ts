// Drift within a re-sent interval: records an earlier file had and this one has not.
import type { ManifestInterval, ManifestNote } from '../../../../schemas/manifest.ts';

/**
 * The note on intervals that have fewer records than an earlier file of the series gave them; none when there are none.
 * @source docs/delivery.md: absence never deletes, a row that vanished is reported as drift
 */
export function noteVanishedRecords(intervals: readonly ManifestInterval[]): ManifestNote[] {
  const thinner = intervals.filter(({ vanishedRecordCount }) => vanishedRecordCount > 0);
  const count = thinner.reduce((total, { vanishedRecordCount }) => total + vanishedRecordCount, 0);
  const first = thinner[0];
  if (first === undefined) return [];
  const message =
    `Drift: an earlier report had more rows for ${thinner.length === 1 ? 'the interval' : `${thinner.length} intervals, the first`} ` +
    `${first.intervalStart}; those missing now stay in the hub as they are.`;
  return [{ code: 'vanished-records', message, count }];
}
