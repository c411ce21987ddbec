// What goes red, when, and what it means: the table the alarms, the dashboard's thresholds and the tests are made from.
// Each rule looks at one metric: how CloudWatch adds metrics of which one is missing is not documented well enough to rely on.
import { reportKinds } from '../../schemas/report-kind.ts';
import type { Customer } from './customer.ts';
import {
  functionMetric,
  kindMetric,
  monitoredFunctions,
  queueDepth,
  serviceMetric,
  type MonitoredMetric,
} from './monitored-metrics.ts';

export type MonitoredCustomer = Pick<Customer, 'EnableCloudWatchAlarms' | 'alarms' | 'schedules' | 'limits'> & {
  readonly derived: Pick<Customer['derived'], 'stage' | 'alarmEmails'>;
};

export interface AlarmRule {
  /** Behind the stack's name. */
  readonly name: string;
  readonly metric: MonitoredMetric;
  readonly statistic: 'Maximum' | 'Sum' | 'Average';
  /** `atLeast` goes off at the threshold, `below` under it. */
  readonly comparison: 'atLeast' | 'below';
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /**
   * `ignore` keeps the state: of a figure that is published as 0 once all is well (an idle queue publishes nothing after 6 hours, however
   * full it is). `notBreaching`: of events; none is published when none happened. `breaching`: the silence is the alarm.
   */
  readonly missingData: 'ignore' | 'notBreaching' | 'breaching';
  /** True where the end of the alarm is no recovery, so that no mail may say so. */
  readonly isOnset: boolean;
  /** What it means for the customer, in two sentences. */
  readonly meaning: string;
  /** Page of docs/runbook. */
  readonly page: string;
}

type Given = Pick<AlarmRule, 'name' | 'metric' | 'meaning'> & Partial<AlarmRule>;

/** A state: red while the last figure is too high, green as soon as it is not. */
const state = (rule: Given): AlarmRule => ({
  ...{ statistic: 'Maximum', comparison: 'atLeast', threshold: 1, periodSeconds: 300, evaluationPeriods: 1 },
  ...{ datapointsToAlarm: 1, missingData: 'ignore', isOnset: false, page: rule.name, ...rule },
});

/** Events: red from the first period with too many until an hour has passed without. */
const events = (rule: Given): AlarmRule => ({
  ...state(rule),
  ...{ statistic: 'Sum', periodSeconds: 900, evaluationPeriods: 4, missingData: 'notBreaching', ...rule },
});

/** Every rule for one customer, in the order an operator should look at them. */
export function listAlarmRules(customer: MonitoredCustomer): AlarmRule[] {
  return [...listReportRules(customer), ...listAgentRules(customer), ...listFunctionRules(customer)];
}

function listReportRules({ alarms, schedules, derived }: MonitoredCustomer): AlarmRule[] {
  const { stage } = derived;
  const watchSeconds = schedules.watchMinutes * 60;
  const silentRunCount = Math.max(2, Math.ceil(alarms.watchSilentMinutes / schedules.watchMinutes));
  return [
    state({
      name: 'failed-executions',
      metric: queueDepth('FailedExecutionsQueue'),
      meaning:
        'A report file stopped on its way to CXone WFM and its figures are missing there. Remove the cause, then redrive the execution within 14 days.',
    }),
    state({
      name: 'failed-executions-open',
      page: 'failed-executions',
      metric: serviceMetric(stage, 'ExecutionsFailed'),
      periodSeconds: watchSeconds,
      meaning:
        'The watch found executions that failed and were not redriven, also those whose message was lost. Figures of these report files are missing in CXone WFM.',
    }),
    ...reportKinds.map((kind) =>
      state({
        name: `missing-reports-${kind.toLowerCase()}`,
        page: 'missing-reports',
        metric: kindMetric(stage, 'IntervalsMissing', kind),
        threshold: alarms.missingIntervalCount,
        periodSeconds: watchSeconds,
        meaning: `Amazon Connect wrote no ${kind} report for one or more intervals, and planners see gaps there. A later report that reaches back that far, or an uploaded one, fills them.`,
      }),
    ),
    state({
      name: 'quarantined-reports',
      metric: queueDepth('QuarantineQueue'),
      meaning:
        'A report file was refused as a whole and nothing of it was delivered. Correct the report in Amazon Connect and upload the file again: a redrive does not help.',
    }),
    events({
      name: 'quarantined-reports-new',
      page: 'quarantined-reports',
      metric: serviceMetric(stage, 'ReportsQuarantined'),
      evaluationPeriods: 1,
      isOnset: true,
      meaning:
        'One more report file was refused as a whole within the last 15 minutes. It goes green by itself while the file stays in quarantine.',
    }),
    events({
      name: 'rejected-rows',
      metric: serviceMetric(stage, 'RowsRejected'),
      threshold: alarms.rejectedRowCount,
      meaning:
        'Rows of a report could not be used, and these queues or agents have no figures for the interval in CXone WFM. All other rows were delivered.',
    }),
    events({
      name: 'rejected-records',
      page: 'rejected-rows',
      metric: serviceMetric(stage, 'RecordsRejected'),
      threshold: alarms.rejectedRowCount,
      meaning:
        'The hub refused figures of single queues or agents, and they are missing in CXone WFM. Often the queue or the agent is not set up there.',
    }),
    events({
      name: 'mixed-direction',
      metric: serviceMetric(stage, 'RowsMixedDirection'),
      threshold: alarms.mixedDirectionRowCount,
      meaning:
        'A queue had inbound and outbound contacts in one interval, which CXone WFM cannot take, so its figures were held back. Separate the directions in Amazon Connect, or set figures.mixedDirection.',
    }),
    state({
      name: 'historical-dlq',
      metric: queueDepth('HistoricalDlq'),
      meaning:
        'The connector was told of a report file and could not start its work, so the figures are missing in CXone WFM. Nothing is lost: the message waits for 14 days.',
    }),
    state({
      name: 'watch-silent',
      metric: serviceMetric(stage, 'WatchRuns'),
      ...{ statistic: 'Sum', comparison: 'below', missingData: 'breaching', periodSeconds: watchSeconds },
      ...{ evaluationPeriods: silentRunCount, datapointsToAlarm: silentRunCount },
      meaning:
        'The function that looks for missing reports has not finished a run. Until it does, missing intervals and failed executions are noticed by nobody.',
    }),
    state({
      name: 'bucket-events-off',
      metric: serviceMetric(stage, 'BucketEventsOff'),
      periodSeconds: watchSeconds,
      meaning:
        'The bucket of the reports no longer tells Amazon EventBridge of new files. The watch still finds and delivers them, but late.',
    }),
  ];
}

function listAgentRules({ alarms, schedules, derived }: MonitoredCustomer): AlarmRule[] {
  const { stage } = derived;
  // A heartbeat in every period, so that a quiet night neither hides a hub that is down nor keeps one red that is back.
  const heartbeatSeconds = Math.max(300, schedules.feedHealthMinutes * 60);
  return [
    state({
      name: 'hub-errors',
      metric: serviceMetric(stage, 'HubErrors'),
      statistic: 'Average',
      threshold: alarms.hubErrorPercent / 100,
      ...{ periodSeconds: heartbeatSeconds, evaluationPeriods: 3, datapointsToAlarm: 3 },
      meaning:
        'Calls to the Engagement Hub keep failing, so that figures and agent states arrive late or not at all. What failed is kept and sent again.',
    }),
    state({
      name: 'agent-events-iterator-age',
      metric: functionMetric(stage, 'agent-events', 'IteratorAge'),
      threshold: alarms.iteratorAgeSeconds * 1000,
      ...{ periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 3, missingData: 'notBreaching' },
      meaning:
        'Agent states reach CXone WFM late, and the real-time adherence screen shows what was. Nothing is lost while the delay stays below the age limit of the events.',
    }),
    state({
      name: 'agent-feed-silent',
      page: 'agent-events-iterator-age',
      metric: kindMetric(stage, 'AgentsCutOff', 'AGENT_STATES'),
      threshold: alarms.cutOffAgentCount,
      ...{ periodSeconds: heartbeatSeconds, evaluationPeriods: 2, datapointsToAlarm: 2 },
      meaning:
        'No agent event arrives although agents are signed in, and the real-time adherence screen keeps their last states. The stream, its mapping to the function or the right to read it is broken.',
    }),
    state({
      name: 'agent-event-dlq',
      metric: queueDepth('AgentEventDlq'),
      meaning:
        'Single agent events could not be used and were set aside with their reason. The states of these agents may be wrong until their next event.',
    }),
    state({
      name: 'agent-event-discards',
      metric: queueDepth('AgentEventDiscardsQueue'),
      meaning:
        'Agent events grew too old before they could be delivered and were set aside with their payload. These state changes are missing in CXone WFM.',
    }),
  ];
}

function listFunctionRules({ alarms, schedules, limits, derived }: MonitoredCustomer): AlarmRule[] {
  const { stage } = derived;
  const rhythms: Record<string, number> = {
    'report-feed-health': schedules.feedHealthMinutes,
    'watch-intervals': schedules.watchMinutes,
  };
  // Its own limit refuses runs on purpose; the state machine repeats them.
  const throttled = monitoredFunctions.filter(
    (name) => name !== 'deliver-batch' || limits.deliverConcurrency === undefined,
  );
  return [
    ...monitoredFunctions.map((name) =>
      events({
        name: `function-errors-${name}`,
        page: 'function-errors',
        metric: functionMetric(stage, name, 'Errors'),
        // A function that runs every hour cannot fail five times in 15 minutes.
        threshold: Math.min(alarms.functionErrorCount, Math.max(1, Math.floor(15 / (rhythms[name] ?? 1)))),
        evaluationPeriods: 1,
        meaning: `The function ${name} keeps failing. What it works on is kept and tried again, but arrives late in CXone WFM.`,
      }),
    ),
    ...throttled.map((name) =>
      events({
        name: `function-throttles-${name}`,
        page: 'function-throttles',
        metric: functionMetric(stage, name, 'Throttles'),
        threshold: alarms.functionThrottleCount,
        evaluationPeriods: 1,
        meaning: `AWS refuses runs of the function ${name} because the account's concurrent runs are used up. What it works on arrives late in CXone WFM.`,
      }),
    ),
  ];
}
