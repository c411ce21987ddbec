// A report the settings say is scheduled and that never sent a file: the watch, status, coverage and reconcile agree that it is missed.
import '../../tools/local/quiet-telemetry.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHandler, openWatch } from '../../functions/watch-intervals/handler.ts';
import type { Reconciliation } from '../../tools/ops/analysis/reconcile.ts';
import type { CoverageReport } from '../../tools/ops/coverage-page/coverage-report.ts';
import { interval, queueReport, reportKey, runTime } from '../statemachine/harness.ts';
import { startOpsWorld, type OpsWorld } from './ops-world.ts';

const day = interval(1).slice(0, 10);
const [from, to] = [20, 23];
/** Run times 21 to 23. */
const missed = [21, 22, 23].map(interval);

let world: OpsWorld;
beforeAll(async () => {
  const never = { kind: 'AQR', series: 'AQR-never', startedAt: runTime(from), endedAt: runTime(to) };
  world = await startOpsWorld({ settings: { reports: { series: [never] } } });
  await world.pipeline.deliver(reportKey('QR-here', 20), queueReport([{ queue: 'S', n: 20 }]));
  const watch = openWatch(world.pipeline.stack.environment);
  const queue = { ...watch.queue, receive: () => Promise.resolve([]) };
  await createHandler({ ...watch, queue, warn: () => undefined, countMetrics: () => undefined })();
});
afterAll(() => world.close());

describe('a scheduled report that never sent a file', () => {
  it('is in status, with all intervals it should have had', async () => {
    const { exitCode, json } = await world.runJson(['status']);
    expect(exitCode).toBe(1);
    expect(json['series']).toContainEqual({
      ...{ kind: 'AQR', series: 'AQR-never', lastDeliveredInterval: null, missing: missed },
    });
    const { stdout } = await world.run('status');
    expect(stdout).toMatch(/^ AQR +AQR-never +.*\b3\b/m);
  });

  it('is in coverage', async () => {
    const { json } = await world.runJson(['coverage', '--day', day]);
    const row = (json as unknown as CoverageReport).days[0]!.rows.find(({ series }) => series === 'AQR-never');
    const shown = row!.cells.filter(({ state }) => state === 'missing').map(({ intervalStart }) => intervalStart);
    expect(shown).toEqual(missed);
  });

  it('is in reconcile', async () => {
    const { json } = await world.runJson(['reconcile', '--day', day]);
    const found = (json as unknown as Reconciliation).series.find(({ series }) => series === 'AQR-never');
    expect(found).toMatchObject({ expectedCount: 3, completeCount: 0 });
    expect(found!.open.map(({ intervalStart }) => intervalStart)).toEqual(missed);
  });
});
