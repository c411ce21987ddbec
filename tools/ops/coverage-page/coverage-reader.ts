// Reads from the ledgers, the buckets and Step Functions what the grid of some days needs, series by series.
import type { TimelineState } from '../../../functions/lib/domain/agent-states/agent-timeline-pages.ts';
import { listWatchedSpans, type SeriesSpan } from '../../../functions/lib/domain/coverage/expected-intervals.ts';
import type { KnownInterval } from '../../../functions/lib/domain/coverage/series-evidence.ts';
import { toInstant, intervalMs, toEpochMs } from '../../../functions/lib/domain/interval.ts';
import type { UploadedObject } from '../../../functions/lib/domain/report-file/report-identity.ts';
import { mapConcurrently } from '../../../functions/lib/io/concurrency.ts';
import type { Arrival } from '../../../functions/lib/io/series-ledger.ts';
import type { SeriesMissingEntry } from '../../../functions/lib/io/watch-ledger.ts';
import { reportKinds, type ReportKind } from '../../../schemas/report-kind.ts';
import { openStores, type Deployment, type Stores } from '../deployment.ts';
import { createExecutionReader } from '../executions/execution-reader.ts';
import { planAllFailed } from '../executions/failed-executions.ts';
import type { RedriveStep } from '../executions/redrive-plan.ts';
import { listSeriesObjects, readFileFacts, toFactsWithoutStaging, type FileFacts } from './file-facts.ts';

export type KnownFile = Arrival & { readonly runTime: string };

/** Everything known of one series in the span of time. */
export interface SeriesFacts {
  readonly span: SeriesSpan;
  readonly files: readonly KnownFile[];
  /** By run time. */
  readonly fileFacts: ReadonlyMap<string, FileFacts>;
  readonly objects: ReadonlyMap<string, UploadedObject>;
  /** Executions that failed or ended in quarantine, and are not healed. */
  readonly undelivered: readonly RedriveStep[];
  readonly missing: readonly SeriesMissingEntry[];
}

export interface KindFacts {
  readonly kind: ReportKind;
  readonly intervals: readonly KnownInterval[];
  readonly series: readonly SeriesFacts[];
}

export interface CoverageFacts {
  readonly kinds: readonly KindFacts[];
  readonly watchedAt: string | null;
  /** What was too much to read, said in words. */
  readonly limits: readonly string[];
}

export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

const dayMs = 86_400_000;
const redriveWindowMs = 14 * dayMs;
const callsAtOnce = 4;
const readsAtOnce = 16;
const maxFailed = 500;
/** Reads of the staging bucket: some seconds. */
const maxStagedFiles = 3000;

const toDates = ({ fromMs, untilMs }: TimeSpan): string[] => {
  const count = Math.floor(untilMs / dayMs) - Math.floor(fromMs / dayMs) + 1;
  return Array.from({ length: count }, (_, index) => toInstant(fromMs + index * dayMs).slice(0, 10));
};

/** Every error of AWS passes through. */
export async function readCoverageFacts(deployment: Deployment, span: TimeSpan, nowMs: number): Promise<CoverageFacts> {
  const { clients, names, settings } = deployment;
  const stores = openStores(deployment);
  const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
  // A redrive keeps the start: what failed lately may have started long ago.
  const failed = await planAllFailed(reader, stores, {
    sinceMs: Math.min(span.fromMs, nowMs - 2 * redriveWindowMs),
    ...{ limit: maxFailed, lookLimit: maxFailed },
  });
  const budget = { stagedFiles: maxStagedFiles, skippedCount: 0 };
  const kinds: KindFacts[] = [];
  for (const kind of reportKinds) {
    const seen = await stores.ledger.listSpans(kind);
    const spans = listWatchedSpans(kind, seen, settings, nowMs).toSorted((a, b) => (a.series < b.series ? -1 : 1));
    const missing = spans.length === 0 ? [] : await stores.watchLedger.listMissing(kind);
    const intervals =
      spans.length === 0 ? [] : await stores.intervals.list(kind, toInstant(span.fromMs), toInstant(span.untilMs));
    const series = await mapConcurrently(spans, callsAtOnce, (one) =>
      readSeries(deployment, stores, one, { span, nowMs, budget, failed: failed.steps, missing }),
    );
    kinds.push({ kind, intervals, series });
  }
  return {
    kinds,
    watchedAt: (await stores.watchLedger.readState())?.lastRunAt ?? null,
    limits: [
      ...(failed.leftBefore !== null
        ? [`More than ${maxFailed} executions have failed: the oldest ones are not on this page`]
        : []),
      ...(budget.skippedCount > 0
        ? [
            `Batches, notes and reasons were read of ${maxStagedFiles} files; ${budget.skippedCount} others are shown without`,
          ]
        : []),
    ],
  };
}

interface SeriesRequest {
  readonly span: TimeSpan;
  readonly nowMs: number;
  readonly budget: { stagedFiles: number; skippedCount: number };
  readonly failed: readonly RedriveStep[];
  readonly missing: readonly SeriesMissingEntry[];
}

async function readSeries(
  { names }: Deployment,
  { ledger, source, staging }: Stores,
  series: SeriesSpan,
  { span, nowMs, budget, failed, missing }: SeriesRequest,
): Promise<SeriesFacts> {
  // Later files cover earlier intervals: the watch reads on to the newest one as well.
  const files = await ledger.listArrivals(series, toInstant(span.fromMs), toInstant(nowMs + dayMs));
  const place = { bucket: names.sourceBucket, prefix: names.sourcePrefix };
  const objects = await listSeriesObjects(source, place, series.series, toDates(span));
  const own = files.filter(({ runTime }) => toEpochMs(runTime) <= span.untilMs);
  const staged = new Set(
    own
      .toSorted((a, b) => (b.rejectedRowCount ?? 0) - (a.rejectedRowCount ?? 0))
      .slice(0, Math.max(0, budget.stagedFiles)),
  );
  budget.stagedFiles -= staged.size;
  budget.skippedCount += own.length - staged.size;
  const facts = await mapConcurrently(own, readsAtOnce, async (file): Promise<[string, FileFacts]> => {
    const object = objects.get(file.runTime);
    return [
      file.runTime,
      staged.has(file) ? await readFileFacts(staging, file, object) : toFactsWithoutStaging(object, file.sourceVersion),
    ];
  });
  return {
    ...{ span: series, files, objects, fileFacts: new Map(facts) },
    undelivered: failed.filter(({ execution: { kind, series: name, outcome }, isHealed }) => {
      return (
        !isHealed &&
        kind === series.kind &&
        name === series.series &&
        (outcome === 'FAILED' || outcome === 'QUARANTINED')
      );
    }),
    missing: missing.filter((entry) => entry.series === series.series),
  };
}

/** States sent from a day before the span on, in order of arrival; days without any are named. */
export async function readAgentStates(
  { agentStates }: Pick<Stores, 'agentStates'>,
  { fromMs, untilMs }: TimeSpan,
): Promise<{ readonly states: readonly TimelineState[]; readonly emptyDates: ReadonlySet<string> }> {
  const dates = toDates({ fromMs: fromMs - dayMs, untilMs: untilMs - intervalMs });
  const pages = await mapConcurrently(dates, callsAtOnce, (date) => agentStates.readTimelines(date));
  return {
    states: pages.flatMap((page) => page ?? []),
    emptyDates: new Set(dates.filter((_, index) => pages[index] === null)),
  };
}
