// One logger and one set of metrics a process.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricNamespace, metricTable, type MetricKind, type MetricName } from '../../../schemas/metrics.ts';

export type MetricCounts = Readonly<Partial<Record<MetricName, number>>>;

/** Adds values under a report kind; null where none is meant. Metrics of the whole connector are published without the kind either way. */
export type CountMetrics = (reportKind: MetricKind | null, counts: MetricCounts) => void;

export interface MetricRecorder {
  readonly count: CountMetrics;
  /** Writes what was counted since the last time, one line a report kind; nothing when nothing was counted. */
  readonly publish: () => void;
}

// One customer's figures are told from another's by this name alone.
const serviceName = process.env['POWERTOOLS_SERVICE_NAME'] ?? metricNamespace;

const units = { Count: MetricUnit.Count, Milliseconds: MetricUnit.Milliseconds, Seconds: MetricUnit.Seconds } as const;

const isMetricName = (name: string): name is MetricName => Object.hasOwn(metricTable, name);

/**
 * Metrics in memory until they are published as log lines CloudWatch reads, so that no call waits for them. Each report kind has its own
 * set: several kinds in one invocation do not mix.
 */
export function createMetricRecorder(service: string): MetricRecorder {
  const sets = new Map<MetricKind | null, Metrics>();
  const logged = new Map<MetricKind | null, Map<MetricName, number>>();

  const openSet = (reportKind: MetricKind | null): Metrics => {
    const known = sets.get(reportKind);
    if (known !== undefined) return known;
    const set = new Metrics({
      namespace: metricNamespace,
      serviceName: service,
      ...(reportKind === null ? {} : { defaultDimensions: { reportKind } }),
    });
    sets.set(reportKind, set);
    return set;
  };

  const addLogged = (reportKind: MetricKind | null, name: MetricName, value: number): void => {
    const counts = logged.get(reportKind) ?? new Map<MetricName, number>();
    logged.set(reportKind, counts.set(name, (counts.get(name) ?? 0) + value));
  };

  const add = (reportKind: MetricKind | null, name: MetricName, value: number): void => {
    const { scope, unit, hasZeros } = metricTable[name];
    if (value === 0 && !hasZeros) return;
    if (scope === 'log') addLogged(reportKind, name, value);
    else openSet(scope === 'service' ? null : reportKind).addMetric(name, units[unit], value);
  };

  return {
    count: (reportKind, counts) => {
      for (const [name, value] of Object.entries(counts)) if (isMetricName(name)) add(reportKind, name, value);
    },
    publish: () => {
      for (const [reportKind, set] of sets) {
        if (!set.hasStoredMetrics()) continue;
        for (const [name, value] of logged.get(reportKind) ?? []) set.addMetadata(name, String(value));
        set.publishStoredMetrics();
      }
      logged.clear();
    },
  };
}

export const logger = new Logger({ serviceName });

/** Published when the invocation ends, by the stack all functions share. */
export const { count: countMetrics, publish: publishMetrics } = createMetricRecorder(serviceName);
