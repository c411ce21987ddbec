import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queueReport, reportKey } from '../statemachine/harness.ts';
import { startOpsWorld, type OpsWorld } from './ops-world.ts';

let world: OpsWorld;
beforeAll(async () => {
  world = await startOpsWorld();
});
afterAll(() => world.close());

interface Step {
  readonly execution: string;
  readonly key: string;
  readonly action: string;
  readonly reason: string;
  readonly result: { readonly outcome: string; readonly execution: string } | null;
}

const stepsOf = (json: Record<string, unknown>, series: string): Step[] =>
  (json['steps'] as Step[]).filter(({ key }) => key.includes(`/${series}-`));

/** Delivers a file while the function fails with an error that is not retried. */
async function deliverFailing(series: string, functionKey: string, error: Error) {
  const { pipeline } = world;
  pipeline.before(functionKey, () => {
    throw error;
  });
  const key = reportKey(series, 10);
  return { key, execution: await pipeline.deliver(key, queueReport([{ queue: series, n: 10 }])) };
}

const denied = () => Object.assign(new Error('no right'), { name: 'AccessDeniedError' });

describe('acdhub redrive', () => {
  it('shows the plan first and changes nothing', async () => {
    const { execution } = await deliverFailing('QR-plan', 'deliver-batch', denied());
    expect(execution.status).toBe('FAILED');
    const { exitCode, stdout } = await world.run('redrive', execution.name);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('1 to redrive. Nothing was done yet.');
    expect(stdout).toContain(`npx acdhub redrive ${execution.name} --local --yes`);
    expect(world.pipeline.newest(reportKey('QR-plan', 10)).status).toBe('FAILED');
    const { json } = await world.runJson(['redrive', '--all-failed', '--since', '2h']);
    expect(json).toMatchObject({
      command: 'redrive',
      nextCommand: 'npx acdhub redrive --all-failed --since 2h --local --yes',
    });
  });

  it('goes on at the failed step, waits for the outcome and removes the message afterwards', async () => {
    const { key, execution } = await deliverFailing('QR-again', 'deliver-batch', denied());
    const { exitCode, json } = await world.runJson(['redrive', '--all-failed', '--yes']);
    expect(exitCode).toBe(0);
    expect(stepsOf(json, 'QR-again')).toMatchObject([
      { execution: execution.name, action: 'redrive', result: { outcome: 'DELIVERED', execution: execution.name } },
    ]);
    const states = world.pipeline.newest(key).states;
    expect(states.filter((state) => state === 'TransformRows')).toHaveLength(1);
    const left = await world.pipeline.takeMessages('FAILED_EXECUTIONS_QUEUE_URL');
    expect(JSON.stringify(left)).not.toContain(execution.name);
  });

  it('keeps the message of an execution that fails again', async () => {
    const { execution } = await deliverFailing('QR-twice', 'deliver-batch', denied());
    world.pipeline.before('deliver-batch', () => {
      throw denied();
    });
    const { exitCode, json } = await world.runJson(['redrive', execution.name, '--yes']);
    expect(exitCode).toBe(1);
    expect(stepsOf(json, 'QR-twice')).toMatchObject([{ result: { outcome: 'FAILED', error: 'AccessDeniedError' } }]);
    expect(json['removedMessageCount']).toBe(0);
    expect((await world.runJson(['redrive', execution.name, '--yes'])).json['removedMessageCount']).toBe(2);
  });

  it('leaves quarantined files out, with the cure, and calls that done unless the file was named', async () => {
    const key = reportKey('QR-bad', 10);
    const { name } = await world.pipeline.deliver(key, 'Queue,Nonsense\nA,1\n');
    const { exitCode, json, stdout } = await world.runJson(['redrive', '--all-failed', '--yes']);
    expect(exitCode).toBe(0);
    expect(stepsOf(json, 'QR-bad')).toMatchObject([{ execution: name, action: 'leave', result: null }]);
    expect(stdout).toContain('Add or correct the column in the report in Amazon Connect');
    expect(await world.runJson(['redrive', name, '--yes'])).toMatchObject({ exitCode: 1 });
  });

  it('leaves out what a corrected upload has overtaken', async () => {
    const { key, execution } = await deliverFailing('QR-new', 'deliver-batch', denied());
    await new Promise((resolve) => setTimeout(resolve, 1005 - (Date.now() % 1000)));
    await world.pipeline.deliver(key, queueReport([{ queue: 'QR-new', n: 10, handled: 9 }]));
    const { exitCode, json } = await world.runJson(['redrive', execution.name, '--yes']);
    expect(exitCode).toBe(0);
    expect(stepsOf(json, 'QR-new')).toMatchObject([
      { action: 'leave', reason: 'a newer upload or reload of the file has taken its place', isHealed: true },
    ]);
    expect(json['removedMessageCount']).toBe(1);
  });

  it('names the redrives of another operator that are still running', async () => {
    const { key, execution } = await deliverFailing('QR-slow', 'deliver-batch', denied());
    const hold = Promise.withResolvers<undefined>();
    world.pipeline.before('deliver-batch', () => hold.promise);
    await world.runJson(['redrive', execution.name, '--yes', '--no-wait']);
    const [second, held] = [
      await world.run('redrive', '--all-failed'),
      await world.runJson(['redrive', '--all-failed']),
    ];
    const named = await world.run('redrive', execution.name);
    hold.resolve(undefined);
    await world.pipeline.stack.idle();
    expect(second.stdout).toContain(`1 redrive is running already: ${execution.name}.`);
    expect(second.exitCode).toBe(0);
    expect(held.json).toMatchObject({ runningRedrives: [execution.name] });
    expect(named).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('it is still running') });
    expect(world.pipeline.newest(key).status).toBe('SUCCEEDED');
  });

  it('stopped by Ctrl-C says what it has done until then, and how to go on', async () => {
    const third = await deliverFailing('QR-stop-1', 'deliver-batch', denied());
    const second = await deliverFailing('QR-stop-2', 'deliver-batch', denied());
    const first = await deliverFailing('QR-stop-3', 'deliver-batch', denied());
    const stop = new AbortController();
    const hold = Promise.withResolvers<undefined>();
    // Newest first, one at a time.
    world.pipeline.before('deliver-batch', () => undefined);
    world.pipeline.before('deliver-batch', () => {
      stop.abort();
      return hold.promise;
    });
    const ran = await world.runJson(['redrive', '--all-failed', '--yes', '--at-once', '1'], 0, stop.signal);
    hold.resolve(undefined);
    await world.pipeline.stack.idle();
    expect(ran).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('Stopped.') });
    expect(ran.json).toMatchObject({
      ...{ isDone: true, removedMessageCount: 0, error: { name: 'InterruptedError' } },
      nextCommand: 'npx acdhub redrive --all-failed --local --yes',
    });
    expect(stepsOf(ran.json, 'QR-stop-3')).toMatchObject([
      { execution: first.execution.name, result: { outcome: 'DELIVERED' } },
    ]);
    expect(stepsOf(ran.json, 'QR-stop-2')).toMatchObject([
      { execution: second.execution.name, result: { outcome: 'RUNNING' } },
    ]);
    expect(stepsOf(ran.json, 'QR-stop-1')).toMatchObject([{ execution: third.execution.name, result: null }]);
    expect((await world.runJson(['redrive', '--all-failed', '--yes'])).exitCode).toBe(0);
  });

  it('does nothing for an execution that has succeeded', async () => {
    const key = reportKey('QR-fine', 10);
    const { name } = await world.pipeline.deliver(key, queueReport([{ queue: 'QR-fine', n: 10 }]));
    const { exitCode, json } = await world.runJson(['redrive', name, '--yes']);
    expect(exitCode).toBe(0);
    expect(stepsOf(json, 'QR-fine')).toMatchObject([{ action: 'leave', reason: 'it has ended as DELIVERED' }]);
  });

  it('answers wrong usage as JSON too, whatever is wrong with it', async () => {
    for (const words of [['--bogus'], ['--at-once', '1000'], ['a', 'b']]) {
      const { exitCode, json } = await world.runJson(['redrive', ...words]);
      expect(exitCode).toBe(2);
      expect(json).toMatchObject({ command: 'redrive', error: { name: 'UsageError' } });
    }
  });

  it('wants to know which execution', async () => {
    const { exitCode, stderr, stdout } = await world.run('redrive');
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Name one, or say --all-failed');
  });
});

describe('acdhub show', () => {
  it('tells of a failed execution where and why, and what to do', async () => {
    const { key, execution } = await deliverFailing('QR-show', 'transform-rows', denied());
    const { exitCode, stdout } = await world.run('show', key);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(execution.name);
    expect(stdout).toMatch(/TransformRows .* 1 .*AccessDeniedError: no right/);
    expect(stdout).toContain("Give the function's role the right");
    expect(stdout).toContain(`npx acdhub redrive ${execution.name} --local --yes`);
  });

  it('lists the rejected rows with line, column, value and reason', async () => {
    const key = reportKey('QR-rejects', 10);
    const rows = queueReport([
      { queue: 'QR-rejects', n: 10 },
      { queue: 'Other', n: 10 },
    ]).replace(',8,2,1,6,', ',x8,2,1,6,');
    await world.pipeline.deliver(key, rows);
    const { exitCode, json } = await world.runJson(['show', key.slice(key.lastIndexOf('/') + 1)]);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      command: 'show',
      deployment: 'local',
      formatVersion: 1,
      rejectedCount: 1,
      execution: { outcome: 'DELIVERED', series: 'QR-rejects', kind: 'QR' },
      result: { rejects: [{ line: 2, column: 'Contacts handled', value: 'x8' }] },
    });
  });

  it('says that there is none', async () => {
    const { exitCode, stderr } = await world.run('show', 'QR-never-2026-11-22T12:00:00Z.csv');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('There is no execution for QR-never-2026-11-22T12:00:00Z.csv');
  });
});

describe('acdhub executions', () => {
  it('tells quarantined files from failed ones and neutralises what names could do to a terminal', async () => {
    const key = `connect/demo/Reports/QR-\u001b[31mred\u202e-${reportKey('x', 10).slice(-24)}`;
    await world.pipeline.deliver(key, 'Queue,Nonsense\nA,1\n');
    const { exitCode, json } = await world.runJson(['executions', '--failed']);
    expect(exitCode).toBe(1);
    expect(json['executions']).toContainEqual(
      expect.objectContaining({ outcome: 'QUARANTINED', series: 'QR-\u001b[31mred\u202e' }),
    );
    const shown = await world.run('show', key);
    expect(shown.stdout).toContain(String.raw`QR-\u001b[31mred\u202e`);
    expect(shown.stdout).not.toMatch(/\u001b|\u202e/);
  });

  it('knows no other kinds than the three', async () => {
    expect((await world.run('executions', '--kind', 'XR')).exitCode).toBe(2);
    const { json } = await world.runJson(['executions', '--kind', 'AQR']);
    expect(json['executions']).toEqual([]);
  });
});
