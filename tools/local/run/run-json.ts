// A run as JSON, for programs: every file with what became of it, the coverage of its series, and the agent events.
import type { ReportOutcome } from '../../../schemas/outcome.ts';
import type { AgentEventCounts } from './agent-event-log.ts';
import { countCells, listIntervals, type CellState, type SeriesCoverage } from './coverage.ts';
import type { FileResult } from './file-result.ts';
import type { AgentEventsRun, RunDeadLetter } from './run-agent-events.ts';
import type { RunFile } from './run-files.ts';
import { countOutcomes } from './run-report.ts';

export interface RunJson {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly hub: { readonly url: string };
  readonly counts: Partial<Record<ReportOutcome, number>>;
  /** In the order of the files' names. */
  readonly executions: readonly FileResult[];
  readonly coverage: readonly CoverageJson[];
  /** By distinct record, not by attempt; all 0 without agent events. */
  readonly agentEvents: AgentEventCounts;
  /** Why not every agent event came to an end; null when all did. */
  readonly agentEventsFailure: string | null;
  /** In the order of the lines they come from. */
  readonly deadLetters: readonly RunDeadLetter[];
}

interface RunParts {
  readonly files: readonly RunFile[];
  readonly coverage: readonly SeriesCoverage[];
  readonly agentEvents: AgentEventsRun;
}

/** Lists of interval starts; delivered and empty intervals are counted only. */
export interface CoverageJson {
  readonly kind: string;
  readonly series: string | null;
  readonly firstInterval: string | null;
  readonly lastInterval: string | null;
  readonly counts: Record<CellState, number>;
  readonly missing: readonly string[];
  readonly healed: readonly string[];
  readonly late: readonly string[];
  readonly reloaded: readonly string[];
  readonly quarantined: readonly string[];
  readonly failed: readonly string[];
}

function toCoverageJson({ kind, series, cells }: SeriesCoverage): CoverageJson {
  return {
    ...{ kind, series },
    firstInterval: cells[0]?.intervalStart ?? null,
    lastInterval: cells.at(-1)?.intervalStart ?? null,
    counts: countCells(cells),
    missing: listIntervals(cells, 'missing'),
    healed: listIntervals(cells, 'healed'),
    late: listIntervals(cells, 'late'),
    reloaded: listIntervals(cells, 'reloaded'),
    quarantined: listIntervals(cells, 'quarantined'),
    failed: listIntervals(cells, 'failed'),
  };
}

export function toRunJson(
  run: Pick<RunJson, 'startedAt' | 'endedAt'> & { readonly hubUrl: string },
  { files, coverage, agentEvents }: RunParts,
): RunJson {
  return {
    ...{ startedAt: run.startedAt, endedAt: run.endedAt },
    hub: { url: run.hubUrl },
    counts: countOutcomes(files),
    executions: files.map(({ result }) => result),
    coverage: coverage.map(toCoverageJson),
    agentEvents: agentEvents.counts,
    agentEventsFailure: agentEvents.failure,
    deadLetters: agentEvents.deadLetters,
  };
}
