import { describe, expect, it } from '@jest/globals';
import { metricTable, type MetricName } from '../../../../schemas/metrics.ts';
import { listAlarmRules } from '../../../../tools/deploy/alarm-rules.ts';
import { toDashboard } from '../../../../tools/deploy/dashboard.ts';
import { buildCustomer } from './monitored-customer.ts';

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: {
    title?: string;
    markdown?: string;
    alarms?: string[];
    metrics?: (string | { label: string; stat: string; yAxis?: string })[][];
    annotations?: { horizontal: { label: string; value: number; yAxis?: string }[] };
  };
}

const rules = listAlarmRules(buildCustomer());
const readWidgets = (hasAlarms = true) => {
  const body = toDashboard('larkfield-bank', rules, hasAlarms).Properties.DashboardBody['Fn::Sub'];
  return (JSON.parse(body) as { widgets: Widget[] }).widgets;
};
const widgets = readWidgets();
const graph = (start: string) => widgets.find(({ properties }) => properties.title?.startsWith(start))!.properties;

describe('toDashboard', () => {
  it('shows every metric the connector publishes, with the dimensions it has', () => {
    const shown = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([first]) => first === 'acdhub-amazon-connector');
    const published = Object.entries(metricTable).filter(([, { scope }]) => scope !== 'log');
    expect([...new Set(shown.map(([, name]) => name as string))].sort()).toEqual(
      published.map(([name]) => name).sort(),
    );
    for (const [, name, ...rest] of shown) {
      const { scope } = metricTable[name as MetricName];
      expect(rest.filter((part) => typeof part === 'string')).toEqual([
        ...['service', 'acdhub-amazon-connector-larkfield-bank'],
        ...(scope === 'kind' ? ['reportKind', expect.stringMatching(/^(QR|AQR|ASPR|AGENT_STATES)$/)] : []),
      ]);
    }
  });

  it('lets the template fill in region, account and the names of queues, and nothing else', () => {
    const body = toDashboard('larkfield-bank', rules, true).Properties.DashboardBody['Fn::Sub'];
    expect([...new Set(body.match(/\$\{[^}]*\}/g))].sort()).toEqual([
      '${AWS::AccountId}',
      '${AWS::Partition}',
      '${AWS::Region}',
      '${AgentEventDiscardsQueue.QueueName}',
      '${AgentEventDlq.QueueName}',
      '${FailedExecutionsQueue.QueueName}',
      '${HistoricalDlq.QueueName}',
      '${HistoricalQueue.QueueName}',
      '${QuarantineQueue.QueueName}',
    ]);
  });

  it('draws the threshold of the alarm, on the axis of its figure', () => {
    expect(graph('Rejects').annotations?.horizontal).toMatchObject([{ label: 'alarm', value: 1 }]);
    expect(graph('Age of agent events').annotations?.horizontal).toMatchObject([{ value: 300_000, yAxis: 'right' }]);
    expect(graph('Share of failed calls').annotations?.horizontal).toMatchObject([{ value: 0.2 }]);
    expect(graph('Seconds from interval end').annotations?.horizontal).toMatchObject([{ value: 1500 }]);
  });

  it('names every runbook page, and the state of every alarm', () => {
    const [intro] = widgets;
    for (const { page } of rules) expect(intro?.properties.markdown).toContain(`docs/runbook/${page}.md`);
    const states = widgets.find(({ type }) => type === 'alarm')?.properties.alarms ?? [];
    expect(states.map((arn) => arn.split(':alarm:')[1])).toEqual(
      rules.map(({ name }) => `acdhub-amazon-connector-larkfield-bank-${name}`),
    );
  });

  it('says that nobody is told, and shows no states, where alarms are off', () => {
    const off = readWidgets(false);
    expect(off[0]?.properties.markdown).toContain('Alarms are off');
    expect(off.map(({ type }) => type)).not.toContain('alarm');
  });

  it.each([true, false])('lays the widgets out beside each other, none above another (alarms %p)', (hasAlarms) => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of readWidgets(hasAlarms)) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column += 1)
        for (let row = y; row < y + height; row += 1) {
          expect(taken.has(`${column},${row}`)).toBe(false);
          taken.add(`${column},${row}`);
        }
    }
  });
});
