// Puts days, cells, timelines and findings together. Pure: the clock and everything read come in.
import type { TimelineState } from '../../../functions/lib/domain/agent-states/agent-timeline-pages.ts';
import type { WatchRules } from '../../../functions/lib/domain/coverage/expected-intervals.ts';
import { intervalMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import { toRevision } from '../../../functions/lib/domain/report-file/source-version.ts';
import { reloadSeries } from '../../../schemas/checkpoint-items.ts';
import type { AgentStateSettings } from '../../../schemas/settings.ts';
import { findCure } from '../executions/error-cures.ts';
import type { RedriveStep } from '../executions/redrive-plan.ts';
import { toAgentDays } from './agent-days.ts';
import { coveredStates, createCellJudge, isOpenState, openStates, type CellState } from './coverage-cells.ts';
import { listFindings } from './coverage-findings.ts';
import type { CoverageFacts, KindFacts, SeriesFacts } from './coverage-reader.ts';
import type {
  AgentTimelines,
  CellFile,
  CoverageCell,
  CoverageCounts,
  CoverageDay,
  CoverageReport,
  CoverageRow,
} from './coverage-report.ts';
import type { LocalDay } from './local-day.ts';

export interface ReportRequest {
  readonly acdName: string;
  readonly deployment: string;
  /** `--stage acme` */
  readonly target: string;
  readonly zone: string;
  readonly nowMs: number;
  readonly rules: WatchRules;
  readonly agentStates: Pick<AgentStateSettings, 'timelineDays'>;
  readonly maxAgents: number;
}

export interface AgentStatesRead {
  readonly states: readonly TimelineState[];
  readonly emptyDates: ReadonlySet<string>;
}

const dayMs = 86_400_000;

export function buildReport(
  request: ReportRequest,
  days: readonly LocalDay[],
  facts: CoverageFacts,
  agentStates: AgentStatesRead,
): CoverageReport {
  const { acdName, deployment, zone, nowMs } = request;
  const readers = facts.kinds.flatMap((kind) => toRowReaders(kind, request));
  const coverageDays = days.map((day): CoverageDay => ({
    ...day,
    rows: readers
      .map((read) => read(day))
      .filter(({ cells }) => cells.some(({ state }) => state !== 'notExpected' && state !== 'ended')),
    agents: toTimelines(day, agentStates, request),
  }));
  const rows = coverageDays.flatMap((day) => day.rows);
  const kinds = facts.kinds.map(({ kind }) => kind).filter((kind) => rows.some((row) => row.kind === kind));
  return {
    ...{ acdName, deployment, zone, checkedAt: toInstant(nowMs), watchedAt: facts.watchedAt },
    counts: countStates(rows),
    countsByKind: kinds.map((kind) => ({ kind, ...countStates(rows.filter((row) => row.kind === kind)) })),
    findings: listFindings(coverageDays, { target: request.target, nowMs, facts }),
    days: coverageDays,
  };
}

const noStates: Record<CellState, number> = {
  ...{ delivered: 0, empty: 0, late: 0, reloaded: 0, healed: 0 },
  ...{ missing: 0, failed: 0, quarantined: 0, arrived: 0, notDue: 0, notExpected: 0, ended: 0 },
};

function countStates(rows: readonly CoverageRow[]): CoverageCounts {
  const states = { ...noStates };
  for (const { state } of rows.filter(({ series }) => series !== null).flatMap(({ cells }) => cells))
    states[state] += 1;
  const sumOf = (wanted: readonly CellState[]): number => wanted.reduce((sum, state) => sum + states[state], 0);
  const coveredCount = sumOf(coveredStates);
  return { dueCount: coveredCount + sumOf(openStates), coveredCount, states };
}

type ReadRow = (day: LocalDay) => CoverageRow;

function toRowReaders(kind: KindFacts, request: ReportRequest): ReadRow[] {
  const isOnlySeries = kind.series.length === 1;
  const rows = kind.series.map((series) => toSeriesReader(kind, series, isOnlySeries, request));
  const reloaded = new Map(
    kind.intervals
      .filter(({ series, isDelivered }) => series === reloadSeries && isDelivered)
      .map((interval) => [interval.intervalStart, interval]),
  );
  // A reload file names no series: among several nobody can tell whose figures it has replaced.
  if (isOnlySeries || reloaded.size === 0) return rows;
  const readReloads: ReadRow = ({ intervals }) => ({
    ...{ kind: kind.kind, series: null },
    cells: intervals.map(({ startMs }) => {
      const intervalStart = toInstant(startMs);
      return { ...toBareCell(intervalStart), state: reloaded.has(intervalStart) ? 'reloaded' : 'notExpected' };
    }),
  });
  return [...rows, readReloads];
}

function toBareCell(intervalStart: string) {
  return {
    ...{ intervalStart, file: null, figuresFrom: null, problem: null, missedAt: null, inBucketSince: null },
  } satisfies Omit<CoverageCell, 'state'>;
}

function toProblem({ execution: { name, error, cause } }: RedriveStep): CoverageCell['problem'] {
  return { executionName: name, error, cause, cure: findCure(error).cure };
}

function toSeriesReader(
  { kind, intervals }: KindFacts,
  facts: SeriesFacts,
  isOnlySeries: boolean,
  { rules, nowMs }: ReportRequest,
): ReadRow {
  const { span, files, undelivered } = facts;
  const judge = createCellJudge(
    {
      ...{ span, isOnlySeries, arrivals: files, intervals },
      undelivered: undelivered.flatMap(({ execution: { runTime, outcome } }) =>
        runTime === null ? [] : [{ runTime, outcome: outcome === 'QUARANTINED' ? 'quarantined' : 'failed' } as const],
      ),
    },
    rules,
    nowMs,
  );
  const fileOf = new Map(files.map((file) => [file.runTime, file]));
  const problemOf = new Map(undelivered.map((step) => [step.execution.runTime, step]));
  const missedOf = new Map(facts.missing.map((entry) => [entry.intervalStart, entry.firstNoticedAt]));
  const sourceOf = new Map(
    intervals
      .filter(({ series }) => series === span.series || (isOnlySeries && series === reloadSeries))
      .map(({ intervalStart, sourceVersion }) => [intervalStart, sourceVersion]),
  );
  const toCell = (startMs: number): CoverageCell => {
    const intervalStart = toInstant(startMs);
    const runTime = toInstant(startMs + intervalMs);
    const state = judge(startMs);
    const problem = isOpenState(state) ? problemOf.get(runTime) : undefined;
    const source = sourceOf.get(intervalStart)?.split('|')[1];
    return {
      ...{ intervalStart, state },
      file: toCellFile(facts, fileOf.get(runTime)),
      figuresFrom: source === undefined || source === runTime ? null : source,
      problem: problem === undefined ? null : toProblem(problem),
      missedAt: missedOf.get(intervalStart) ?? null,
      inBucketSince: state === 'missing' ? (facts.objects.get(runTime)?.uploadedAt ?? null) : null,
    };
  };
  return (day) => ({ kind, series: span.series, cells: day.intervals.map(({ startMs }) => toCell(startMs)) });
}

function toCellFile({ fileFacts }: SeriesFacts, file: SeriesFacts['files'][number] | undefined): CellFile | null {
  const known = file === undefined ? undefined : fileFacts.get(file.runTime);
  if (file === undefined || known === undefined) return null;
  return {
    ...known,
    runTime: file.runTime,
    arrivedAt: toRevision(file.sourceVersion),
    rowCount: file.rowCount ?? null,
    rejectedRowCount: file.rejectedRowCount ?? null,
  };
}

function toTimelines(
  { startMs, endMs }: LocalDay,
  { states, emptyDates }: AgentStatesRead,
  { nowMs, maxAgents, agentStates: { timelineDays } }: ReportRequest,
): AgentTimelines {
  const unknown = (reason: string) => ({ status: 'unknown', reason }) as const;
  if (maxAgents === 0) return unknown('Left out of this page.');
  if (timelineDays === 0) return unknown('Timelines are switched off: setting agentStates.timelineDays is 0.');
  if (startMs > nowMs) return unknown('The day has not begun.');
  const dates = [startMs, Math.min(endMs - 1, nowMs)].map((ms) => toInstant(ms).slice(0, 10));
  if (dates.every((date) => emptyDates.has(date))) {
    const isTooOld = endMs < nowMs - timelineDays * dayMs;
    const kept = `Timelines are kept for ${timelineDays} days (setting agentStates.timelineDays)`;
    return unknown(isTooOld ? `${kept}; this day is gone.` : `No agent state is kept of this day. ${kept}.`);
  }
  const near = states.filter(({ startTime }) => {
    const ms = Date.parse(startTime);
    return ms >= startMs - dayMs && ms < endMs;
  });
  const agents = toAgentDays(near, startMs, Math.min(endMs, nowMs));
  return { status: 'known', agents: agents.slice(0, maxAgents), agentCount: agents.length };
}
