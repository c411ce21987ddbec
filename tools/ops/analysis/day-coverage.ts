// How complete a day is, by series: the judgement of the watch and of the coverage page, counted for one local day.
import { listWatchedSpans } from '../../../functions/lib/domain/coverage/expected-intervals.ts';
import { intervalMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import { reportKinds, type ReportKind } from '../../../schemas/report-kind.ts';
import { createCellJudge, isOpenState, type OpenState } from '../coverage-page/coverage-cells.ts';
import type { DaySpan, FileProgress, ReadDayFile } from './source-files.ts';
import type { AnalysisParts } from './staged-reports.ts';

export interface SeriesDay {
  readonly kind: ReportKind;
  readonly series: string;
  /** Intervals that should be in by now; fewer than the day has for a series that began or ended, or a day that is not over. */
  readonly expectedCount: number;
  readonly completeCount: number;
  /** The others, in order. */
  readonly open: readonly { readonly intervalStart: string; readonly state: OpenState }[];
}

/** Facts of a file the ledger of run times may not know. */
export type KnownDayFile = Pick<ReadDayFile, 'kind' | 'series' | 'runTime' | 'progress'>;

const dayMs = 86_400_000;

function toUndelivered(progress: FileProgress): 'quarantined' | 'arrived' | null {
  if (progress === 'DELIVERED') return null;
  return progress === 'QUARANTINED' ? 'quarantined' : 'arrived';
}

/** Every series to look after, by kind and name. `files` are those that lie in the bucket. */
export async function readSeriesDays(
  parts: AnalysisParts,
  day: DaySpan,
  files: readonly KnownDayFile[],
): Promise<SeriesDay[]> {
  const { ledger, intervals } = parts.stores;
  const [from, last] = [toInstant(day.startMs), toInstant(day.endMs - intervalMs)];
  const days: SeriesDay[] = [];
  for (const kind of reportKinds) {
    const spans = listWatchedSpans(kind, await ledger.listSpans(kind), toRules(parts), parts.nowMs);
    const known = spans.length === 0 ? [] : await intervals.list(kind, from, last);
    for (const span of spans) {
      // Later files cover earlier intervals: the watch reads on to the newest one as well.
      const arrivals = await ledger.listArrivals(span, from, toInstant(parts.nowMs + dayMs));
      const undelivered = files.flatMap(({ kind: fileKind, series, runTime, progress }) => {
        const outcome = toUndelivered(progress);
        const isOurs = fileKind === kind && series === span.series;
        return isOurs && runTime !== null && outcome !== null ? [{ runTime, outcome }] : [];
      });
      const knowledge = { span, isOnlySeries: spans.length === 1, arrivals, intervals: known, undelivered };
      days.push(judgeDay(createCellJudge(knowledge, toRules(parts), parts.nowMs), span, day));
    }
  }
  return days;
}

/** The watch stops asking after a month; here every day counts that is still remembered. */
function toRules({ settings: { reports, watch, keep } }: AnalysisParts): Parameters<typeof createCellJudge>[1] {
  return {
    reports: { ...reports, reloadWindowDays: keep.checkpointDays },
    watch: { ...watch, windowDays: keep.checkpointDays },
  };
}

function judgeDay(
  judge: ReturnType<typeof createCellJudge>,
  { kind, series }: Pick<SeriesDay, 'kind' | 'series'>,
  { startMs, endMs }: DaySpan,
): SeriesDay {
  const open: { readonly intervalStart: string; readonly state: OpenState }[] = [];
  let completeCount = 0;
  for (let atMs = startMs; atMs < endMs; atMs += intervalMs) {
    const state = judge(atMs);
    if (isOpenState(state)) open.push({ intervalStart: toInstant(atMs), state });
    else if (state !== 'notDue' && state !== 'notExpected' && state !== 'ended') completeCount += 1;
  }
  return { kind, series, expectedCount: completeCount + open.length, completeCount, open };
}
