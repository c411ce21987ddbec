// What stands in each cell of the grid: the watch's own judgement, and why a cell that is not covered need not be.
import {
  toExpectedRange,
  type SeriesSpan,
  type WatchRules,
} from '../../../functions/lib/domain/coverage/expected-intervals.ts';
import { createIntervalJudge } from '../../../functions/lib/domain/coverage/interval-coverage.ts';
import {
  undeliveredOutcomes,
  type UndeliveredOutcome,
  type WatchedState,
} from '../../../functions/lib/domain/coverage/missing-intervals.ts';
import {
  toSeriesEvidence,
  type KnownArrival,
  type KnownInterval,
} from '../../../functions/lib/domain/coverage/series-evidence.ts';
import { findSeriesSettings, toLookBackMinutes } from '../../../functions/lib/domain/coverage/series-settings.ts';
import { toEpochMs } from '../../../functions/lib/domain/interval.ts';

/**
 * notDue: its report need not be there yet. notExpected: before the series began, or longer ago than is watched. ended: the
 * settings say that the series has ended by then.
 */
export type CellState = WatchedState | 'notDue' | 'notExpected' | 'ended';

export interface SeriesKnowledge {
  readonly span: SeriesSpan;
  readonly isOnlySeries: boolean;
  readonly arrivals: readonly KnownArrival[];
  /** Of all series of the kind. */
  readonly intervals: readonly KnownInterval[];
  /** Files that failed or were quarantined. */
  readonly undelivered: readonly { readonly runTime: string; readonly outcome: UndeliveredOutcome }[];
}

/** Judges the intervals of one series by their start, in epoch ms, as the watch does at that instant. */
export function createCellJudge(
  { span, isOnlySeries, arrivals, intervals, undelivered }: SeriesKnowledge,
  rules: WatchRules,
  nowMs: number,
): (startMs: number) => CellState {
  const range = toExpectedRange(span, rules, nowMs);
  const { endedAt } = findSeriesSettings(rules.reports.series, span) ?? {};
  const judge = createIntervalJudge(
    toSeriesEvidence({
      ...{ series: span.series, isOnlySeries, arrivals, intervals, nowMs, otherFiles: undelivered },
      lookBackMinutes: toLookBackMinutes(rules.reports, span),
    }),
    undeliveredOutcomes,
  );
  return (startMs) => {
    const state = judge(startMs);
    if (state !== 'missing') return state;
    if (startMs < range.fromMs) return 'notExpected';
    if (startMs < range.untilMs) return 'missing';
    return endedAt !== undefined && startMs >= toEpochMs(endedAt) ? 'ended' : 'notDue';
  };
}

export const coveredStates = [
  'delivered',
  'empty',
  'late',
  'reloaded',
  'healed',
] as const satisfies readonly CellState[];
export const openStates = ['missing', 'failed', 'quarantined', 'arrived'] as const satisfies readonly CellState[];
export type OpenState = (typeof openStates)[number];

export const isOpenState = (state: CellState): state is OpenState => openStates.some((open) => open === state);
