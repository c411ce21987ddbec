// Three smaller cases, as an operator goes through them with `npx acdhub`: a file in quarantine, an agent event nobody could take,
// and a day whose figures were wrong.
import '../../tools/local/quiet-telemetry.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueueRecord } from '../../schemas/hub-records.ts';
import { replaceCell, toCsv, writeQueueReport, type WrittenReport } from '../../tools/local/demo/demo-reports.ts';
import { interval, listRepeatedApplications, nextSecond, prefix, reportKey, runTime } from '../statemachine/harness.ts';
import { findPrinted, listShownOutputs, toPattern } from './support-page.ts';
import { day, startSupportWorld, writeReport, type SupportWorld } from './support-world.ts';

/** The runs of 10:15 to 10:45, and that of 11:00, whose queue report lacks a column. */
const first = 41;
const spoiltRun = 44;
const slow = 120_000;

let world: SupportWorld;
beforeAll(async () => {
  world = await startSupportWorld(spoiltRun);
  await world.deliverRunTimes(first, spoiltRun - 1);
  for (const kind of ['AQR', 'ASPR'] as const) {
    await world.pipeline.deliver(reportKey(kind, spoiltRun), toCsv(writeReport(kind, spoiltRun)));
  }
}, slow);
afterAll(() => world.close());

const withoutColumn = ({ headings, rows }: WrittenReport, heading: string): WrittenReport => {
  const position = headings.indexOf(heading);
  return { headings: headings.toSpliced(position, 1), rows: rows.map((row) => row.toSpliced(position, 1)) };
};

describe('a quarantined file', () => {
  const key = reportKey('QR', spoiltRun);
  const name = key.slice(prefix.length);
  const corrected = toCsv(writeReport('QR', spoiltRun));

  it(
    'is named with the column it lacks and with the cure, and no redrive takes it',
    async () => {
      await world.pipeline.deliver(key, toCsv(withoutColumn(writeReport('QR', spoiltRun), 'Contacts abandoned')));
      await world.sendAgentEvent('agent-01@example.com', 'Available');
      await world.watch();
      expect(await world.acdhub('status --local')).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining('First: npx acdhub dlq list quarantine --local'),
      });
      expect(await world.acdhub('dlq list quarantine --local')).toMatchObject({
        stdout: expect.stringContaining('ReportHeaderError'),
      });
      const shown = await world.acdhub(`show ${name} --local`);
      expect(shown.exitCode).toBe(1);
      expect(shown.stdout).toContain('Contacts abandoned');
      const { json } = await world.acdhubJson('redrive --all-failed --yes --local');
      expect(json).toMatchObject({ steps: [{ key, action: 'leave', result: null }] });
      expect(
        world.pipeline.hub.records('QR').filter(({ record }) => record.intervalStart === interval(spoiltRun)),
      ).toEqual([]);
    },
    slow,
  );

  it(
    'is delivered once it was corrected, looked at and uploaded again under its name',
    async () => {
      await writeFile(join(world.folder, name), corrected);
      expect(await world.acdhub(`preview ${name}`)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('5 records would be sent.'),
      });
      await nextSecond();
      await world.pipeline.deliver(key, corrected);
      const { stdout } = await world.acdhub(`show ${name} --local`);
      expect(stdout).toContain('DELIVERED');
      const records = world.pipeline.hub
        .records('QR')
        .filter(({ record }) => record.intervalStart === interval(spoiltRun));
      expect(records).toHaveLength(writeReport('QR', spoiltRun).rows.length);
    },
    slow,
  );

  it(
    'leaves the queue with a copy kept, and then status and coverage are green',
    async () => {
      expect(await world.acdhub('dlq purge quarantine --all --yes --keep-in quarantine.jsonl --local')).toMatchObject({
        exitCode: 0,
      });
      await world.watch();
      expect(await world.acdhub('status --local')).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('All is well.'),
      });
      const { json } = await world.acdhubJson(`coverage --day ${day} --local`);
      expect(json).toMatchObject({ counts: { states: { missing: 0, failed: 0, quarantined: 0 } } });
    },
    slow,
  );
});

describe('an agent event the hub cannot take', () => {
  const login = 'agent-13@example.com';

  it(
    'is set aside with its payload, and the agents behind it go on',
    async () => {
      world.pipeline.hub.refuseStates(({ agentValue }) => (agentValue === login ? 'unknown agent' : null));
      await world.sendAgentEvent(login, 'Available');
      await world.sendAgentEvent('agent-02@example.com', 'Break');
      const { exitCode, stdout } = await world.acdhub('dlq list agent-event-dlq --local');
      expect(exitCode).toBe(1);
      expect(stdout).toContain('unknown agent');
      expect(world.pipeline.hub.agentStates.get('agent-02@example.com')).toMatchObject({ eventId: 'Break' });
      expect(world.pipeline.hub.agentStates.has(login)).toBe(false);
    },
    slow,
  );

  it(
    'stays where it is when it is replayed before the cause is gone',
    async () => {
      const { exitCode, json } = await world.acdhubJson('dlq replay agent-event-dlq --all --yes --local');
      expect(exitCode).toBe(1);
      expect(json).toMatchObject({
        messages: [{ isRemoved: false, result: expect.stringContaining('unknown agent') }],
      });
    },
    slow,
  );

  it(
    'reaches the hub once the agent was entered there and it is replayed, and leaves the queue',
    async () => {
      world.pipeline.hub.refuseStates(null);
      expect(await world.acdhub('dlq replay agent-event-dlq --all --yes --local')).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('1 delivered'),
      });
      expect(world.pipeline.hub.agentTransitions.filter(({ agentValue }) => agentValue === login)).toMatchObject([
        { eventId: 'Available' },
      ]);
      expect((await world.acdhub('dlq list --local')).exitCode).toBe(0);
    },
    slow,
  );
});

describe('a reload of yesterday', () => {
  const queue = 'Support';
  const at = interval(first + 1);
  const readQueues = () => world.pipeline.hub.records('QR').map(({ record }) => record as QueueRecord);
  const isCorrected = (record: QueueRecord) => record.queueValue === queue && record.intervalStart === at;

  it(
    'by a corrected file changes the two figures that were wrong, and nothing else',
    async () => {
      const whole = writeQueueReport({
        ...{ dayStartMs: Date.parse(runTime(0)), isComplete: true },
        ...{ firstInterval: first - 1, lastInterval: spoiltRun - 1 },
      });
      const startColumn = whole.headings.indexOf('StartInterval');
      const rowIndex = whole.rows.findIndex((row) => row[0] === queue && row[startColumn] === at);
      const figure = (heading: string) => Number(whole.rows[rowIndex]![whole.headings.indexOf(heading)]);
      const two = {
        'Contacts queued': figure('Contacts queued') + 2,
        'Contacts abandoned': figure('Contacts abandoned') + 2,
      };
      const correctedReport = Object.entries(two).reduce(
        (report, [heading, value]) => replaceCell(report, rowIndex, heading, String(value)),
        whole,
      );
      const before = readQueues();
      await nextSecond();
      await world.pipeline.deliver(`${prefix}QR-reload-${day}.csv`, toCsv(correctedReport));
      const after = readQueues();

      expect(after.filter((record) => !isCorrected(record))).toEqual(before.filter((record) => !isCorrected(record)));
      const [wrong, right] = [before.find(isCorrected)!, after.find(isCorrected)!];
      // What follows from the two is the service level.
      expect(right).toEqual({
        ...wrong,
        contactsReceived: wrong.contactsReceived! + 2,
        abandonedLong: wrong.abandonedLong! + 2,
        serviceLevelPercent: right.serviceLevelPercent,
      });
      const { json, exitCode } = await world.acdhubJson(`reconcile --day ${day} --local`);
      expect(json).toMatchObject({ differences: [] });
      expect(exitCode).toBe(0);
    },
    slow,
  );

  it(
    'from the bucket sends every record of the day again, and the corrected figures stay',
    async () => {
      const before = readQueues();
      world.pipeline.takeRequests();
      const plan = await world.acdhub(`reload --from ${day} --to ${day} --kind QR --local`);
      expect(plan.exitCode).toBe(1);
      expect(plan.stdout).toContain('WFM takes reloaded data in after about 3 hours');
      const done = await world.acdhub(`reload --from ${day} --to ${day} --kind QR --yes --local`);
      expect(done.exitCode).toBe(0);
      expect(world.pipeline.takeRequests().records).toBe(before.length);
      expect(readQueues()).toEqual(before);
      expect(listRepeatedApplications(world.pipeline.hub)).toEqual([]);
      expect(await world.acdhub(`reconcile --day ${day} --local`)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('Difference 0'),
      });
    },
    slow,
  );
});

describe('docs/support-case.md', () => {
  it.each(listShownOutputs('docs/support-case.md', { from: '## Smaller repairs' }))(
    'shows what $typed has printed',
    (shown) => {
      expect(findPrinted(world.transcript, shown)).toMatch(toPattern(shown));
    },
  );
});
