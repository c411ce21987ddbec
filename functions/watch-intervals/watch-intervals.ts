// One round of the watch: failed executions, lost files, missing intervals, bucket events. A part that fails does not keep
// the others from looking; then the run itself fails, and the alarm on missing runs tells.
import { reportKinds } from '../../schemas/report-kind.ts';
import { listWatchedSpans, toWatchStartMs } from '../lib/domain/coverage/expected-intervals.ts';
import type { ExecutionUpload } from '../lib/domain/coverage/failed-executions.ts';
import type { LostFileRules } from '../lib/domain/coverage/lost-files.ts';
import type { UndeliveredOutcome } from '../lib/domain/coverage/missing-intervals.ts';
import type { ErrorContext } from '../lib/domain/errors.ts';
import { toInstant } from '../lib/domain/interval.ts';
import { findFileNameParts, type FileNameParts } from '../lib/domain/report-file/classify-report.ts';
import { toFileName } from '../lib/domain/report-file/report-identity.ts';
import type { ExecutionArchive } from '../lib/io/execution-archive.ts';
import type { FailedExecutionsQueue } from '../lib/io/failed-executions-queue.ts';
import type { SeriesLedger } from '../lib/io/series-ledger.ts';
import type { WatchLedger, WatchState } from '../lib/io/watch-ledger.ts';
import type { CountMetrics } from '../lib/runtime/telemetry.ts';
import { clearSettledMessages } from './clear-settled-messages.ts';
import { startLostFiles, type LostFiles, type StartLostFilesDeps } from './start-lost-files.ts';
import { watchCoverage, type OtherFile, type SeriesArrivals, type WatchCoverageDeps } from './watch-coverage.ts';
import { watchExecutions, type ExecutionsLook, type WatchExecutionsDeps } from './watch-executions.ts';

export interface WatchDeps extends WatchExecutionsDeps, StartLostFilesDeps, WatchCoverageDeps {
  readonly watchLedger: WatchLedger;
  readonly archive: ExecutionArchive;
  readonly ledger: Pick<SeriesLedger, 'listSpans' | 'listArrivals'>;
  readonly queue: FailedExecutionsQueue;
  readonly bucketEvents: {
    readonly isOn: () => Promise<boolean>;
    /** What to do when they are off. */ readonly cure: string;
  };
  readonly nowMs: () => number;
  readonly countMetrics: CountMetrics;
  /** Told of everything an operator may want to find in the log. */
  readonly warn: (message: string, facts: ErrorContext) => void;
  /** Told of each part that failed. */
  readonly reportFailure: (error: unknown) => void;
}

/** What one round has found; null where the part that tells has failed. */
export interface WatchReport {
  /** Intervals no file covers, by series. */
  readonly missing: Readonly<Record<string, readonly string[]>> | null;
  readonly failedExecutionCount: number | null;
  /** Keys of files whose event was lost. */
  readonly startedFiles: readonly string[] | null;
  readonly removedMessageCount: number | null;
  readonly areBucketEventsOn: boolean | null;
}

const dayMs = 86_400_000;
/** What was uploaded while the stack was being set up may have had no event. */
const setUpMs = 3_600_000;

/** @throws the first error of a part, after all parts have had their turn */
export async function watchIntervals(deps: WatchDeps): Promise<WatchReport> {
  const nowMs = deps.nowMs();
  const errors: unknown[] = [];
  const attempt = async <T>(part: () => Promise<T>): Promise<T | null> => {
    try {
      return await part();
    } catch (error) {
      errors.push(error);
      deps.reportFailure(error);
      return null;
    }
  };
  const state = await attempt(() => openState(deps, nowMs));
  const executions = await attempt(() => reportExecutions(deps, nowMs));
  const cleared = executions && (await attempt(() => clearMessages(deps, executions)));
  const series = await attempt(() => readSeries(deps, nowMs));
  const lost = state && series && (await attempt(() => startFiles(deps, { state, series, executions }, nowMs)));
  const missing = series && (await attempt(() => reportCoverage(deps, { series, executions, lost }, nowMs)));
  const areBucketEventsOn = await attempt(() => reportBucketEvents(deps));
  if (state !== null && errors.length === 0) {
    const listAfterKey = lost?.listAfterKey ?? null;
    await attempt(() => deps.watchLedger.writeState({ ...state, lastRunAt: toInstant(nowMs), listAfterKey }));
  }
  if (errors.length > 0) throw errors[0];
  deps.countMetrics(null, { WatchRuns: 1 });
  return {
    missing,
    failedExecutionCount: executions?.openCount ?? null,
    startedFiles: lost?.started.map(({ object }) => object.key) ?? null,
    removedMessageCount: cleared,
    areBucketEventsOn,
  };
}

function warnOfLimits({ warn, countMetrics }: WatchDeps, limits: readonly string[]): void {
  for (const limit of limits) warn(limit, {});
  if (limits.length > 0) countMetrics(null, { WatchLimitsHit: limits.length });
}

/**
 * The first run is written down at once: it divides the files of before from those that should have had an event. So does the
 * first run on another bucket or folder: the files that lie there already are the customer's to load.
 */
async function openState({ watchLedger, bucket, prefix }: WatchDeps, nowMs: number): Promise<WatchState> {
  const source = `${bucket}/${prefix}`;
  const seen = await watchLedger.readState();
  if (seen !== null && (seen.source ?? source) === source) return { ...seen, source };
  const state = { firstRunAt: toInstant(nowMs), lastRunAt: toInstant(nowMs), source, listAfterKey: null };
  await watchLedger.writeState(state);
  return state;
}

async function reportExecutions(deps: WatchDeps, nowMs: number): Promise<ExecutionsLook> {
  const executions = await watchExecutions(deps, nowMs);
  warnOfLimits(deps, executions.limits);
  deps.countMetrics(null, { ExecutionsFailed: executions.openCount });
  return executions;
}

async function clearMessages(deps: WatchDeps, { isSettled }: ExecutionsLook): Promise<number> {
  const { removedCount, limits } = await clearSettledMessages(deps.queue, isSettled);
  warnOfLimits(deps, limits);
  return removedCount;
}

async function readSeries({ ledger, rules }: WatchDeps, nowMs: number): Promise<SeriesArrivals[]> {
  const since = toInstant(toWatchStartMs(rules, nowMs));
  const series: SeriesArrivals[] = [];
  for (const kind of reportKinds) {
    for (const span of listWatchedSpans(kind, await ledger.listSpans(kind), rules, nowMs)) {
      series.push({ span, arrivals: await ledger.listArrivals(span, since, toInstant(nowMs + dayMs)) });
    }
  }
  return series;
}

interface Known {
  readonly series: readonly SeriesArrivals[];
  readonly executions: ExecutionsLook | null;
}

async function startFiles(
  deps: WatchDeps,
  { state, series, executions }: Known & { readonly state: WatchState },
  nowMs: number,
): Promise<LostFiles> {
  const watchStart = toInstant(toWatchStartMs(deps.rules, nowMs));
  const setUpAt = toInstant(Date.parse(state.firstRunAt) - setUpMs);
  const versions = new Map(
    series.flatMap(({ span, arrivals }) =>
      arrivals.map(({ runTime, sourceVersion }): [string, string] => [`${runTime} ${span.series}`, sourceVersion]),
    ),
  );
  const rules: LostFileRules = {
    uploadedSince: watchStart > setUpAt ? watchStart : setUpAt,
    uploadedUntil: toInstant(nowMs - deps.rules.watch.eventMinutes * 60_000),
    runTimeSince: watchStart,
    readArrivedVersion: (name, runTime) => versions.get(`${runTime} ${name}`) ?? null,
    failedExecutionNames: executions?.failedNames ?? new Set(),
  };
  const lost = await startLostFiles(deps, rules, state.listAfterKey);
  warnOfLimits(deps, lost.limits);
  for (const { object } of lost.started) {
    deps.warn('A file that had no event was started', { key: object.key, uploadedAt: object.uploadedAt });
  }
  deps.countMetrics(null, { LostFilesStarted: lost.started.length });
  return lost;
}

function toOtherFiles({ series, runTime }: FileNameParts, outcome: UndeliveredOutcome): OtherFile[] {
  return series === null || runTime === null ? [] : [{ series, runTime, outcome }];
}

function toFilesOf(uploads: readonly ExecutionUpload[], outcome: UndeliveredOutcome): OtherFile[] {
  return uploads.flatMap(({ key }) => {
    const parts = findFileNameParts(toFileName(key));
    return parts === null ? [] : toOtherFiles(parts, outcome);
  });
}

/** By series: the intervals that are missing. */
async function reportCoverage(
  deps: WatchDeps,
  { series, executions, lost }: Known & { readonly lost: LostFiles | null },
  nowMs: number,
): Promise<Record<string, readonly string[]>> {
  const otherFiles = [
    ...toFilesOf(executions?.quarantined ?? [], 'quarantined'),
    ...toFilesOf(executions?.failed ?? [], 'failed'),
    ...(lost?.started ?? []).flatMap((file) => toOtherFiles(file, 'arrived')),
  ];
  const missing: Record<string, readonly string[]> = {};
  for (const kind of reportKinds) {
    const ofKind = series.filter(({ span }) => span.kind === kind);
    const look = await watchCoverage(deps, kind, ofKind, otherFiles, nowMs);
    warnOfLimits(deps, look.limits);
    for (const found of look.series) {
      missing[found.series] = found.missing;
      const { arrivedCount, failedCount, quarantinedCount } = found;
      const [firstMissing = null] = found.missing;
      if (firstMissing === null) continue;
      deps.warn('Intervals are missing', {
        ...{ reportKind: kind, series: found.series, missingCount: found.missing.length },
        ...{ firstMissing, lastMissing: found.missing.at(-1) ?? null, arrivedCount, failedCount, quarantinedCount },
      });
    }
    deps.countMetrics(kind, { IntervalsMissing: look.series.reduce((sum, found) => sum + found.missing.length, 0) });
  }
  return missing;
}

async function reportBucketEvents({ bucketEvents, bucket, countMetrics, warn }: WatchDeps): Promise<boolean> {
  const isOn = await bucketEvents.isOn();
  if (!isOn) {
    const effect =
      'The bucket does not announce its objects to Amazon EventBridge: files are started late, by the watch';
    warn(`${effect}; ${bucketEvents.cure}`, { bucket });
  }
  countMetrics(null, { BucketEventsOff: isOn ? 0 : 1 });
  return isOn;
}
