// What the watch keeps from one run to the next: missing intervals, executions that failed, and where it stands itself.
import {
  checkpointKeys,
  failedExecutionVerdicts,
  missingStatuses,
  type FailedExecutionItem,
  type FailedExecutionVerdict,
  type MissingItem,
  type WatchItem,
} from '../../../schemas/checkpoint-items.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import type { ExecutionUpload } from '../domain/coverage/failed-executions.ts';
import type { MissingEntry } from '../domain/coverage/missing-intervals.ts';
import type { CheckpointTable } from './checkpoint-table.ts';
import { readText, readWord } from './item-fields.ts';

export interface SeriesMissingEntry extends MissingEntry {
  readonly series: string;
}

export interface KnownFailure {
  readonly executionName: string;
  readonly verdict: FailedExecutionVerdict;
  readonly stoppedAt: string;
  /** null with NO_UPLOAD. */
  readonly upload: ExecutionUpload | null;
  readonly firstNoticedAt: string;
}

export interface WatchState {
  readonly firstRunAt: string;
  readonly lastRunAt: string;
  /** Bucket and folder that were watched; null where it was not written down. */
  readonly source: string | null;
  readonly listAfterKey: string | null;
}

export interface WatchLedger {
  /** Intervals that were missing once, of all series of the kind, in order. */
  listMissing(kind: ReportKind): Promise<SeriesMissingEntry[]>;
  writeMissing(kind: ReportKind, entry: SeriesMissingEntry): Promise<void>;
  /** By name. */
  listFailures(): Promise<KnownFailure[]>;
  writeFailure(failure: KnownFailure): Promise<void>;
  /** null before the first run. */
  readState(): Promise<WatchState | null>;
  writeState(state: WatchState): Promise<void>;
}

const first = ' ';
const last = '\u{10FFFF}';

/** @throws {CheckpointUnavailableError} {AccessDeniedError} {ConfigError} from every method. */
export function createWatchLedger(table: CheckpointTable, acdName: string, checkpointDays: number): WatchLedger {
  const times = () => ({
    updatedAt: new Date(table.nowMs()).toISOString(),
    expiresAtEpochSeconds: Math.floor(table.nowMs() / 1000) + checkpointDays * 86_400,
  });
  const stateKey = { pk: checkpointKeys.watch(acdName), sk: checkpointKeys.watchState };

  return {
    async listMissing(kind) {
      return (await table.list(checkpointKeys.missing(acdName, kind), first, last)).map(toMissingEntry);
    },
    async writeMissing(kind, { intervalStart, series, status, firstNoticedAt, healedAt }) {
      const item: MissingItem = {
        pk: checkpointKeys.missing(acdName, kind),
        sk: checkpointKeys.interval(intervalStart, series),
        ...{ status, firstNoticedAt },
        ...(healedAt === null ? {} : { healedAt }),
        ...times(),
      };
      await table.write({ ...item });
    },
    async listFailures() {
      return (await table.list(checkpointKeys.failedExecutions(acdName), first, last)).map(toKnownFailure);
    },
    async writeFailure({ executionName, upload, ...facts }) {
      const item: FailedExecutionItem = {
        pk: checkpointKeys.failedExecutions(acdName),
        sk: executionName,
        ...facts,
        ...upload,
        ...times(),
      };
      await table.write({ ...item });
    },
    async readState() {
      const item = await table.read(stateKey);
      if (item === null) return null;
      return {
        firstRunAt: readText(item, 'firstRunAt'),
        lastRunAt: readText(item, 'lastRunAt'),
        source: 'source' in item ? readText(item, 'source') : null,
        listAfterKey: 'listAfterKey' in item ? readText(item, 'listAfterKey') : null,
      };
    },
    async writeState({ source, listAfterKey, ...instants }) {
      const item: WatchItem = {
        ...stateKey,
        ...instants,
        ...(source === null ? {} : { source }),
        ...(listAfterKey === null ? {} : { listAfterKey }),
      };
      await table.write({ ...item });
    },
  };
}

function toMissingEntry(item: Record<string, unknown>): SeriesMissingEntry {
  const [intervalStart = '', series = ''] = readText(item, 'sk').split(/#(.*)/s);
  return {
    ...{ intervalStart, series },
    status: readWord(item, 'status', missingStatuses),
    firstNoticedAt: readText(item, 'firstNoticedAt'),
    healedAt: 'healedAt' in item ? readText(item, 'healedAt') : null,
  };
}

function toKnownFailure(item: Record<string, unknown>): KnownFailure {
  const verdict = readWord(item, 'verdict', failedExecutionVerdicts);
  return {
    executionName: readText(item, 'sk'),
    verdict,
    stoppedAt: readText(item, 'stoppedAt'),
    firstNoticedAt: readText(item, 'firstNoticedAt'),
    upload:
      verdict === 'NO_UPLOAD'
        ? null
        : {
            bucket: readText(item, 'bucket'),
            key: readText(item, 'key'),
            etag: readText(item, 'etag'),
            uploadedAt: readText(item, 'uploadedAt'),
            revision: readText(item, 'revision'),
          },
  };
}
