// One connector as the commands see it, deployed or local: what it is set to, what its parts are called, and how to call them.
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createAgentStateStore, type AgentStateStore } from '../../functions/lib/io/agent-state-store.ts';
import { createCheckpointTable } from '../../functions/lib/io/checkpoint-table.ts';
import { createIntervalLedger, type IntervalLedger } from '../../functions/lib/io/interval-ledger-store.ts';
import { createReportCheckpoints, type ReportCheckpoints } from '../../functions/lib/io/report-checkpoints.ts';
import { createReportWorkflow, type ReportWorkflow } from '../../functions/lib/io/report-workflow.ts';
import { createSeriesLedger, type SeriesLedger } from '../../functions/lib/io/series-ledger.ts';
import { createSourceBucket, type SourceBucket } from '../../functions/lib/io/source-bucket.ts';
import { createStagingBucket, type StagingBucket } from '../../functions/lib/io/staging-bucket.ts';
import { createWatchLedger, type WatchLedger } from '../../functions/lib/io/watch-ledger.ts';
import type { Settings } from '../../schemas/settings.ts';

export interface DeploymentNames {
  readonly stateMachineArn: string;
  readonly sourceBucket: string;
  /** Empty: the whole bucket. */
  readonly sourcePrefix: string;
  readonly stagingBucket: string;
  readonly checkpointTable: string;
  readonly agentStateTable: string;
  readonly historicalQueueUrl: string;
  readonly historicalDlqUrl: string;
  readonly agentEventDlqUrl: string;
  readonly agentEventDiscardsQueueUrl: string;
  readonly failedExecutionsQueueUrl: string;
  readonly quarantineQueueUrl: string;
  /** null without alarms. */
  readonly alarmTopicArn: string | null;
  readonly hubSecretArn: string;
}

export interface DeploymentClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly sfn: SFNClient;
  readonly secretsManager: SecretsManagerClient;
  /** null where there are no alarms: the local stack. */
  readonly alarms: { readonly cloudWatch: CloudWatchClient; readonly sns: SNSClient } | null;
}

export interface Deployment {
  /** The stage, or `local`. */
  readonly label: string;
  /** What to type to mean it: `--stage acme`, `--local`. */
  readonly target: string;
  readonly settings: Settings;
  readonly names: DeploymentNames;
  readonly clients: DeploymentClients;
  /** How often a waiting command looks again. */
  readonly pollMs: number;
  /** A hub on http is one on this machine. */
  readonly allowHttpHub: boolean;
  close(): void;
}

export interface Stores {
  readonly checkpoints: ReportCheckpoints;
  readonly ledger: SeriesLedger;
  readonly intervals: Pick<IntervalLedger, 'list'>;
  readonly watchLedger: WatchLedger;
  readonly agentStates: AgentStateStore;
  readonly source: SourceBucket;
  readonly staging: StagingBucket;
  readonly workflow: ReportWorkflow;
}

/** The functions' own stores, over the operator's clients. */
export function openStores({ settings, names, clients }: Pick<Deployment, 'settings' | 'names' | 'clients'>): Stores {
  const { acd, keep, agentStates } = settings;
  const table = createCheckpointTable(clients.dynamoDb, names.checkpointTable);
  return {
    checkpoints: createReportCheckpoints(table, acd.name, keep.checkpointDays),
    ledger: createSeriesLedger(table, acd.name, keep.checkpointDays),
    intervals: createIntervalLedger(table, acd.name, keep.checkpointDays),
    watchLedger: createWatchLedger(table, acd.name, keep.checkpointDays),
    agentStates: createAgentStateStore(clients.dynamoDb, {
      tableName: names.agentStateTable,
      acdName: acd.name,
      keepDays: keep.checkpointDays,
      timelineDays: agentStates.timelineDays,
    }),
    source: createSourceBucket(clients.s3),
    staging: createStagingBucket(clients.s3, names.stagingBucket),
    workflow: createReportWorkflow(clients.sfn, names.stateMachineArn),
  };
}
