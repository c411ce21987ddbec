import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { interval, queueReport, reportKey } from '../statemachine/harness.ts';
import { startOpsWorld, type OpsWorld } from './ops-world.ts';

let world: OpsWorld;
beforeAll(async () => {
  world = await startOpsWorld();
});
afterAll(() => world.close());

const findings = (json: Record<string, unknown>) => json['findings'] as { finding: string; next: string }[];

describe('acdhub status', () => {
  it('names the last interval of each series and what failed, and ends with the command to type', async () => {
    await world.pipeline.deliver(reportKey('QR-status', 10), queueReport([{ queue: 'S', n: 10 }]));
    world.pipeline.before('deliver-batch', () => {
      throw Object.assign(new Error('no right'), { name: 'AccessDeniedError' });
    });
    const failed = await world.pipeline.deliver(reportKey('QR-status', 11), queueReport([{ queue: 'S', n: 11 }]));
    const { exitCode, json } = await world.runJson(['status']);
    expect(exitCode).toBe(1);
    expect(json).toMatchObject({
      series: [{ kind: 'QR', series: 'QR-status', lastDeliveredInterval: interval(10) }],
      failedExecutions: [{ name: failed.name, error: 'AccessDeniedError' }],
      alarms: null,
    });
    const { stdout } = await world.run('status');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('First: npx acdhub redrive --all-failed --local');
  });

  it('forgets a failure whose file has come through since', async () => {
    await world.run('redrive', '--all-failed', '--yes');
    const { json } = await world.runJson(['status']);
    expect(json).toMatchObject({ failedExecutions: [], series: [{ lastDeliveredInterval: interval(11) }] });
    expect(findings(json).map(({ finding }) => finding)).not.toContainEqual(expect.stringContaining('failed'));
  });
});
