import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nextSecond, queueReport, reportKey, runTime } from '../statemachine/harness.ts';
import { startOpsWorld, type OpsWorld } from './ops-world.ts';

let world: OpsWorld;
beforeAll(async () => {
  world = await startOpsWorld();
  for (const n of [40, 41]) {
    await world.pipeline.deliver(reportKey('QR-day', n), queueReport([{ queue: 'Day', n }]));
  }
  await world.pipeline.deliver(reportKey('ASPR-day', 41), 'Agent,StartInterval\n');
  await nextSecond();
});
afterAll(() => world.close());

const day = () => runTime(0).slice(0, 10);
const range = () => ['--from', day(), '--to', day()];

describe('acdhub reload', () => {
  it('shows the files first, and that WFM needs about 3 hours', async () => {
    world.pipeline.takeRequests();
    const { exitCode, stdout } = await world.run('reload', ...range(), '--kind', 'QR');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/QR-day +2 +/);
    expect(stdout).toContain('WFM takes reloaded data in after about 3 hours');
    expect(stdout).toContain(`To do it: npx acdhub reload --local --from ${day()} --to ${day()} --kind QR --yes`);
    expect(world.pipeline.takeRequests().count).toBe(0);
  });

  it('sends every record again with the precedence it had, although nothing has changed', async () => {
    const before = world.pipeline.queueRecords('Day');
    const { exitCode, json } = await world.runJson(['reload', ...range(), '--series', 'QR-day', '--yes']);
    expect(exitCode).toBe(0);
    expect(json['files']).toMatchObject([{ outcome: 'DELIVERED' }, { outcome: 'DELIVERED' }]);
    expect(world.pipeline.takeRequests().records).toBe(2);
    const after = world.pipeline.queueRecords('Day');
    const precedence = (records: typeof before) =>
      records.map(({ sourceVersion }) => sourceVersion.split('|').slice(0, 2));
    expect(precedence(after)).toEqual(precedence(before));
    expect(world.pipeline.newest(reportKey('QR-day', 40)).output.claim.isResend).toBe(true);
  });

  it('starts nothing twice when it goes on with one that was cut short', async () => {
    const first = await world.runJson(['reload', ...range(), '--series', 'QR-day', '--yes']);
    const count = world.pipeline.executions(reportKey('QR-day', 40)).length;
    const resume = ['--resume', String(first.json['reloadedAt'])];
    const { exitCode } = await world.runJson(['reload', ...range(), '--series', 'QR-day', '--yes', ...resume]);
    expect(exitCode).toBe(0);
    expect(world.pipeline.executions(reportKey('QR-day', 40))).toHaveLength(count);
  });

  it('stopped by Ctrl-C names the instant to go on with, and what was started until then', async () => {
    const stop = new AbortController();
    const hold = Promise.withResolvers<undefined>();
    world.pipeline.before('deliver-batch', () => {
      stop.abort();
      return hold.promise;
    });
    const line = ['reload', ...range(), '--series', 'QR-day', '--yes', '--at-once', '1'];
    const { exitCode, json } = await world.runJson(line, 0, stop.signal);
    hold.resolve(undefined);
    await world.pipeline.stack.idle();
    expect(exitCode).toBe(130);
    const reloadedAt = String(json['reloadedAt']);
    expect(json).toMatchObject({
      error: { name: 'InterruptedError' },
      nextCommand: `npx acdhub reload --local --from ${day()} --to ${day()} --series 'QR-day' --yes --resume ${reloadedAt}`,
    });
    expect(json['files']).toMatchObject([{ outcome: 'RUNNING' }, { key: reportKey('QR-day', 41) }]);
    expect((json['files'] as object[])[1]).not.toHaveProperty('outcome');
    expect((await world.runJson([...line, '--resume', reloadedAt])).exitCode).toBe(0);
  });

  it('leaves out what is known to be quarantined, with the cure, unless it is wanted nevertheless', async () => {
    const key = reportKey('QR-bad', 41);
    await world.pipeline.deliver(key, 'Queue,Nonsense\nA,1\n');
    await world.pipeline.takeMessages('QUARANTINE_QUEUE_URL');
    await nextSecond();
    const line = ['reload', ...range(), '--series', 'QR-bad', '--yes'];
    const left = await world.runJson(line);
    expect(left).toMatchObject({
      exitCode: 0,
      json: { files: [], quarantined: [{ key, error: 'ReportHeaderError' }] },
    });
    expect((await world.run(...line)).stdout).toContain('is quarantined.');
    expect(world.pipeline.executions(key)).toHaveLength(1);
    const wanted = await world.runJson([...line, '--include-quarantined']);
    expect(wanted).toMatchObject({ exitCode: 1, json: { files: [{ outcome: 'QUARANTINED' }], quarantined: [] } });
    // Corrected bytes are not what was quarantined.
    await nextSecond();
    await world.pipeline.deliver(key, queueReport([{ queue: 'Bad', n: 41 }]));
    expect((await world.runJson(line)).json).toMatchObject({ files: [{ outcome: 'DELIVERED' }], quarantined: [] });
  });

  it('names the series there are when none is called so, and the one that was asked for when it has no file', async () => {
    const wrong = await world.run('reload', ...range(), '--series', 'QR-dya');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('is of the series "QR-dya"; did you mean QR-day? There are: ASPR-day, QR-');
    const early = ['--from', runTime(1), '--to', runTime(2), '--series', 'QR-day'];
    expect(await world.run('reload', ...early)).toMatchObject({
      ...{ exitCode: 0, stdout: expect.stringContaining('No report file in the bucket of series QR-day covers') },
    });
  });

  it('takes an interval by its start and its end', async () => {
    const hour = ['--from', runTime(40), '--to', runTime(41)];
    const { json } = await world.runJson(['reload', ...hour]);
    expect((json['files'] as { runTime: string }[]).map((file) => file.runTime)).toEqual([runTime(41), runTime(41)]);
  });

  it('refuses what WFM would not take any more, and ranges that are none', async () => {
    const old = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10);
    const { exitCode, stderr } = await world.run('reload', '--from', old, '--yes');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('lies 40 days back: WFM takes at most 30 days');
    for (const wrong of [
      [],
      ['--from', '2026-02-31'],
      ['--from', day(), '--intraday'],
      ['--from', runTime(9), '--to', runTime(8)],
    ]) {
      expect((await world.run('reload', ...wrong)).exitCode).toBe(2);
    }
  });
});
