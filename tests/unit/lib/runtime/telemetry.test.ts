import { describe, expect, it } from '@jest/globals';
import { countHubCall } from '../../../../functions/lib/runtime/hub.ts';
import { createMetricRecorder, type MetricCounts } from '../../../../functions/lib/runtime/telemetry.ts';
import { readMetricLines } from './metric-lines.ts';

const service = 'acdhub-amazon-connector-larkfield-bank';

describe('createMetricRecorder', () => {
  it('keeps the report kinds of one invocation apart, one line each, under the name of the deployment', async () => {
    const recorder = createMetricRecorder(service);
    const lines = await readMetricLines(() => {
      recorder.count('QR', { IntervalsMissing: 2 });
      recorder.count('AQR', { IntervalsMissing: 0 });
      recorder.count('ASPR', { IntervalsMissing: 1 });
      recorder.publish();
    });
    expect(lines).toMatchObject([
      { service, reportKind: 'QR', IntervalsMissing: 2 },
      { service, reportKind: 'AQR', IntervalsMissing: 0 },
      { service, reportKind: 'ASPR', IntervalsMissing: 1 },
    ]);
    expect(lines[0]?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'acdhub-amazon-connector',
        Dimensions: [['service', 'reportKind']],
        Metrics: [{ Name: 'IntervalsMissing', Unit: 'Count' }],
      },
    ]);
  });

  it('publishes what belongs to the whole connector without a report kind, whichever kind it was counted under', async () => {
    const recorder = createMetricRecorder(service);
    const lines = await readMetricLines(() => {
      recorder.count('QR', { RowsRejected: 2, RowsRead: 5 });
      recorder.count(null, { WatchRuns: 1 });
      recorder.publish();
    });
    expect(lines).toHaveLength(2);
    const whole = lines.find((line) => 'WatchRuns' in line);
    expect(whole).toMatchObject({ service, RowsRejected: 2, WatchRuns: 1 });
    expect(whole).not.toHaveProperty('reportKind');
    expect(whole?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['service']]);
  });

  it('leaves out events that did not happen, and publishes the 0 that clears an alarm', async () => {
    const recorder = createMetricRecorder(service);
    const lines = await readMetricLines(() => {
      recorder.count('QR', { RowsRejected: 0, RowsMixedDirection: 0, ReportsDelivered: 0 });
      recorder.count(null, { ExecutionsFailed: 0 });
      recorder.publish();
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]?._aws.CloudWatchMetrics[0]?.Metrics).toEqual([{ Name: 'ExecutionsFailed', Unit: 'Count' }]);
  });

  it('writes what only the log needs beside the metrics, as no metric, added up', async () => {
    const recorder = createMetricRecorder(service);
    const [line] = await readMetricLines(() => {
      recorder.count('AGENT_STATES', { AgentEventsReceived: 4, AgentEventsUnchanged: 1 });
      recorder.count('AGENT_STATES', { AgentEventsReceived: 3, AgentEventsUnchanged: 2 });
      recorder.publish();
    });
    expect(line).toMatchObject({ AgentEventsUnchanged: '3', AgentEventsReceived: [4, 3] });
    expect(line?._aws.CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name)).toEqual(['AgentEventsReceived']);
  });

  it('carries nothing over into the next invocation', async () => {
    const recorder = createMetricRecorder(service);
    const lines = await readMetricLines(() => {
      recorder.count('QR', { RowsRead: 5, RowsOutOfScope: 1 });
      recorder.publish();
      recorder.publish();
      recorder.count('QR', { RowsRead: 6 });
      recorder.publish();
    });
    expect(lines.map((line) => [line['RowsRead'], line['RowsOutOfScope']])).toEqual([
      [5, '1'],
      [6, undefined],
    ]);
  });
});

describe('countHubCall', () => {
  it('counts each answered request by what was sent, and the call itself once for the whole connector', () => {
    const counted: [string | null, MetricCounts][] = [];
    const count = countHubCall((kind, counts) => counted.push([kind, counts]));
    count({ subject: 'AQR', latenciesMs: [120, 80], retryCount: 1, hasFailed: false });
    count({ subject: 'AGENT_STATES', latenciesMs: [], retryCount: 0, hasFailed: true });
    expect(counted).toEqual([
      ['AQR', { HubLatencyMs: 120 }],
      ['AQR', { HubLatencyMs: 80 }],
      [null, { HubErrors: 0, HubRetries: 1 }],
      [null, { HubErrors: 1, HubRetries: 0 }],
    ]);
  });
});
