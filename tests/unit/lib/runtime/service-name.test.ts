import { afterAll, describe, expect, it } from '@jest/globals';
import { readMetricLines } from './metric-lines.ts';

const before = process.env['POWERTOOLS_SERVICE_NAME'];
afterAll(() => {
  if (before === undefined) delete process.env['POWERTOOLS_SERVICE_NAME'];
  else process.env['POWERTOOLS_SERVICE_NAME'] = before;
});

describe('countMetrics', () => {
  it('publishes under the name the deployment gives the function, which tells customers apart', async () => {
    process.env['POWERTOOLS_SERVICE_NAME'] = 'acdhub-amazon-connector-larkfield-bank';
    const { countMetrics, publishMetrics } = await import('../../../../functions/lib/runtime/telemetry.ts');
    const lines = await readMetricLines(() => {
      countMetrics(null, { WatchRuns: 1 });
      publishMetrics();
    });
    expect(lines).toMatchObject([{ service: 'acdhub-amazon-connector-larkfield-bank', WatchRuns: 1 }]);
  });
});
