// The stores in the checkpoint table, opened by what the environment and the settings name.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Settings } from '../../../schemas/settings.ts';
import { createCheckpointTable } from '../io/checkpoint-table.ts';
import { createIntervalLedger, type IntervalLedger } from '../io/interval-ledger-store.ts';
import { createReportCheckpoints, type ReportCheckpoints } from '../io/report-checkpoints.ts';
import { createSeriesLedger, type SeriesLedger } from '../io/series-ledger.ts';
import { createWatchLedger, type WatchLedger } from '../io/watch-ledger.ts';
import { toClientOptions } from './clients.ts';
import { requireVariable, type Environment } from './environment.ts';

export interface Tables {
  readonly checkpoints: ReportCheckpoints;
  readonly ledger: SeriesLedger;
  readonly intervals: IntervalLedger;
  readonly watchLedger: WatchLedger;
}

/** @throws {ConfigError} when the table's name is missing */
export function openTables(environment: Environment, { acd, keep }: Pick<Settings, 'acd' | 'keep'>): Tables {
  const client = new DynamoDBClient(toClientOptions(environment, 'DYNAMODB'));
  const table = createCheckpointTable(client, requireVariable(environment, 'CHECKPOINT_TABLE'));
  return {
    checkpoints: createReportCheckpoints(table, acd.name, keep.checkpointDays),
    ledger: createSeriesLedger(table, acd.name, keep.checkpointDays),
    intervals: createIntervalLedger(table, acd.name, keep.checkpointDays),
    watchLedger: createWatchLedger(table, acd.name, keep.checkpointDays),
  };
}
