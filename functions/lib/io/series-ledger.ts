// The ledger of run times: which series there are, which of their files came, and what became of each.
import {
  checkpointKeys,
  type CoverageItem,
  type CoverageStatus,
  type SeriesItem,
} from '../../../schemas/checkpoint-items.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import { spacingVerdicts } from '../../../schemas/spacing-verdict.ts';
import type { Spacing } from '../../../schemas/state.ts';
import type { SeriesSpan } from '../domain/coverage/expected-intervals.ts';
import type { CheckpointTable } from './checkpoint-table.ts';
import { readCount, readText, readTexts, readWord } from './item-fields.ts';

export interface RunTimeKey {
  readonly kind: ReportKind;
  readonly series: string;
  readonly runTime: string;
}

export interface Arrival {
  readonly reportId: string;
  readonly sourceVersion: string;
  readonly spacing: Spacing;
  readonly status: CoverageStatus;
  readonly rowCount?: number;
  readonly rejectedRowCount?: number;
}

export interface SeriesLedger {
  readLastRunTime(kind: ReportKind, series: string): Promise<string | null>;
  /** Moves the series' last run time forward, never back; false when somebody else moved it meanwhile. */
  advance(key: RunTimeKey, seenLastRunTime: string | null): Promise<boolean>;
  readArrival(key: RunTimeKey): Promise<Arrival | null>;
  /** Writes an arrival if the entry still is what was seen; false when it is not. */
  writeArrival(key: RunTimeKey, arrival: Arrival, seen: Arrival | null): Promise<boolean>;
  /** Arrivals of one series with run times in [from, to], in order. */
  listArrivals(
    series: Omit<RunTimeKey, 'runTime'>,
    from: string,
    to: string,
  ): Promise<readonly (Arrival & { readonly runTime: string })[]>;
  listSeries(kind: ReportKind): Promise<string[]>;
  /** Every series of the kind with the run time of the first file that ever came. */
  listSpans(kind: ReportKind): Promise<SeriesSpan[]>;
}

const coverageStatuses = ['RECEIVED', 'DELIVERED', 'QUARANTINED'] as const satisfies readonly CoverageStatus[];

/** @throws {CheckpointUnavailableError} {AccessDeniedError} {ConfigError} from every method. */
export function createSeriesLedger(table: CheckpointTable, acdName: string, checkpointDays: number): SeriesLedger {
  const coverageKey = ({ kind, series, runTime }: RunTimeKey) => ({
    pk: checkpointKeys.coverage(acdName, kind, series),
    sk: runTime,
  });
  const updatedAt = () => new Date(table.nowMs()).toISOString();
  const listRegistry = (kind: ReportKind) =>
    table.list(checkpointKeys.seriesRegistry(acdName, kind), ' ', '\u{10FFFF}');

  return {
    async readLastRunTime(kind, series) {
      const item = await table.read({ pk: checkpointKeys.seriesRegistry(acdName, kind), sk: series });
      return item === null ? null : readText(item, 'lastRunTime');
    },
    async advance({ kind, series, runTime }, seenLastRunTime) {
      if (seenLastRunTime !== null && seenLastRunTime >= runTime) return true;
      const itemKey = { pk: checkpointKeys.seriesRegistry(acdName, kind), sk: series };
      const seen = seenLastRunTime === null ? null : await table.read(itemKey);
      const item: SeriesItem = {
        ...itemKey,
        firstRunTime: seen === null ? runTime : readText(seen, 'firstRunTime'),
        lastRunTime: runTime,
        updatedAt: updatedAt(),
      };
      return table.writeIf({ ...item }, seenLastRunTime === null ? {} : { lastRunTime: seenLastRunTime });
    },
    async readArrival(key) {
      const item = await table.read(coverageKey(key));
      return item === null ? null : toArrival(item);
    },
    writeArrival(key, { spacing, ...arrival }, seen) {
      const item: CoverageItem = {
        ...coverageKey(key),
        ...arrival,
        ...spacing,
        updatedAt: updatedAt(),
        expiresAtEpochSeconds: Math.floor(table.nowMs() / 1000) + checkpointDays * 86_400,
      };
      return table.writeIf(
        { ...item },
        seen === null ? {} : { sourceVersion: seen.sourceVersion, status: seen.status },
      );
    },
    async listArrivals({ kind, series }, from, to) {
      const items = await table.list(checkpointKeys.coverage(acdName, kind, series), from, to);
      return items.map((item) => ({ ...toArrival(item), runTime: readText(item, 'sk') }));
    },
    async listSeries(kind) {
      return (await listRegistry(kind)).map((item) => readText(item, 'sk'));
    },
    async listSpans(kind) {
      const items = await listRegistry(kind);
      return items.map((item) => ({
        kind,
        series: readText(item, 'sk'),
        firstRunTime: readText(item, 'firstRunTime'),
      }));
    },
  };
}

function toArrival(item: Record<string, unknown>): Arrival {
  return {
    reportId: readText(item, 'reportId'),
    sourceVersion: readText(item, 'sourceVersion'),
    spacing: {
      verdict: readWord(item, 'verdict', spacingVerdicts),
      missing: readTexts(item, 'missing'),
      missingCount: readCount(item, 'missingCount'),
    },
    status: readWord(item, 'status', coverageStatuses),
    ...('rowCount' in item ? { rowCount: readCount(item, 'rowCount') } : {}),
    ...('rejectedRowCount' in item ? { rejectedRowCount: readCount(item, 'rejectedRowCount') } : {}),
  };
}
