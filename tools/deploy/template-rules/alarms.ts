// An alarm that can ring: on a metric somebody publishes, to people who are there, with a page that says what to do.
import { metricNamespace, metricTable } from '../../../schemas/metrics.ts';
import { at, listOf, listResources, toText, type Resource, type Template, type TemplateRule } from './template.ts';

/** Runbook pages, by their file names. */
export type RunbookPages = readonly string[];

const awsMetrics: Readonly<Record<string, { readonly dimension: string; readonly names: readonly string[] }>> = {
  'AWS/SQS': { dimension: 'QueueName', names: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'] },
  'AWS/Lambda': { dimension: 'FunctionName', names: ['Errors', 'Throttles', 'IteratorAge', 'Invocations', 'Duration'] },
  'AWS/States': {
    dimension: 'StateMachineArn',
    names: ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'],
  },
  'AWS/Kinesis': { dimension: 'StreamName', names: ['GetRecords.IteratorAgeMilliseconds', 'IncomingRecords'] },
};

interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** Values as `toText` writes them. */
  readonly dimensions: ReadonlyMap<string, string>;
}

function toMetric(value: unknown): Metric {
  return {
    namespace: toText(at(value, 'Namespace')),
    name: toText(at(value, 'MetricName')),
    dimensions: new Map(
      listOf(at(value, 'Dimensions')).map((each) => [toText(at(each, 'Name')), toText(at(each, 'Value'))]),
    ),
  };
}

/** Of an alarm on one metric, and of one on several with an expression. */
const listMetrics = ({ properties }: Resource) =>
  at(properties, 'MetricName') === undefined
    ? listOf(at(properties, 'Metrics'))
        .map((each) => at(each, 'MetricStat', 'Metric'))
        .filter((metric) => metric !== undefined)
        .map(toMetric)
    : [toMetric(properties)];

const listAlarms = (template: Template) => listResources(template, 'AWS::CloudWatch::Alarm');

export const alarmsReachPeople: TemplateRule = (template, { alarmEmails }) => {
  const topics = listResources(template, 'AWS::SNS::Topic');
  const emails = listResources(template, 'AWS::SNS::Subscription').map(({ properties }) =>
    toText(at(properties, 'Endpoint')),
  );
  if (alarmEmails.length === 0) {
    return [...listAlarms(template), ...topics].map(({ id }) => `${id}: this customer has no alarms`);
  }
  return [
    ...(emails.toSorted().join() === alarmEmails.toSorted().join()
      ? []
      : [`expected a subscription for ${alarmEmails.join(', ')}; found ${emails.join(', ') || 'none'}`]),
    ...topics
      .filter(({ properties }) => at(properties, 'KmsMasterKeyId') !== undefined)
      .map(({ id }) => `${id}: CloudWatch cannot publish to a topic encrypted with a key that does not let it in`),
    ...listAlarms(template).flatMap(({ id, properties }) => [
      ...(publishesTo(properties, 'AlarmActions') ? [] : [`${id}: expected AlarmTopic among the AlarmActions`]),
      ...(at(properties, 'ActionsEnabled') === false ? [`${id}: is switched off`] : []),
      ...(at(properties, 'TreatMissingData') === undefined ? [`${id}: must say what missing data means`] : []),
    ]),
  ];
};

const publishesTo = (properties: unknown, actions: 'AlarmActions' | 'OKActions') =>
  listOf(at(properties, actions)).map(toText).includes('${AlarmTopic}');

const readPage = ({ properties }: Resource) =>
  /Runbook: docs\/runbook\/([a-z-]+)\.md$/.exec(toText(at(properties, 'AlarmDescription') ?? ''))?.[1];

/** Somebody who was called wants to hear that it is over; one of the alarms that point to a page says so. */
export const alarmsTellWhenCleared: TemplateRule = (template) => {
  const told = listAlarms(template).filter(({ properties }) => publishesTo(properties, 'OKActions'));
  const pages = new Set(told.map(readPage));
  return listAlarms(template)
    .filter((alarm) => !pages.has(readPage(alarm)))
    .map(({ id }) => `${id}: expected AlarmTopic among the OKActions, of it or of another alarm with its runbook page`);
};

export const alarmsHaveRunbooks =
  (pages: RunbookPages): TemplateRule =>
  (template) =>
    listAlarms(template).flatMap((alarm) => {
      const { id, properties } = alarm;
      const page = readPage(alarm);
      if (page === undefined) {
        const description = toText(at(properties, 'AlarmDescription'));
        return [`${id}: expected a description that ends in its runbook page, found "${description}"`];
      }
      return pages.includes(page) ? [] : [`${id}: docs/runbook/${page}.md does not exist`];
    });

/** What an alarm watches is published, under these very dimensions; else it never rings, or always. */
export const alarmMetricsExist: TemplateRule = (template, { stage }) => {
  const service = `${metricNamespace}-${stage}`;
  const known = new Set(
    listResources(template).flatMap(({ id, properties }) => [
      `\${${id}.QueueName}`,
      `\${${id}}`,
      toText(at(properties, 'FunctionName') ?? id),
    ]),
  );
  return listAlarms(template).flatMap((alarm) => {
    const metrics = listMetrics(alarm);
    if (metrics.length === 0) return [`${alarm.id}: expected a metric, found none`];
    return metrics.flatMap(({ namespace, name, dimensions }) => {
      if (namespace === metricNamespace)
        return checkOwn(name, dimensions, service).map((finding) => `${alarm.id}: ${finding}`);
      const expected = awsMetrics[namespace];
      const value = expected === undefined ? undefined : dimensions.get(expected.dimension);
      return [
        ...(expected?.names.includes(name) === true ? [] : [`${alarm.id}: ${namespace} ${name} is no known metric`]),
        ...(value !== undefined && known.has(value)
          ? []
          : [
              `${alarm.id}: expected a ${expected?.dimension ?? 'dimension'} of the template, found ${value ?? 'none'}`,
            ]),
      ];
    });
  });
};

function checkOwn(name: string, dimensions: ReadonlyMap<string, string>, service: string): string[] {
  const scope = at(metricTable, name, 'scope');
  const expected = scope === 'kind' ? 'reportKind,service' : 'service';
  const found = [...dimensions.keys()].toSorted().join();
  if (scope === undefined) return [`${name} is none of the connector's metrics`];
  if (scope === 'log') return [`${name} stands in the log only`];
  return [
    ...(found === expected ? [] : [`${name}: expected the dimensions ${expected}, found ${found}`]),
    ...(dimensions.get('service') === service ? [] : [`${name}: expected the service ${service}`]),
  ];
}

/** What issue 4 asks to be told of, by the runbook page that says what to do. */
const alarmedPages = [
  ...['failed-executions', 'quarantined-reports', 'historical-dlq', 'agent-event-dlq', 'agent-event-discards'],
  ...['agent-events-iterator-age', 'missing-reports', 'rejected-rows', 'mixed-direction', 'hub-errors'],
  ...['function-errors', 'function-throttles', 'watch-silent', 'bucket-events-off'],
];

export const nothingGoesUnnoticed: TemplateRule = (template, { alarmEmails }) => {
  if (alarmEmails.length === 0) return [];
  const pages = new Set(listAlarms(template).map(readPage));
  const silent = listAlarms(template).filter(({ properties }) => at(properties, 'MetricName') === 'WatchRuns');
  return [
    ...alarmedPages
      .filter((page) => !pages.has(page))
      .map((page) => `expected an alarm with the runbook page ${page}, found none`),
    ...silent
      .filter(({ properties }) => at(properties, 'TreatMissingData') !== 'breaching')
      .map(({ id }) => `${id}: a watch that is silent sends nothing; missing data must be breaching`),
  ];
};
