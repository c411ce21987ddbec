import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cfn from '@aws/cloudformation-validate';
import { afterAll, describe, expect, it } from '@jest/globals';
import { toMonitoring } from '../../../../tools/deploy/alarms.ts';
import { buildCustomer } from './monitored-customer.ts';

const folder = mkdtempSync(join(tmpdir(), 'acdhub-alarms-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const { Resources, Outputs } = toMonitoring(buildCustomer());
const alarms = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
const propertiesOf = (id: string) => Resources[id]!.Properties;

describe('toMonitoring', () => {
  it('is a piece of template CloudFormation takes', () => {
    const queues = [
      ...['HistoricalQueue', 'HistoricalDlq', 'FailedExecutionsQueue', 'QuarantineQueue'],
      ...['AgentEventDlq', 'AgentEventDiscardsQueue'],
    ];
    const queueResources = Object.fromEntries(queues.map((id) => [id, { Type: 'AWS::SQS::Queue' }]));
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify({ Resources: { ...Resources, ...queueResources }, Outputs }));
    const engine = new cfn.CelEngine();
    const report = engine.validateStandard(new cfn.TemplateFile(file), { severityLevel: 'WARN' });
    engine.free();
    expect(report.diagnostics).toEqual([]);
  });

  it.each(alarms)('%s has a name of the stack, a runbook page that exists, and actions at both ends', (id, alarm) => {
    const { AlarmName, AlarmDescription, AlarmActions, OKActions } = alarm.Properties;
    expect(AlarmName).toMatch(/^acdhub-amazon-connector-larkfield-bank-[a-z-]+$/);
    const page = /^[^]{80,900} Runbook: (docs\/runbook\/[a-z-]+\.md)$/.exec(String(AlarmDescription))?.[1] ?? '';
    expect(existsSync(page)).toBe(true);
    expect(AlarmActions).toEqual([{ Ref: 'AlarmTopic' }]);
    // Its end is no recovery: the file stays in quarantine.
    expect(OKActions).toEqual(id === 'QuarantinedReportsNewAlarm' ? undefined : [{ Ref: 'AlarmTopic' }]);
  });

  it('writes a rule out as CloudWatch wants it', () => {
    expect(propertiesOf('HistoricalDlqAlarm')).toMatchObject({
      ...{ Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Statistic: 'Maximum' },
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['HistoricalDlq', 'QueueName'] } }],
      ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1, TreatMissingData: 'ignore' },
      ...{ Period: 300, EvaluationPeriods: 1, DatapointsToAlarm: 1 },
    });
    expect(propertiesOf('WatchSilentAlarm')).toMatchObject({
      ...{ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' },
      Dimensions: [{ Name: 'service', Value: 'acdhub-amazon-connector-larkfield-bank' }],
    });
  });

  it('lets only alarms of this stack and account publish to the topic', () => {
    const text = JSON.stringify(propertiesOf('AlarmTopicPolicy'));
    expect(text).toContain('"Principal":{"Service":"cloudwatch.amazonaws.com"}');
    expect(text).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
    expect(text).toContain(':alarm:acdhub-amazon-connector-larkfield-bank-*');
    expect(text.match(/"Effect":"Allow"/g)).toHaveLength(1);
    expect(propertiesOf('AlarmTopic')).not.toHaveProperty('KmsMasterKeyId');
    expect(Outputs).toMatchObject({ AlarmTopicArn: { Value: { Ref: 'AlarmTopic' } } });
  });

  it('subscribes each of five addresses', () => {
    const alarmEmails = [1, 2, 3, 4, 5].map((n) => `person-${n}@example.com`);
    const { Resources: resources } = toMonitoring(buildCustomer({ alarmEmails }));
    const subscriptions = Object.values(resources).filter(({ Type }) => Type === 'AWS::SNS::Subscription');
    expect(subscriptions.map(({ Properties }) => Properties)).toEqual(
      alarmEmails.map((Endpoint) => ({ TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint })),
    );
  });

  it('leaves nothing but the dashboard where alarms are off', () => {
    const off = toMonitoring(buildCustomer({ alarmEmails: [] }));
    expect(Object.keys(off.Resources)).toEqual(['Dashboard']);
    expect(off.Outputs).toEqual({});
    expect(JSON.stringify(off)).not.toContain('AlarmTopic');
  });
});

describe('alarms.cjs', () => {
  it('gives Serverless the same for the customer of the stage', async () => {
    const load = createRequire(import.meta.url);
    const resolve = load('../../../../tools/deploy/alarms.cjs') as (given: object) => Promise<unknown>;
    const resolveVariable = (name: string) => Promise.resolve(name === 'self:custom.customer' ? buildCustomer() : null);
    expect(await resolve({ resolveVariable })).toEqual({ Resources, Outputs });
  });
});
