// Which intervals of a series a file should cover by now.
import type { ReportKind } from '../../../../schemas/report-kind.ts';
import type { ReportSettings, WatchSettings } from '../../../../schemas/settings.ts';
import { intervalMs, toEpochMs } from '../interval.ts';
import { findSeriesSettings } from './series-settings.ts';

const dayMs = 86_400_000;
/** Amazon Connect writes a scheduled report this long after its run time. */
const reportDelayMs = 15 * 60_000;

export interface SeriesSpan {
  readonly kind: ReportKind;
  readonly series: string;
  /** Run time of the first file that ever came; it is not moved back by an earlier one, so that a new series has no past. */
  readonly firstRunTime: string;
}

export interface WatchRules {
  readonly reports: Pick<ReportSettings, 'reloadWindowDays' | 'lookBackMinutes' | 'series'>;
  readonly watch: WatchSettings;
}

export interface IntervalRange {
  /** Start of the first interval, epoch ms. */
  readonly fromMs: number;
  /** Start of the first interval behind the range, epoch ms. */
  readonly untilMs: number;
}

const toGridUp = (ms: number) => Math.ceil(ms / intervalMs) * intervalMs;
const toGridDown = (ms: number) => Math.floor(ms / intervalMs) * intervalMs;

/** Start of the oldest interval that is watched: what is older, WFM does not take any more. */
export function toWatchStartMs({ reports, watch }: WatchRules, nowMs: number): number {
  return toGridUp(nowMs - Math.min(watch.windowDays, reports.reloadWindowDays) * dayMs);
}

/** Start of the first interval whose report need not be there yet. */
export function toDueEndMs({ watch }: WatchRules, nowMs: number): number {
  return toGridDown(nowMs - reportDelayMs - watch.toleranceMinutes * 60_000);
}

/** Intervals of the series that a file should cover by now; from = until when there is none. */
export function toExpectedRange(span: SeriesSpan, rules: WatchRules, nowMs: number): IntervalRange {
  const own = findSeriesSettings(rules.reports.series, span);
  const fromMs = Math.max(
    toWatchStartMs(rules, nowMs),
    toEpochMs(span.firstRunTime) - intervalMs,
    own?.startedAt === undefined ? 0 : toGridUp(toEpochMs(own.startedAt)),
  );
  const endedMs = own?.endedAt === undefined ? Infinity : toGridUp(toEpochMs(own.endedAt));
  return { fromMs, untilMs: Math.max(fromMs, Math.min(toDueEndMs(rules, nowMs), endedMs)) };
}
