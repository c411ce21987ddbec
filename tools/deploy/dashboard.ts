// One page for an operator: what came in, what went out, how late, and what is stuck. Every figure is one the alarms know.
import { reportKinds } from '../../schemas/report-kind.ts';
import type { AlarmRule } from './alarm-rules.ts';
import {
  functionMetric,
  kindMetric,
  monitoredFunctions,
  queueDepth,
  serviceMetric,
  toStackName,
  type MonitoredMetric,
} from './monitored-metrics.ts';

interface Line {
  readonly metric: MonitoredMetric;
  readonly label: string;
  readonly statistic: string;
  readonly isRightAxis?: true;
}

interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Name of the alarm whose threshold is drawn. */
  readonly alarm?: string;
  readonly note?: { readonly label: string; readonly value: number };
}

const graphHeight = 6;
const graphWidth = 8;
const introHeight = 7;
const alarmsHeight = 6;
/** When planners see an interval in CXone WFM, counted from its end. */
const visibleInWfmSeconds = 1500;

function listGraphs(stage: string): Graph[] {
  const byKind = (...args: [Parameters<typeof kindMetric>[1], string, string?]): Line[] =>
    reportKinds.map((kind) => ({
      metric: kindMetric(stage, args[0], kind),
      label: `${kind}${args[2] ?? ''}`,
      statistic: args[1],
    }));
  const agents = (name: Parameters<typeof kindMetric>[1], label: string, statistic = 'Sum'): Line => ({
    metric: kindMetric(stage, name, 'AGENT_STATES'),
    label,
    statistic,
  });
  const whole = (name: Parameters<typeof serviceMetric>[1], label: string, statistic = 'Sum'): Line => ({
    metric: serviceMetric(stage, name),
    label,
    statistic,
  });
  const depth = (queue: Parameters<typeof queueDepth>[0], label: string): Line => ({
    metric: queueDepth(queue),
    label,
    statistic: 'Maximum',
  });
  const ofFunctions = (name: 'Errors' | 'Throttles'): Line[] =>
    monitoredFunctions.map((key) => ({ metric: functionMetric(stage, key, name), label: key, statistic: 'Sum' }));
  return [
    { title: 'Report files delivered', lines: byKind('ReportsDelivered', 'Sum') },
    {
      title: 'Rows read, records delivered (unchanged ones are not sent again)',
      lines: [...byKind('RowsRead', 'Sum', ' rows'), ...byKind('RecordsDelivered', 'Sum', ' records')],
    },
    {
      title: 'Seconds from interval end to hub (of which Amazon Connect takes 360 to 960)',
      lines: [
        ...byKind('IntervalToHubSeconds', 'p50', ' median'),
        ...byKind('IntervalToHubSeconds', 'Maximum', ' most'),
      ],
      note: { label: 'shown in WFM by now', value: visibleInWfmSeconds },
    },
    {
      title: 'Intervals missing now',
      lines: byKind('IntervalsMissing', 'Maximum'),
      alarm: `missing-reports-${reportKinds[0].toLowerCase()}`,
    },
    {
      title: 'Rejects',
      lines: [
        whole('RowsRejected', 'rows rejected'),
        whole('RowsMixedDirection', 'rows with mixed direction'),
        whole('RecordsRejected', 'records refused by the hub'),
      ],
      alarm: 'rejected-rows',
    },
    {
      title: 'Executions failed and not healed, files quarantined',
      lines: [whole('ExecutionsFailed', 'failed now', 'Maximum'), whole('ReportsQuarantined', 'newly quarantined')],
      alarm: 'failed-executions-open',
    },
    {
      title: 'Agent events',
      lines: [
        agents('AgentEventsReceived', 'received'),
        agents('AgentEventsDelivered', 'delivered'),
        agents('AgentEventsUnmapped', 'with a state not in the table'),
        agents('AgentEventsDeadLettered', 'to the DLQ'),
      ],
    },
    {
      title: 'Age of agent events at the hub (s), lag behind the stream (ms, right)',
      lines: [
        agents('AgentEventAgeSeconds', 'age, median', 'p50'),
        agents('AgentEventAgeSeconds', 'age, most', 'Maximum'),
        {
          ...{ metric: functionMetric(stage, 'agent-events', 'IteratorAge'), label: 'lag', statistic: 'Maximum' },
          isRightAxis: true,
        },
      ],
      alarm: 'agent-events-iterator-age',
    },
    {
      title: 'Silent agents',
      lines: [
        agents('AgentsStale', 'signed in and silent', 'Maximum'),
        agents('AgentsCutOff', 'silent with the whole stream', 'Maximum'),
      ],
      alarm: 'agent-feed-silent',
    },
    {
      title: 'Latency of the hub (ms)',
      lines: [
        ...byKind('HubLatencyMs', 'p95', ' p95'),
        agents('HubLatencyMs', 'agent states p50', 'p50'),
        agents('HubLatencyMs', 'agent states p95', 'p95'),
      ],
    },
    {
      title: 'Calls to the hub: failed, repeated requests, all (right)',
      lines: [
        whole('HubErrors', 'failed'),
        whole('HubRetries', 'repeated requests'),
        { ...whole('HubErrors', 'all', 'SampleCount'), isRightAxis: true },
      ],
    },
    {
      title: 'Share of failed calls to the hub (1 = all)',
      lines: [whole('HubErrors', 'failed', 'Average')],
      alarm: 'hub-errors',
    },
    {
      title: 'Waiting in the queues (0 is well; report files pass through the first)',
      lines: [
        depth('HistoricalQueue', 'report files to start'),
        depth('HistoricalDlq', 'Historical DLQ'),
        depth('FailedExecutionsQueue', 'failed executions'),
        depth('QuarantineQueue', 'quarantine'),
        depth('AgentEventDlq', 'agent event DLQ'),
        depth('AgentEventDiscardsQueue', 'agent event discards'),
      ],
    },
    { title: 'Failed runs of the functions', lines: ofFunctions('Errors') },
    { title: 'Runs refused by AWS', lines: ofFunctions('Throttles') },
    {
      title: 'The watch: good runs, bucket events off',
      lines: [whole('WatchRuns', 'good runs'), whole('BucketEventsOff', 'bucket events off', 'Maximum')],
    },
  ];
}

/** Inside Fn::Sub, which fills in the queues' names. */
const toSource = ({ namespace, name, dimensions }: MonitoredMetric): string[] => [
  namespace,
  name,
  ...dimensions.flatMap(([key, value]) => [key, typeof value === 'string' ? value : `\${${value.nameOf}.QueueName}`]),
];

function toWidget(graph: Graph, index: number, top: number, rules: readonly AlarmRule[]) {
  const { title, lines, alarm, note } = graph;
  const rule = rules.find(({ name }) => name === alarm);
  const isRight =
    rule !== undefined && lines.some(({ isRightAxis, metric }) => isRightAxis && metric.name === rule.metric.name);
  const horizontal = [
    ...(rule === undefined
      ? []
      : [{ label: 'alarm', value: rule.threshold, color: '#d13212', ...(isRight ? { yAxis: 'right' } : {}) }]),
    ...(note === undefined ? [] : [{ ...note, color: '#7f7f7f' }]),
  ];
  return {
    type: 'metric',
    ...{
      x: (index % 3) * graphWidth,
      y: top + Math.floor(index / 3) * graphHeight,
      width: graphWidth,
      height: graphHeight,
    },
    properties: {
      title,
      ...{ view: 'timeSeries', stacked: false, region: '${AWS::Region}', period: 300 },
      yAxis: { left: { min: 0 }, right: { min: 0 } },
      metrics: lines.map(({ metric, label, statistic, isRightAxis }) => [
        ...toSource(metric),
        { label, stat: statistic, ...(isRightAxis ? { yAxis: 'right' } : {}) },
      ]),
      ...(horizontal.length === 0 ? {} : { annotations: { horizontal } }),
    },
  };
}

function toIntro(stage: string, rules: readonly AlarmRule[], hasAlarms: boolean): string {
  const pages = [...new Set(rules.map(({ page }) => page))];
  return [
    `# Amazon Connect to CXone WFM: ${stage}`,
    `What is stuck, and what to do: \`npx acdhub status --stage ${stage}\`. Where a line is missing, nothing of its kind happened. ` +
      (hasAlarms ? 'Alarms are sent by e-mail.' : '**Alarms are off**: nobody is told of what is shown here.'),
    '',
    'Runbook pages, by alarm:',
    pages.map((page) => `\`docs/runbook/${page}.md\``).join(' · '),
  ].join('\n');
}

/**
 * The dashboard of a stage.
 * @param rules whose thresholds are drawn, and whose states are shown where the alarms exist
 */
export function toDashboard(stage: string, rules: readonly AlarmRule[], hasAlarms: boolean) {
  const name = toStackName(stage);
  const alarmArn = `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}-`;
  const states = {
    ...{ type: 'alarm', x: 0, y: introHeight, width: 24, height: alarmsHeight },
    properties: { title: 'Alarms', sortBy: 'stateUpdatedTimestamp', alarms: rules.map((rule) => alarmArn + rule.name) },
  };
  const top = introHeight + (hasAlarms ? alarmsHeight : 0);
  const body = {
    start: '-PT24H',
    periodOverride: 'inherit',
    widgets: [
      {
        ...{ type: 'text', x: 0, y: 0, width: 24, height: introHeight },
        properties: { markdown: toIntro(stage, rules, hasAlarms) },
      },
      ...(hasAlarms ? [states] : []),
      ...listGraphs(stage).map((graph, index) => toWidget(graph, index, top, rules)),
    ],
  };
  return {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: { DashboardName: name, DashboardBody: { 'Fn::Sub': JSON.stringify(body) } },
  };
}
