// Every figure the connector publishes to CloudWatch. Emitters, alarms and the dashboard take their names from here.
import { reportKinds } from './report-kind.ts';

/** Namespace of all of them, and first part of every name in AWS. */
export const metricNamespace = 'acdhub-amazon-connector';

/** Values of the dimension `reportKind`. Nothing finer is a dimension: queues and agents would cost more than the connector. */
export const metricKinds = [...reportKinds, 'AGENT_STATES'] as const;

export type MetricKind = (typeof metricKinds)[number];

interface Metric {
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** `kind`: a metric for each report kind; `service`: one for the whole connector; `log`: a field of the log line alone, which costs no metric. */
  readonly scope: 'kind' | 'service' | 'log';
  /** Whether 0 says something (a state that has cleared, a call that went well), or is left out like an event that did not happen. */
  readonly hasZeros: boolean;
}

const event = { unit: 'Count', scope: 'kind', hasZeros: false } as const satisfies Metric;
const serviceEvent = { ...event, scope: 'service' } as const satisfies Metric;
const logged = { ...event, scope: 'log' } as const satisfies Metric;
const serviceState = { unit: 'Count', scope: 'service', hasZeros: true } as const satisfies Metric;

export const metricTable = {
  ReportsDelivered: event,
  RowsRead: event,
  RecordsDelivered: event,
  /** From the end of the newest interval of a live file to the hub's acknowledgement of the whole file. */
  IntervalToHubSeconds: { unit: 'Seconds', scope: 'kind', hasZeros: true },
  /** Intervals that no file covers now; the watch counts them on each run. */
  IntervalsMissing: { unit: 'Count', scope: 'kind', hasZeros: true },
  /** One request to the hub, from sending to the last byte of its answer; without the token's. */
  HubLatencyMs: { unit: 'Milliseconds', scope: 'kind', hasZeros: true },

  ReportsQuarantined: serviceEvent,
  RowsRejected: serviceEvent,
  RowsMixedDirection: serviceEvent,
  /** Refused by the hub, by name. */
  RecordsRejected: serviceEvent,
  RowsOutOfScope: logged,

  /** 1 for a call that failed after its repeats, 0 for one the hub answered: the average is the share of failed calls. */
  HubErrors: serviceState,
  /** Requests beyond the first of a call: after a Retry-After, or with a new token. */
  HubRetries: serviceEvent,

  AgentEventsReceived: event,
  AgentEventsDelivered: event,
  AgentEventsDeadLettered: event,
  AgentEventsUnmapped: event,
  /** Of the oldest event of a batch whose transitions the hub has acknowledged: from its EventTimestamp to then. */
  AgentEventAgeSeconds: { unit: 'Seconds', scope: 'kind', hasZeros: true },
  AgentsStale: { ...event, hasZeros: true },
  /** Signed-in agents that fell silent together with the whole stream: it, or its mapping, stands still. */
  AgentsCutOff: { ...event, hasZeros: true },
  AgentEventsUnchanged: logged,
  AgentEventsCoalesced: logged,
  AgentEventsOutOfScope: logged,
  AgentEventsDuplicate: logged,
  AgentEventsStale: logged,
  AgentEventsUnnamed: logged,

  /** Runs of the watch that went through; a missing one is an alarm. */
  WatchRuns: serviceEvent,
  /** Files that had no event and were started by the watch. */
  LostFilesStarted: logged,
  /** What did not fit into one run of the watch and is left to the next; each is a line in the log. */
  WatchLimitsHit: logged,
  /** Executions that failed and were not healed since, quarantined files left out; the watch counts them on each run. */
  ExecutionsFailed: serviceState,
  /** 1 while the bucket does not announce its objects to EventBridge. */
  BucketEventsOff: serviceState,
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metricTable;
