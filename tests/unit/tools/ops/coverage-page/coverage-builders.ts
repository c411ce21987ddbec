// A day of reports as the ledgers would tell it, without any store.
import type { TimelineState } from '../../../../../functions/lib/domain/agent-states/agent-timeline-pages.ts';
import { intervalMs, toInstant } from '../../../../../functions/lib/domain/interval.ts';
import { parseSettings } from '../../../../../functions/lib/runtime/settings.ts';
import type { CoverageStatus } from '../../../../../schemas/checkpoint-items.ts';
import type { ReportKind } from '../../../../../schemas/report-kind.ts';
import { buildReport, type ReportRequest } from '../../../../../tools/ops/coverage-page/build-report.ts';
import type {
  CoverageFacts,
  KindFacts,
  KnownFile,
  SeriesFacts,
} from '../../../../../tools/ops/coverage-page/coverage-reader.ts';
import type { CoverageReport } from '../../../../../tools/ops/coverage-page/coverage-report.ts';
import { createLocalClock, toLocalDay } from '../../../../../tools/ops/coverage-page/local-day.ts';
import type { RedriveStep } from '../../../../../tools/ops/executions/redrive-plan.ts';

export interface FileChanges {
  readonly status?: CoverageStatus;
  readonly verdict?: 'next' | 'backfill' | 'reload';
  readonly rejectedRowCount?: number;
}

export interface SeriesPlan {
  readonly kind?: ReportKind;
  readonly series: string;
  /** Starts of the intervals whose own files came, in epoch ms. */
  readonly startsMs: readonly number[];
  readonly firstRunTime?: string;
  readonly files?: ReadonlyMap<number, FileChanges>;
  /** Starts of the intervals without rows. */
  readonly emptyMs?: ReadonlySet<number>;
  readonly undelivered?: readonly RedriveStep[];
  readonly missing?: SeriesFacts['missing'];
  readonly objects?: SeriesFacts['objects'];
}

export const dayOf = (date: string, zone: string) => toLocalDay(date, createLocalClock(zone));

function toFile(startMs: number, { status, verdict, rejectedRowCount }: FileChanges = {}): KnownFile {
  const runTime = toInstant(startMs + intervalMs);
  const arrivedAt = toInstant(startMs + 2 * intervalMs);
  return {
    runTime,
    reportId: `report-${runTime}`,
    sourceVersion: `${arrivedAt}|${runTime}|${arrivedAt}`,
    spacing: { verdict: verdict ?? 'next', missing: [], missingCount: 0 },
    status: status ?? 'DELIVERED',
    rowCount: 4,
    rejectedRowCount: rejectedRowCount ?? 0,
  };
}

function toSeries(plan: SeriesPlan): SeriesFacts {
  const { kind = 'QR', series, startsMs, files, undelivered = [], missing = [], objects = new Map() } = plan;
  const known = startsMs.map((startMs) => toFile(startMs, files?.get(startMs)));
  const firstRunTime = plan.firstRunTime ?? known[0]?.runTime ?? toInstant(0);
  return {
    span: { kind, series, firstRunTime },
    files: known,
    fileFacts: new Map(
      known.map(({ runTime, rejectedRowCount }) => [
        runTime,
        {
          ...{
            key: `reports/${series}-${runTime}.csv`,
            executionName: `run-${runTime}`,
            batchCount: 1,
            recordCount: 4,
          },
          ...{ rejectReasons: rejectedRowCount === 0 ? [] : ['Queue: <b>no</b>'], notes: [] },
        },
      ]),
    ),
    ...{ objects, undelivered, missing },
  };
}

export function factsOf(plans: readonly SeriesPlan[]): CoverageFacts {
  const kinds = [...Map.groupBy(plans, ({ kind = 'QR' }) => kind)].map(([kind, own]): KindFacts => {
    const series = own.map(toSeries);
    const intervals = series.flatMap(({ span, files }, index) =>
      files
        .filter(({ status }) => status === 'DELIVERED')
        .map(({ runTime, sourceVersion }) => ({ startMs: Date.parse(runTime) - intervalMs, sourceVersion }))
        .filter(({ startMs }) => own[index]?.emptyMs?.has(startMs) !== true)
        .map(({ startMs, sourceVersion }) => ({
          ...{ intervalStart: toInstant(startMs), series: span.series, sourceVersion, isDelivered: true },
        })),
    );
    return { kind, intervals, series };
  });
  return { kinds, watchedAt: null, limits: [] };
}

export interface ReportPlan {
  readonly dates: readonly string[];
  readonly zone?: string;
  readonly series: readonly SeriesPlan[];
  readonly nowMs?: number;
  readonly states?: readonly TimelineState[];
  readonly settings?: object;
  readonly request?: Partial<ReportRequest>;
}

/** The report of some days, a week after the last one unless told otherwise. */
export function reportOf({
  dates,
  zone = 'UTC',
  series,
  nowMs,
  states = [],
  settings,
  request,
}: ReportPlan): CoverageReport {
  const days = dates.map((date) => dayOf(date, zone));
  const rules = parseSettings({ acd: { name: 'acd' }, hub: { url: 'https://hub.example' }, ...settings }, 'the test');
  const lastMs = days.at(-1)!.endMs;
  return buildReport(
    {
      ...{ acdName: 'acd', deployment: 'test', target: '--stage test', zone, nowMs: nowMs ?? lastMs + 7 * 86_400_000 },
      ...{ rules, agentStates: rules.agentStates, maxAgents: 200, ...request },
    },
    days,
    factsOf(series),
    { states, emptyDates: new Set(states.length === 0 ? dates : []) },
  );
}

export const startsOf = (date: string, zone = 'UTC') => dayOf(date, zone).intervals.map(({ startMs }) => startMs);

export const failedStep = (series: string, runTime: string, outcome: 'FAILED' | 'QUARANTINED'): RedriveStep => ({
  action: 'leave',
  reason: '',
  cure: null,
  isHealed: false,
  execution: {
    ...{
      name: `run-${runTime}`,
      arn: `arn:run-${runTime}`,
      outcome,
      status: 'FAILED',
      input: null,
      kind: 'QR',
      series,
    },
    ...{ runTime, startedAt: runTime, endedAt: runTime, redriveCount: 0, isRedrivable: true, redriveReason: null },
    ...{ deliveredRecordCount: null, rejectedRowCount: null, cause: 'the hub said no' },
    error: outcome === 'FAILED' ? 'HubUnavailableError' : 'ReportHeaderError',
  },
});
