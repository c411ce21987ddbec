// One logger and one set of metrics a process.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const serviceName = 'acdhub-amazon-connector';

export const logger = new Logger({ serviceName });
export const metrics = new Metrics({ serviceName, namespace: serviceName });

/** Metrics by report kind and nothing finer: queues and agents as dimensions would cost more than the whole connector. */
export type CountMetrics = (reportKind: string, counts: Readonly<Record<string, number>>) => void;

/** Sent when the invocation ends; one invocation works on one report kind. */
export const countMetrics: CountMetrics = (reportKind, counts) => {
  metrics.addDimension('reportKind', reportKind);
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
};
