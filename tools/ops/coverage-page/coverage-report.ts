// The shape of what `acdhub coverage` has found: the same for the page, the terminal and `--json`.
import type { ReportKind } from '../../../schemas/report-kind.ts';
import type { AgentDay } from './agent-days.ts';
import type { CellState, OpenState } from './coverage-cells.ts';
import type { FileFacts } from './file-facts.ts';
import type { LocalDay } from './local-day.ts';

/** The interval's own file: the one whose run time is the interval's end. */
export interface CellFile extends FileFacts {
  readonly runTime: string;
  /** When this upload, or the reload of it, came. */
  readonly arrivedAt: string;
  readonly rowCount: number | null;
  readonly rejectedRowCount: number | null;
}

export interface CellProblem {
  readonly executionName: string;
  readonly error: string | null;
  readonly cause: string | null;
  readonly cure: string;
}

export interface CoverageCell {
  readonly intervalStart: string;
  readonly state: CellState;
  /** null where it has not come, or nothing is known of it. */
  readonly file: CellFile | null;
  /** Run time of the file whose figures of the interval were sent last, where that is not its own one. */
  readonly figuresFrom: string | null;
  /** Why its own file was not delivered. */
  readonly problem: CellProblem | null;
  /** When the watch noticed that it was missing, also where it was healed since. */
  readonly missedAt: string | null;
  /** A missing file lies in the bucket since then, and was not started. */
  readonly inBucketSince: string | null;
}

export interface CoverageRow {
  readonly kind: ReportKind;
  /** null: what reload files have brought, in a kind of several series. */
  readonly series: string | null;
  /** One for each interval of the day. */
  readonly cells: readonly CoverageCell[];
}

/** Agents of a day; why there are none, where there are none. */
export type AgentTimelines =
  | { readonly status: 'known'; readonly agents: readonly AgentDay[]; readonly agentCount: number }
  | { readonly status: 'unknown'; readonly reason: string };

export interface CoverageDay extends LocalDay {
  readonly rows: readonly CoverageRow[];
  readonly agents: AgentTimelines;
}

export interface CoverageFinding {
  readonly state: OpenState | 'rejects' | 'limit' | 'watch';
  readonly kind: ReportKind | null;
  readonly series: string | null;
  /** Local times: `2026-11-21 14:15–14:45, 16:00–16:15`. */
  readonly when: string;
  readonly intervalCount: number;
  /** Since when it is known; null where nobody has noticed yet. */
  readonly since: string | null;
  readonly meaning: string;
  readonly next: string;
  /** What to type, or the page to read; null where nothing is to be done. */
  readonly command: string | null;
}

export interface CoverageCounts {
  /** Intervals whose reports are due by now. */
  readonly dueCount: number;
  readonly coveredCount: number;
  readonly states: Readonly<Record<CellState, number>>;
}

export interface CoverageReport {
  readonly acdName: string;
  readonly deployment: string;
  readonly zone: string;
  readonly checkedAt: string;
  /** When the watch looked last; null when it never did. */
  readonly watchedAt: string | null;
  readonly counts: CoverageCounts;
  readonly countsByKind: readonly (CoverageCounts & { readonly kind: ReportKind })[];
  readonly findings: readonly CoverageFinding[];
  readonly days: readonly CoverageDay[];
}
