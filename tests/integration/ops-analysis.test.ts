// reconcile, drift and entities against the real pipeline in the local stack.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordDifference, EntityTotal } from '../../tools/ops/analysis/day-comparison.ts';
import type { DriftFinding } from '../../tools/ops/analysis/drift.ts';
import type { Entity } from '../../tools/ops/analysis/entity-list.ts';
import type { Reconciliation } from '../../tools/ops/analysis/reconcile.ts';
import type { Finding } from '../../tools/ops/status-findings.ts';
import {
  interval,
  nextSecond,
  prefix,
  queueHeadings,
  queueReport,
  reportKey,
  runTime,
} from '../statemachine/harness.ts';
import { startOpsWorld, type OpsWorld } from './ops-world.ts';

const day = runTime(0).slice(0, 10);
let world: OpsWorld;
beforeAll(async () => {
  world = await startOpsWorld({ settings: { reports: { lookBackMinutes: 60 } } });
});
afterAll(() => world.close());

type Shown = Reconciliation & { readonly findings: readonly Finding[]; readonly remarks: readonly string[] };

async function reconcile(...args: string[]) {
  const { exitCode, json } = await world.runJson(['reconcile', '--day', day, ...args]);
  return { exitCode, shown: json as unknown as Shown };
}

const totalOf = (totals: readonly EntityTotal[], entity: string) => totals.find((total) => total.entity === entity);
const differencesOf = (differences: readonly RecordDifference[], entity: string) =>
  differences.filter((difference) => difference.entity === entity);
const figureOf = (total: EntityTotal | undefined, name: string) => total?.figures.find(({ figure }) => figure === name);

const agentReport = (rows: readonly (readonly [agent: string, queue: string, n: number, handled: number])[]) =>
  [
    'Agent,Queue,StartInterval,EndInterval,Contacts handled',
    ...rows.map(([agent, queue, n, handled]) => [agent, queue, interval(n), runTime(n), handled].join(',')),
    '',
  ].join('\n');

async function findDrift(...args: string[]) {
  const { exitCode, json } = await world.runJson(['drift', '--since', '3d', '--within', '2d', ...args]);
  return { exitCode, findings: json['findings'] as DriftFinding[] };
}

describe('acdhub reconcile', () => {
  it('shows no difference for what was delivered, corrected and repeated by look-backs', async () => {
    const { pipeline } = world;
    await pipeline.deliver(reportKey('QR-even', 10), queueReport([{ queue: 'even', n: 10, handled: 8 }]));
    await pipeline.deliver(
      reportKey('QR-even', 11),
      queueReport([
        { queue: 'even', n: 10, handled: 9 },
        { queue: 'even', n: 11 },
      ]),
    );
    await nextSecond();
    await pipeline.deliver(reportKey('QR-even', 11), queueReport([{ queue: 'even', n: 11, handled: 4 }]));
    const { shown } = await reconcile();
    // The corrected upload has lost the look-back's interval: the hub keeps what the replaced one said.
    expect(totalOf(shown.totals, 'even')).toMatchObject({ fileRecordCount: 2, hubRecordCount: 2 });
    expect(figureOf(totalOf(shown.totals, 'even'), 'contactsHandled')).toMatchObject({ files: 12, hub: 13 });
    expect(differencesOf(shown.differences, 'even')).toMatchObject([
      { intervalStart: interval(10), cause: 'otherFigures' },
    ]);
    await nextSecond();
    await pipeline.deliver(reportKey('QR-even', 12), queueReport([{ queue: 'even', n: 10, handled: 8 }]));
    const after = await reconcile();
    expect(totalOf(after.shown.totals, 'even')).toMatchObject({ differingRecordCount: 0 });
    expect(world.pipeline.handled('even')).toEqual({ [interval(10)]: 8, [interval(11)]: 4 });
  });

  it('names the file that is not delivered, and turns green after its redrive', async () => {
    const { pipeline } = world;
    const key = reportKey('QR-stuck', 20);
    pipeline.before('deliver-batch', () => {
      throw Object.assign(new Error('no right'), { name: 'AccessDeniedError' });
    });
    const execution = await pipeline.deliver(key, queueReport([{ queue: 'stuck', n: 20 }]));
    const before = await reconcile();
    expect(before.exitCode).toBe(1);
    expect(before.shown.openFiles).toMatchObject([{ key, progress: 'NOT_FINISHED', error: null }]);
    expect(differencesOf(before.shown.differences, 'stuck')).toMatchObject([{ cause: 'notDelivered' }]);
    expect(before.shown.series.find(({ series }) => series === 'QR-stuck')?.open).toEqual([
      { intervalStart: interval(20), state: 'arrived' },
      ...Array.from({ length: 76 }, (_, index) => ({ intervalStart: interval(21 + index), state: 'missing' })),
    ]);
    await pipeline.redrive(execution);
    const after = await reconcile();
    expect(after.shown.openFiles).toEqual([]);
    expect(differencesOf(after.shown.differences, 'stuck')).toEqual([]);
  });

  it('counts what the hub refused as missing there, with the hub’s reason', async () => {
    const { pipeline } = world;
    pipeline.hub.refuse((_, record) =>
      'queueValue' in record && record.queueValue === 'unknown-b' ? 'unknown queue' : null,
    );
    const rows = ['known-a', 'unknown-b'].map((queue) => ({ queue, n: 30 }));
    await pipeline.deliver(reportKey('QR-refused', 30), queueReport(rows));
    pipeline.hub.refuse(null);
    const { shown } = await reconcile();
    expect(differencesOf(shown.differences, 'unknown-b')).toMatchObject([
      { cause: 'refused', reason: 'unknown queue' },
    ]);
    expect(differencesOf(shown.differences, 'known-a')).toEqual([]);
    expect(shown.hubRefusals).toEqual([{ kind: 'QR', entity: 'unknown-b', reason: 'unknown queue', recordCount: 1 }]);
  });

  it('says of a quarantined file and of rejected rows what is wrong with them', async () => {
    const { pipeline } = world;
    await pipeline.deliver(reportKey('QR-bad', 40), 'Queue,Contacts handled\nx,1\n');
    const good = queueReport([
      { queue: 'rows-a', n: 40 },
      { queue: 'rows-b', n: 40 },
    ]);
    await pipeline.deliver(reportKey('QR-rows', 40), good.replace(',10,8,2,1,6', ',10,x8,2,1,6'));
    const { shown } = await reconcile();
    expect(shown.openFiles).toMatchObject([
      { key: reportKey('QR-bad', 40), progress: 'QUARANTINED', error: 'ReportHeaderError' },
    ]);
    expect(shown.rejectedRows).toMatchObject([
      { rule: 'not-a-number', rowCount: 1, key: reportKey('QR-rows', 40), lineNumber: 2 },
    ]);
  });

  it('counts reload files among the files of the day', async () => {
    await world.pipeline.deliver(
      `${prefix}QR-reload-even.csv`,
      queueReport([{ queue: 'reloaded', n: 50, handled: 3 }]),
    );
    const { shown } = await reconcile();
    expect(totalOf(shown.totals, 'reloaded')).toMatchObject({ fileRecordCount: 1, differingRecordCount: 0 });
  });

  it('compares agents with their queue, and the stated service level with the one sent', async () => {
    const { pipeline } = world;
    const headings = `${queueHeadings},Service level 20 seconds`;
    const body = queueReport([{ queue: 'levels', n: 60 }]).replace(queueHeadings, headings);
    await pipeline.deliver(reportKey('QR-levels', 60), body.replace(/12\.5$/m, '12.5,75.0%'));
    await pipeline.deliver(
      reportKey('AQR', 60),
      agentReport([
        ['ann', 'levels', 60, 3],
        ['bob', 'levels', 60, 2],
      ]),
    );
    const { shown } = await reconcile();
    expect(shown.agentSums.differences).toEqual([
      {
        ...{ queue: 'levels', intervalStart: interval(60), figure: 'contactsHandled' },
        ...{ queueReport: 8, agentQueueReport: 5 },
      },
    ]);
    expect(shown.serviceLevels).toEqual([
      {
        ...{ queue: 'levels', comparedCount: 1, differingCount: 1 },
        widest: { intervalStart: interval(60), derivedPercent: 60, statedPercent: 75 },
      },
    ]);
    const wide = await reconcile('--tolerance', '50');
    expect(wide.shown.agentSums.differences).toEqual([]);
  });

  it('prints tables and what to do first', async () => {
    const { exitCode, stdout } = await world.run('reconcile', '--day', day);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${day} in UTC: 96 intervals`);
    expect(stdout).toMatch(/First: npx acdhub executions --failed --local/);
  });

  it('refuses a day that is not remembered, no day, and no zone', async () => {
    for (const args of [
      ['--day', '2020-01-01'],
      ['--day', '2026-02-30'],
      ['--zone', 'Mars/Olympus'],
    ]) {
      expect((await world.run('reconcile', ...args)).exitCode).toBe(2);
    }
  });
});

describe('acdhub drift', () => {
  it('lists queues that came and went, by the newest figures', async () => {
    const { findings } = await findDrift('--within', '3h');
    const of = (name: string) => findings.filter((finding) => finding.name === name).map(({ drift }) => drift);
    expect(of('levels')).toEqual(['queueAppeared']);
    expect(of('even')).toEqual(['queueVanished']);
  });

  it('lists a queue in two series, with two service levels, with mixed directions', async () => {
    const { pipeline } = world;
    await pipeline.deliver(reportKey('QR-one', 70), queueReport([{ queue: 'shared', n: 70 }]));
    const other = queueReport([{ queue: 'shared', n: 71 }]).replaceAll('in 20 seconds', 'in 30 seconds');
    await pipeline.deliver(reportKey('QR-two', 71), other);
    const mixed = queueReport([{ queue: 'mixed', n: 71 }]).replace(
      queueHeadings,
      `${queueHeadings},Contacts handled outbound`,
    );
    await pipeline.deliver(reportKey('QR-mixed', 71), mixed.replace(/12\.5$/m, '12.5,4'));
    const { exitCode, findings } = await findDrift();
    expect(exitCode).toBe(1);
    expect(findings.filter(({ name }) => name === 'shared')).toMatchObject([
      { drift: 'queueInSeveralSeries', detail: expect.stringMatching(/^QR-one .*; QR-two /) },
      { drift: 'queueWithSeveralServiceLevels', detail: expect.stringMatching(/^20 s .*; 30 s /) },
    ]);
    expect(findings.filter(({ name }) => name === 'mixed')).toMatchObject([
      { drift: 'mixedDirection', firstSeen: runTime(71), lastSeen: runTime(71) },
    ]);
  });

  it('names the rows that vanished from a re-sent interval', async () => {
    const { pipeline } = world;
    const queues = ['thin-a', 'thin-b'].map((queue) => ({ queue, n: 80 }));
    await pipeline.deliver(reportKey('QR-thin', 80), queueReport(queues));
    await pipeline.deliver(reportKey('QR-thin', 81), queueReport([{ queue: 'thin-a', n: 80, handled: 7 }]));
    const { findings } = await findDrift();
    expect(findings.filter(({ drift, name }) => drift === 'rowsVanished' && name === 'QR-thin')).toMatchObject([
      { firstSeen: interval(80), detail: '1 row in 1 re-sent interval, and the hub keeps them: thin-b' },
    ]);
  });

  it('refuses a span longer than anything is kept, and one shorter than what is new', async () => {
    expect((await world.run('drift', '--since', '400d')).exitCode).toBe(2);
    expect((await world.run('drift', '--since', '3d', '--within', '3d')).exitCode).toBe(2);
  });
});

describe('acdhub entities', () => {
  it('lists queues with medium, service level and series, and logins with where they were seen', async () => {
    const { json } = await world.runJson(['entities', '--since', '3d']);
    const entities = json['entities'] as Entity[];
    expect(entities.find(({ name }) => name === 'levels')).toMatchObject({
      ...{ type: 'queue', hubName: 'levels', mapping: 'ownName', mediaTypes: ['voice'] },
      ...{ serviceLevelSeconds: [20], seenIn: ['QR-levels'] },
    });
    expect(entities.find(({ name }) => name === 'ann')).toMatchObject({ type: 'agent', seenIn: ['AQR'] });
  });

  it('writes CSV that a spreadsheet does not run', async () => {
    await world.pipeline.deliver(reportKey('QR-evil', 90), queueReport([{ queue: '=cmd|"/c calc"!A1', n: 90 }]));
    const { stdout } = await world.run('entities', '--csv', '--since', '3d');
    expect(stdout.split('\n')[0]).toBe(
      'type,name,hubName,mapped,mapping,mediaType,serviceLevelSeconds,seenIn,firstSeen,lastSeen',
    );
    expect(stdout).toContain(`queue,"'=cmd|""/c calc""!A1"`);
  });
});
