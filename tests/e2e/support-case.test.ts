// The hub is away for an hour: from the alarm to a day that is whole, as an operator goes through it with `npx acdhub`.
import '../../tools/local/quiet-telemetry.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listAlarmRules } from '../../tools/deploy/alarm-rules.ts';
import { loadCustomer } from '../../tools/deploy/customer.ts';
import { toCsv } from '../../tools/local/demo/demo-reports.ts';
import { listRepeatedApplications, reportKey } from '../statemachine/harness.ts';
import { findPrinted, listShownOutputs, toPattern } from './support-page.ts';
import { day, kinds, runTimesOfDay, startSupportWorld, writeReport, type SupportWorld } from './support-world.ts';

/** The runs of 10:15, 10:30, 10:45 and 11:00 met a hub that was down. */
const failedRuns = [41, 42, 43, 44];
const outage = { from: Math.min(...failedRuns), to: Math.max(...failedRuns) };
const failedCount = kinds.length * failedRuns.length;

/** For a busy machine: about a tenth of it is needed. */
const slow = 120_000;
const longest = 240_000;

let world: SupportWorld;
beforeAll(async () => {
  world = await startSupportWorld();
  const { pipeline } = world;
  await world.deliverRunTimes(1, outage.from - 1);
  pipeline.hub.setDown(true);
  for (const n of failedRuns) {
    for (const kind of kinds) await pipeline.deliver(reportKey(kind, n), toCsv(writeReport(kind, n)));
  }
}, longest);
afterAll(() => world.close());

const readPage = (page: string) => readFile(new URL(`../../${page}`, import.meta.url), 'utf8');
const countRecords = (kind: (typeof kinds)[number], from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => writeReport(kind, from + index).rows.length).reduce(
    (sum, count) => sum + count,
  );

describe('a hub that is away for longer than the retries last', () => {
  it('makes executions fail at DeliverBatch, and nothing of them is in the hub', () => {
    const failed = kinds.flatMap((kind) => failedRuns.map((n) => world.pipeline.newest(reportKey(kind, n))));
    expect(failed.map(({ status, error, states }) => [status, error, states.at(-1)])).toEqual(
      failed.map(() => ['FAILED', 'HubUnavailableError', 'DeliverBatch']),
    );
    for (const kind of kinds)
      expect(world.pipeline.hub.records(kind)).toHaveLength(countRecords(kind, 1, outage.from - 1));
  });

  it(
    'rings an alarm whose page knows the error and the command that status says to type',
    async () => {
      const { exitCode, json } = await world.acdhubJson('status --local');
      expect(exitCode).toBe(1);
      const [first] = json['findings'] as unknown[];
      expect(first).toEqual({
        finding: `${failedCount} executions have failed`,
        next: 'npx acdhub redrive --all-failed --local',
      });
      expect(json).toMatchObject({
        failedExecutions: Array.from({ length: failedCount }, () => ({ error: 'HubUnavailableError' })),
        queues: expect.arrayContaining([{ queue: 'failed-executions', messageCount: failedCount }]),
      });
      const rules = listAlarmRules(await loadCustomer('larkfield-bank'));
      const rule = rules.find(({ name }) => name === 'failed-executions')!;
      expect(rule).toMatchObject({
        metric: { dimensions: [['QueueName', { nameOf: 'FailedExecutionsQueue' }]] },
        comparison: 'atLeast',
        threshold: 1,
      });
      const runbookPage = await readPage(`docs/runbook/${rule.page}.md`);
      expect(runbookPage).toContain('`HubUnavailableError`');
      expect(runbookPage).toContain('npx acdhub redrive --all-failed --stage acme --yes');
      const mail = `${rule.meaning} Runbook: docs/runbook/${rule.page}.md`;
      expect((await readPage('docs/support-case.md')).replaceAll(/[\s>]+/g, ' ')).toContain(mail);
    },
    slow,
  );
});

describe('when the hub is back', () => {
  beforeAll(async () => {
    world.pipeline.hub.setDown(false);
    await world.deliverRunTimes(outage.to + 1, runTimesOfDay);
    await world.watch();
    await world.sendAgentEvent('agent-01@example.com', 'Break');
  }, longest);

  it(
    'later files come through by themselves, those that failed wait and are named',
    async () => {
      for (const kind of kinds)
        expect(world.pipeline.newest(reportKey(kind, runTimesOfDay)).output.delivery.status).toBe('DELIVERED');
      const { exitCode, stdout } = await world.acdhub('status --local');
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`\n ! ${failedCount} executions have failed\nFirst: npx acdhub redrive`);
    },
    slow,
  );

  it(
    'show names the answer of the hub and the number of attempts',
    async () => {
      const { name } = world.pipeline.newest(reportKey('QR', outage.to));
      const { exitCode, stdout } = await world.acdhub(`show ${name} --local`);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/DeliverBatch .* 11 +HubUnavailableError/);
      expect(stdout).toContain('with HTTP 503 (down)');
    },
    slow,
  );

  it(
    'coverage shows planners the hour that failed, and nothing else is wrong',
    async () => {
      const { exitCode, stdout } = await world.acdhub(`coverage --day ${day} --local`);
      expect(exitCode).toBe(1);
      expect(stdout.match(/^ ! .*?:/gm)).toEqual(kinds.map((kind) => ` ! ${kind} failed:`));
      expect(stdout.match(/ failed: .* 10:00–11:00 /g)).toHaveLength(kinds.length);
    },
    slow,
  );

  it(
    'redrive shows what it would do, and then delivers every file from where it stopped',
    async () => {
      const plan = await world.acdhub('redrive --all-failed --local');
      expect(plan.exitCode).toBe(1);
      expect(plan.stdout).toContain(`${failedCount} to redrive. Nothing was done yet.`);
      expect(world.pipeline.newest(reportKey('QR', 41)).status).toBe('FAILED');

      const done = await world.acdhub('redrive --all-failed --yes --local');
      expect(done.exitCode).toBe(0);
      expect(done.stdout.match(/ redrive +DELIVERED$/gm)).toHaveLength(failedCount);
      expect(
        world.pipeline.newest(reportKey('QR', 41)).states.filter((state) => state === 'TransformRows'),
      ).toHaveLength(1);
    },
    slow,
  );

  it('every record stands in the hub, and each version of it was taken once', () => {
    const { hub } = world.pipeline;
    const expected = kinds.map((kind) => countRecords(kind, 1, runTimesOfDay));
    expect(kinds.map((kind) => hub.records(kind).length)).toEqual(expected);
    expect(listRepeatedApplications(hub)).toEqual([]);
    expect(hub.applications).toHaveLength(expected.reduce((sum, count) => sum + count));
  });

  it(
    'status is green',
    async () => {
      await world.watch();
      const { exitCode, stdout } = await world.acdhub('status --local');
      expect(stdout).toContain('All is well.');
      expect(exitCode).toBe(0);
    },
    slow,
  );

  it(
    'reconcile shows a difference of 0',
    async () => {
      const ran = await world.acdhub(`reconcile --day ${day} --local`);
      expect(ran).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('Difference 0: the hub has what the files say.'),
        stderr: expect.stringContaining('100 %  288 of 288 report files'),
      });
      for (const kind of kinds) expect(ran.stdout).toMatch(new RegExp(`${kind} +${kind} +96 of 96`));
    },
    slow,
  );

  it(
    'coverage shows a full day, on the terminal and as a page',
    async () => {
      const { exitCode, stdout } = await world.acdhub(`coverage --day ${day} --local`);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('100 % in: 288 of 288 intervals that are due by now.');
      expect(await world.acdhub(`coverage --day ${day} --html day.html --local`)).toMatchObject({ exitCode: 0 });
      expect(await readFile(join(world.folder, 'day.html'), 'utf8')).toContain('<bdi>ASPR</bdi>');
    },
    slow,
  );
});

describe('docs/support-case.md and the README', () => {
  it.each(listShownOutputs('docs/support-case.md', { until: '## Smaller repairs' }))(
    'show what $typed has printed',
    (shown) => {
      expect(findPrinted(world.transcript, shown)).toMatch(toPattern(shown));
    },
  );

  it('show the same status', () => {
    const [shown] = listShownOutputs('README.md');
    expect(findPrinted(world.transcript, shown!)).toMatch(toPattern(shown!));
  });
});
