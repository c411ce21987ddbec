// What CloudWatch and SNS are asked for: the alarms of the rules, a topic, a subscription for each address, and the dashboard.
import { listAlarmRules, type AlarmRule, type MonitoredCustomer } from './alarm-rules.ts';
import { toDashboard } from './dashboard.ts';
import { toStackName, type MonitoredMetric } from './monitored-metrics.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A piece of the template that Serverless merges into `resources:`. */
export interface Monitoring {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Description: string; readonly Value: unknown }>>;
}

/** Name of an alarm, beginning with the stack's. */
export const toAlarmName = (stage: string, rule: Pick<AlarmRule, 'name'>): string =>
  `${toStackName(stage)}-${rule.name}`;

const toLogicalId = (name: string): string =>
  `${name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Alarm`;

const toDimensions = ({ dimensions }: MonitoredMetric) =>
  dimensions.map(([name, value]) => ({
    Name: name,
    Value: typeof value === 'string' ? value : { 'Fn::GetAtt': [value.nameOf, 'QueueName'] },
  }));

function toAlarm(stage: string, rule: AlarmRule): Resource {
  const topic = [{ Ref: 'AlarmTopic' }];
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: toAlarmName(stage, rule),
      AlarmDescription: `${rule.meaning} Runbook: docs/runbook/${rule.page}.md`,
      Namespace: rule.metric.namespace,
      MetricName: rule.metric.name,
      Dimensions: toDimensions(rule.metric),
      Statistic: rule.statistic,
      ComparisonOperator: rule.comparison === 'below' ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
      Threshold: rule.threshold,
      Period: rule.periodSeconds,
      EvaluationPeriods: rule.evaluationPeriods,
      DatapointsToAlarm: rule.datapointsToAlarm,
      TreatMissingData: rule.missingData,
      AlarmActions: topic,
      ...(rule.isOnset ? {} : { OKActions: topic }),
    },
  };
}

/**
 * No KMS key: CloudWatch may not use the key AWS manages for SNS, so that no alarm would arrive, and what a mail tells anyway needs no key
 * of its own. SNS encrypts its disks.
 */
function toTopic(stage: string): Record<string, Resource> {
  const topic = { Ref: 'AlarmTopic' };
  return {
    AlarmTopic: {
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: `${toStackName(stage)}-alarms`, DisplayName: `WFM connector ${stage}` },
    },
    AlarmTopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [topic],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'AlarmsOfThisStack',
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: topic,
              Condition: {
                StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
                ArnLike: {
                  'aws:SourceArn': {
                    'Fn::Sub': `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${toStackName(stage)}-*`,
                  },
                },
              },
            },
            {
              Sid: 'OnlyOverTls',
              Effect: 'Deny',
              Principal: '*',
              Action: 'sns:Publish',
              Resource: topic,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
  };
}

const toSubscription = (address: string): Resource => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: address },
});

/**
 * The dashboard always: three of an account are free, its metrics are there anyway, and who has no alarms has nothing else to look at.
 * Topic, subscriptions and alarms only where EnableCloudWatchAlarms is YES.
 */
export function toMonitoring(customer: MonitoredCustomer): Monitoring {
  const { stage, alarmEmails } = customer.derived;
  const hasAlarms = customer.EnableCloudWatchAlarms === 'YES';
  const rules = listAlarmRules(customer);
  const dashboard = toDashboard(stage, rules, hasAlarms);
  if (!hasAlarms) return { Resources: { Dashboard: dashboard }, Outputs: {} };
  const subscriptions = alarmEmails.map(
    (address, index) => [`AlarmEmail${index + 1}`, toSubscription(address)] as const,
  );
  return {
    Resources: {
      Dashboard: dashboard,
      ...toTopic(stage),
      ...Object.fromEntries(subscriptions),
      ...Object.fromEntries(rules.map((rule) => [toLogicalId(rule.name), toAlarm(stage, rule)])),
    },
    Outputs: { AlarmTopicArn: { Description: 'Topic the alarms are sent to', Value: { Ref: 'AlarmTopic' } } },
  };
}
