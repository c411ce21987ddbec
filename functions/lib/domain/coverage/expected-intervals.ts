// Which intervals of a series a file should cover by now.
import type { ReportKind } from '../../../../schemas/report-kind.ts';
import type { ReportSettings, WatchSettings } from '../../../../schemas/settings.ts';
import { intervalMs, toEpochMs, toInstant } from '../interval.ts';
import { findSeriesSettings } from './series-settings.ts';

const dayMs = 86_400_000;
/** Amazon Connect writes a scheduled report this long after its run time. */
const reportDelayMs = 15 * 60_000;

export interface SeriesSpan {
  readonly kind: ReportKind;
  readonly series: string;
  /**
   * Run time of the first file that ever came; it is not moved back by an earlier one, so that a new series has no past. Of a series that
   * never sent one, the run time its first file should have had.
   */
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
  const startMs =
    own?.startedAt === undefined ? toEpochMs(span.firstRunTime) - intervalMs : toGridUp(toEpochMs(own.startedAt));
  const fromMs = Math.max(toWatchStartMs(rules, nowMs), startMs);
  const endedMs = own?.endedAt === undefined ? Infinity : toGridUp(toEpochMs(own.endedAt));
  return { fromMs, untilMs: Math.max(fromMs, Math.min(toDueEndMs(rules, nowMs), endedMs)) };
}

/**
 * The series of one kind to look after: those of which a file has come, and those the settings say have been scheduled since an
 * instant, though none ever came. One of which nothing is expected yet or any more is not among the latter.
 */
export function listWatchedSpans(
  kind: ReportKind,
  seen: readonly SeriesSpan[],
  rules: WatchRules,
  nowMs: number,
): SeriesSpan[] {
  const isSeen = new Set(seen.map(({ series }) => series));
  const unseen = rules.reports.series.flatMap(({ kind: listedKind, series, startedAt }): SeriesSpan[] => {
    if (listedKind !== kind || startedAt === undefined || isSeen.has(series)) return [];
    return [{ kind, series, firstRunTime: toInstant(toGridUp(toEpochMs(startedAt)) + intervalMs) }];
  });
  const isExpected = (span: SeriesSpan) => {
    const { fromMs, untilMs } = toExpectedRange(span, rules, nowMs);
    return fromMs < untilMs;
  };
  return [...seen, ...unseen.filter(isExpected)];
}
