// Where a figure is found in CloudWatch: the connector's own metrics by their table, and those AWS keeps of queues and functions.
import { metricNamespace, type MetricKind, type MetricName, type metricTable } from '../../schemas/metrics.ts';

/** Logical ids of the queues whose depth says something. */
export type QueueId =
  | 'HistoricalQueue'
  | 'HistoricalDlq'
  | 'FailedExecutionsQueue'
  | 'QuarantineQueue'
  | 'AgentEventDlq'
  | 'AgentEventDiscardsQueue';

/** Functions by their key; the one of the custom resource is left out: CloudFormation itself tells of its failures. */
export const monitoredFunctions = [
  ...['start-ingest', 'classify-report', 'claim-checkpoint', 'validate-spacing', 'transform-rows', 'deliver-batch'],
  ...['complete-report', 'quarantine-report', 'agent-events', 'report-feed-health', 'watch-intervals'],
] as const;

export interface MonitoredMetric {
  readonly namespace: string;
  readonly name: string;
  /** A value is a text, or stands for the name of a queue of the stack. */
  readonly dimensions: readonly (readonly [name: string, value: string | { readonly nameOf: QueueId }])[];
}

type NameWithScope<S extends string> = {
  [N in MetricName]: (typeof metricTable)[N]['scope'] extends S ? N : never;
}[MetricName];

/** First part of every name in the stack of a stage, and of its alarms. */
export const toStackName = (stage: string): string => `${metricNamespace}-${stage}`;

/** One of the connector's own that is published for the whole connector. */
export const serviceMetric = (stage: string, name: NameWithScope<'service'>): MonitoredMetric => ({
  namespace: metricNamespace,
  name,
  dimensions: [['service', toStackName(stage)]],
});

/** One of the connector's own that is published by report kind. */
export const kindMetric = (stage: string, name: NameWithScope<'kind'>, kind: MetricKind): MonitoredMetric => ({
  namespace: metricNamespace,
  name,
  dimensions: [
    ['service', toStackName(stage)],
    ['reportKind', kind],
  ],
});

/** Messages waiting in a queue. */
export const queueDepth = (queue: QueueId): MonitoredMetric => ({
  namespace: 'AWS/SQS',
  name: 'ApproximateNumberOfMessagesVisible',
  dimensions: [['QueueName', { nameOf: queue }]],
});

/** `IteratorAge` is in milliseconds and of agent-events alone. */
export const functionMetric = (
  stage: string,
  functionName: string,
  name: 'Errors' | 'Throttles' | 'IteratorAge',
): MonitoredMetric => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: [['FunctionName', `${toStackName(stage)}-${functionName}`]],
});
