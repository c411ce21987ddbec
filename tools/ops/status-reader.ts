// The state of a connector at one glance: what arrived last, what is missing, what failed, what waits, who is not told.
import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { paginateListSubscriptionsByTopic } from '@aws-sdk/client-sns';
import { toWatchStartMs } from '../../functions/lib/domain/coverage/expected-intervals.ts';
import { intervalMs, toEpochMs, toInstant } from '../../functions/lib/domain/interval.ts';
import { mapConcurrently } from '../../functions/lib/io/concurrency.ts';
import { reportKinds, type ReportKind } from '../../schemas/report-kind.ts';
import { openStores, type Deployment, type Stores } from './deployment.ts';
import { createExecutionReader } from './executions/execution-reader.ts';
import { planAllFailed } from './executions/failed-executions.ts';
import { listQueues, type QueueName } from './queues/dead-letter-queues.ts';
import { countQueue } from './queues/held-queue.ts';

export interface SeriesStatus {
  readonly kind: ReportKind;
  readonly series: string;
  /** Start of the last interval whose own file was delivered; null when none was in the last two days of the series. */
  readonly lastDeliveredInterval: string | null;
  /** Starts of the intervals no file covers, in order; as the watch has found them. */
  readonly missing: readonly string[];
}

export interface Status {
  readonly acdName: string;
  readonly series: readonly SeriesStatus[];
  /** When the watch looked last; null when it never did, and then nothing is known of missing intervals. */
  readonly watchedAt: string | null;
  /** Failed executions whose files have not come through since; those of quarantined files are not among them. */
  readonly failedExecutions: readonly {
    readonly name: string;
    readonly error: string | null;
    readonly startedAt: string;
  }[];
  /** There are so many executions that ended badly, quarantined ones among them, that the older ones were not looked at. */
  readonly isFailedCut: boolean;
  readonly queues: readonly { readonly queue: QueueName; readonly messageCount: number }[];
  /** Uploads announced and not started yet. */
  readonly waitingUploadCount: number;
  readonly lastAgentEventAt: string | null;
  /** null where there are no alarms: not switched on, or the local stack. */
  readonly alarms: {
    readonly ringing: readonly {
      readonly name: string;
      /** Page below docs/runbook; null when its description names none. */
      readonly runbook: string | null;
    }[];
    /** Addresses that have not clicked the link in AWS's mail: nobody is told there. */
    readonly unconfirmedEmails: readonly string[];
  } | null;
}

const dayMs = 86_400_000;
const redriveWindowMs = 14 * dayMs;
const maxFailed = 200;
const callsAtOnce = 4;

async function readSeries({ ledger }: Stores, kind: ReportKind, series: string): Promise<string | null> {
  const lastRunTime = await ledger.readLastRunTime(kind, series);
  if (lastRunTime === null) return null;
  const from = toInstant(toEpochMs(lastRunTime) - 2 * dayMs);
  const arrivals = await ledger.listArrivals({ kind, series }, from, lastRunTime);
  const delivered = arrivals.findLast(({ status }) => status === 'DELIVERED');
  return delivered === undefined ? null : toInstant(toEpochMs(delivered.runTime) - intervalMs);
}

async function readKind(stores: Stores, kind: ReportKind, sinceMs: number): Promise<SeriesStatus[]> {
  const missing = (await stores.watchLedger.listMissing(kind)).filter(
    ({ status, intervalStart }) => status === 'MISSING' && toEpochMs(intervalStart) >= sinceMs,
  );
  // Also those that never sent a file and are missed.
  const names = [...(await stores.ledger.listSeries(kind)), ...missing.map((entry) => entry.series)];
  const series = [...new Set(names)].toSorted();
  return mapConcurrently(series, callsAtOnce, async (name) => ({
    ...{ kind, series: name },
    lastDeliveredInterval: await readSeries(stores, kind, name),
    missing: missing.filter((entry) => entry.series === name).map(({ intervalStart }) => intervalStart),
  }));
}

async function readAlarms({ clients, names, label }: Deployment): Promise<Status['alarms']> {
  if (clients.alarms === null || names.alarmTopicArn === null) return null;
  const { cloudWatch, sns } = clients.alarms;
  const ringing: { name: string; runbook: string | null }[] = [];
  const request = { AlarmNamePrefix: `acdhub-amazon-connector-${label}-`, StateValue: 'ALARM' } as const;
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudWatch }, request)) {
    ringing.push(
      ...MetricAlarms.map(({ AlarmName: name = '', AlarmDescription = '' }) => {
        const [, runbook = null] = /Runbook: (\S+)$/.exec(AlarmDescription) ?? [];
        return { name, runbook };
      }),
    );
  }
  const unconfirmedEmails: string[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: sns },
    { TopicArn: names.alarmTopicArn },
  )) {
    const pending = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation');
    unconfirmedEmails.push(...pending.flatMap(({ Endpoint }) => Endpoint ?? []));
  }
  return { ringing: ringing.toSorted((a, b) => a.name.localeCompare(b.name)), unconfirmedEmails };
}

/** Reads everything; every error of AWS passes through. */
export async function readStatus(deployment: Deployment, nowMs: number): Promise<Status> {
  const { clients, names, settings } = deployment;
  const stores = openStores(deployment);
  const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
  const watchStartMs = toWatchStartMs(settings, nowMs);
  const series = await mapConcurrently(reportKinds, callsAtOnce, (kind) => readKind(stores, kind, watchStartMs));
  // A redrive keeps the start: twice the window holds all that can still be redriven.
  const failed = await planAllFailed(reader, stores, {
    sinceMs: nowMs - 2 * redriveWindowMs,
    ...{ limit: maxFailed, lookLimit: maxFailed },
  });
  const lastEventMs = await stores.agentStates.readLastEventMs();
  const depth = async (url: string): Promise<number> => {
    const { waitingCount, heldCount } = await countQueue(clients.sqs, url);
    return waitingCount + heldCount;
  };
  return {
    acdName: settings.acd.name,
    series: series.flat(),
    watchedAt: (await stores.watchLedger.readState())?.lastRunAt ?? null,
    failedExecutions: failed.steps
      .filter(({ action }) => action !== 'leave')
      .map(({ execution: { name, error, startedAt } }) => ({ name, error, startedAt })),
    isFailedCut: failed.leftBefore !== null,
    queues: await mapConcurrently(listQueues(names), callsAtOnce, async ({ name, url }) => ({
      queue: name,
      messageCount: await depth(url),
    })),
    waitingUploadCount: await depth(names.historicalQueueUrl),
    lastAgentEventAt: lastEventMs === null ? null : toInstant(lastEventMs),
    alarms: await readAlarms(deployment),
  };
}
