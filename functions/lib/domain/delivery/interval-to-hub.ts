// How long the newest interval of a live file took to reach the hub.
import type { ManifestInterval } from '../../../../schemas/manifest.ts';
import { intervalMs } from '../interval.ts';

export interface DeliveredFile {
  /** End of the newest interval the file reports; null for a reload file. */
  readonly runTime: string | null;
  readonly uploadedAt: string;
  readonly isResend: boolean;
  readonly intervals: readonly Pick<ManifestInterval, 'intervalStart' | 'action'>[];
}

const liveMs = 86_400_000;

/**
 * Seconds from the end of the newest interval to `nowMs`, the instant the hub had all of the file. Null where that says nothing about
 * live figures: a reload, a re-send, history uploaded more than a day after its run time, or a file that had nothing new for its newest
 * interval. The older intervals of a look-back are corrections and do not count.
 */
export function toIntervalToHubSeconds(file: DeliveredFile, nowMs: number): number | null {
  const { runTime, uploadedAt, isResend, intervals } = file;
  if (runTime === null || isResend) return null;
  const endMs = Date.parse(runTime);
  const newest = intervals.find(({ intervalStart }) => Date.parse(intervalStart) === endMs - intervalMs);
  const isLive = Date.parse(uploadedAt) - endMs <= liveMs;
  return newest?.action === 'send' && isLive ? Math.max(0, nowMs - endMs) / 1000 : null;
}
