import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { metricTable, type MetricName } from '../../../../schemas/metrics.ts';
import { listAlarmRules } from '../../../../tools/deploy/alarm-rules.ts';
import { monitoredFunctions } from '../../../../tools/deploy/monitored-metrics.ts';
import { buildCustomer } from './monitored-customer.ts';

const rules = listAlarmRules(buildCustomer());
const ruleOf = (name: string, customer = buildCustomer()) =>
  listAlarmRules(customer).find((rule) => rule.name === name)!;
const isOwn = (name: string): name is MetricName => Object.hasOwn(metricTable, name);

describe('listAlarmRules', () => {
  it('covers every runbook page an alarm may name', () => {
    expect([...new Set(rules.map(({ page }) => page))].sort()).toEqual([
      'agent-event-discards',
      'agent-event-dlq',
      'agent-events-iterator-age',
      'bucket-events-off',
      'failed-executions',
      'function-errors',
      'function-throttles',
      'historical-dlq',
      'hub-errors',
      'missing-reports',
      'mixed-direction',
      'quarantined-reports',
      'rejected-rows',
      'watch-silent',
    ]);
  });

  it.each(rules)('$name says in two sentences what it means, under a name of its own', ({ name, meaning }) => {
    expect(meaning.match(/[.](?= [A-Z]|$)/g)).toHaveLength(2);
    expect(rules.filter((rule) => rule.name === name)).toHaveLength(1);
  });

  it('looks at the connector’s own metrics with the dimensions they are published with', () => {
    const own = rules.filter(({ metric }) => metric.namespace === 'acdhub-amazon-connector');
    expect(own.length).toBeGreaterThan(8);
    for (const { metric } of own) {
      const scope = isOwn(metric.name) ? metricTable[metric.name].scope : 'unknown';
      const expected = scope === 'kind' ? ['service', 'reportKind'] : ['service'];
      expect([metric.name, metric.dimensions.map(([name]) => name)]).toEqual([metric.name, expected]);
      expect(['kind', 'service']).toContain(scope);
      expect(metric.dimensions[0]?.[1]).toBe('acdhub-amazon-connector-larkfield-bank');
    }
  });

  it('keeps the state only where a 0 is published once all is well', () => {
    for (const { name, metric, missingData } of rules) {
      if (missingData !== 'ignore' || !isOwn(metric.name)) continue;
      expect([name, metricTable[metric.name].hasZeros]).toEqual([name, true]);
    }
  });

  it('takes the absence of an event for its absence, so that a quiet night turns the alarm green', () => {
    const events = rules.filter(({ metric }) => isOwn(metric.name) && !metricTable[metric.name].hasZeros);
    expect(events.map(({ name }) => name).sort()).toEqual([
      'mixed-direction',
      'quarantined-reports-new',
      'rejected-records',
      'rejected-rows',
      'watch-silent',
    ]);
    for (const rule of events.filter(({ name }) => name !== 'watch-silent')) {
      expect(rule.missingData).toBe('notBreaching');
    }
  });

  it('watches every function of the folder functions/ but the custom resource’s', () => {
    const folders = readdirSync('functions').filter((name) => name !== 'lib' && name !== 'enable-bucket-events');
    expect([...monitoredFunctions].sort()).toEqual(folders.sort());
    expect(rules.filter(({ page }) => page === 'function-errors').map(({ metric }) => metric.dimensions)).toEqual(
      monitoredFunctions.map((name) => [['FunctionName', `acdhub-amazon-connector-larkfield-bank-${name}`]]),
    );
  });

  it('goes off when the watch has been silent, missing data included, for the time of the settings', () => {
    expect(ruleOf('watch-silent')).toMatchObject({
      ...{ comparison: 'below', threshold: 1, statistic: 'Sum', missingData: 'breaching' },
      ...{ periodSeconds: 300, evaluationPeriods: 4, datapointsToAlarm: 4 },
    });
    const slow = buildCustomer({ schedules: { watchMinutes: 15 }, alarms: { watchSilentMinutes: 10 } });
    expect(ruleOf('watch-silent', slow)).toMatchObject({ periodSeconds: 900, evaluationPeriods: 2 });
  });

  it('takes its thresholds from the settings, in the unit of the metric', () => {
    const customer = buildCustomer({
      alarms: {
        ...{ missingIntervalCount: 4, rejectedRowCount: 7, mixedDirectionRowCount: 8, iteratorAgeSeconds: 90 },
        ...{ cutOffAgentCount: 9, hubErrorPercent: 35, functionErrorCount: 11, functionThrottleCount: 12 },
      },
    });
    const thresholds = (...names: string[]) => names.map((name) => ruleOf(name, customer).threshold);
    expect(thresholds('missing-reports-qr', 'missing-reports-aqr', 'missing-reports-aspr')).toEqual([4, 4, 4]);
    expect(thresholds('rejected-rows', 'rejected-records', 'mixed-direction')).toEqual([7, 7, 8]);
    expect(thresholds('agent-events-iterator-age', 'agent-feed-silent', 'hub-errors')).toEqual([90_000, 9, 0.35]);
    expect(thresholds('function-errors-deliver-batch', 'function-throttles-deliver-batch')).toEqual([11, 12]);
  });

  it('expects no more failures of a scheduled function than it has runs in 15 minutes', () => {
    const customer = buildCustomer({ schedules: { watchMinutes: 5, feedHealthMinutes: 60 } });
    expect(ruleOf('function-errors-watch-intervals', customer).threshold).toBe(3);
    expect(ruleOf('function-errors-report-feed-health', customer).threshold).toBe(1);
  });

  it('judges the hub by periods that hold at least one heartbeat', () => {
    expect(ruleOf('hub-errors')).toMatchObject({ periodSeconds: 300, statistic: 'Average', threshold: 0.2 });
    const rare = buildCustomer({ schedules: { feedHealthMinutes: 20 } });
    expect(ruleOf('hub-errors', rare).periodSeconds).toBe(1200);
    expect(ruleOf('agent-feed-silent', rare).periodSeconds).toBe(1200);
  });

  it('does not call it an alarm when a customer’s own limit holds deliver-batch back', () => {
    const names = listAlarmRules(buildCustomer({ limits: { deliverConcurrency: 4 } })).map(({ name }) => name);
    expect(names).not.toContain('function-throttles-deliver-batch');
    expect(names).toContain('function-errors-deliver-batch');
  });

  it.each([1, 5, 15])('stays within what CloudWatch evaluates, with a watch every %i minutes', (watchMinutes) => {
    const customer = buildCustomer({
      schedules: { watchMinutes, feedHealthMinutes: 60 },
      alarms: { watchSilentMinutes: 120 },
    });
    for (const rule of listAlarmRules(customer)) {
      expect(rule.periodSeconds % 60).toBe(0);
      const maxSeconds = rule.periodSeconds < 3600 ? 86_400 : 7 * 86_400;
      expect(rule.periodSeconds * rule.evaluationPeriods).toBeLessThanOrEqual(maxSeconds);
      expect(rule.datapointsToAlarm).toBeLessThanOrEqual(rule.evaluationPeriods);
    }
  });
});
