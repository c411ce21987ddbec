import '../../tools/local/quiet-telemetry.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHandler, openWatch } from '../../functions/watch-intervals/handler.ts';
import type { CoverageReport } from '../../tools/ops/coverage-page/coverage-report.ts';
import { interval, queueHeadings, queueReport, reportKey, runTime } from '../statemachine/harness.ts';
import { startOpsWorld, type OpsWorld } from './ops-world.ts';

let world: OpsWorld;
beforeAll(async () => {
  world = await startOpsWorld();
});
afterAll(() => world.close());

const day = runTime(1).slice(0, 10);
const series = 'QR-grid';
const deliver = (n: number, body = queueReport([{ queue: 'G', n }])) =>
  world.pipeline.deliver(reportKey(series, n), body);
const readReport = async () => {
  const { json, exitCode } = await world.runJson(['coverage', '--day', day]);
  const report = json as unknown as CoverageReport;
  const row = report.days[0]!.rows.find((one) => one.series === series)!;
  return { exitCode, report, cellAt: (n: number) => row.cells[n - 1]! };
};

describe('acdhub coverage', () => {
  it('judges every interval of the day by what became of its file', async () => {
    await deliver(1);
    await deliver(2, `${queueHeadings}\n`);
    await deliver(4);
    await deliver(3);
    await deliver(5, 'Queue,Nothing\n');
    world.pipeline.before('deliver-batch', () => {
      throw Object.assign(new Error('no right'), { name: 'AccessDeniedError' });
    });
    const failed = await deliver(6);
    await deliver(8);

    const { exitCode, report, cellAt } = await readReport();
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((n) => cellAt(n).state)).toEqual([
      ...['delivered', 'empty', 'late', 'delivered', 'quarantined', 'failed', 'missing', 'delivered'],
    ]);
    expect(exitCode).toBe(1);
    expect(cellAt(1)).toMatchObject({
      intervalStart: interval(1),
      file: {
        key: reportKey(series, 1),
        runTime: runTime(1),
        rowCount: 1,
        rejectedRowCount: 0,
        batchCount: 1,
        recordCount: 1,
      },
    });
    expect(cellAt(1).file!.executionName).toBe(world.pipeline.newest(reportKey(series, 1)).name);
    expect(cellAt(5).problem).toMatchObject({ error: 'ReportHeaderError' });
    expect(cellAt(6).problem).toMatchObject({ executionName: failed.name, error: 'AccessDeniedError' });
    expect(report.findings.map(({ state }) => state)).toEqual(['missing', 'failed', 'quarantined', 'watch']);
  });

  it('says the same as the watch, and since when the watch has known it', async () => {
    const watch = openWatch(world.pipeline.stack.environment);
    const quiet = {
      receive: () => Promise.resolve([]),
      remove: () => Promise.resolve(),
      release: () => Promise.resolve(),
    };
    const { missing } = await createHandler({
      ...watch,
      queue: quiet,
      warn: () => undefined,
      countMetrics: () => undefined,
    })();
    const { report, cellAt } = await readReport();
    const shown = report.days[0]!.rows.flatMap(({ cells }) => cells).filter(({ state }) => state === 'missing');
    const ofDay = missing![series]!.filter((start) => start.startsWith(day));
    expect(shown.map(({ intervalStart }) => intervalStart)).toEqual(ofDay);
    expect(cellAt(7).missedAt).not.toBeNull();
    expect(report.findings.map(({ state }) => state)).not.toContain('watch');
  });

  it('shows a hole as covered once its file has come, and a failed one once it is redriven', async () => {
    await deliver(7);
    await world.run('redrive', '--all-failed', '--yes');
    const { cellAt } = await readReport();
    expect(cellAt(7)).toMatchObject({ state: 'late' });
    expect(cellAt(7).missedAt).not.toBeNull();
    expect(cellAt(6)).toMatchObject({ state: 'delivered', problem: null });
  });

  it('writes a page in the zone of the reader and says where it is', async () => {
    const file = join(world.folder, 'page.html');
    const { stdout } = await world.run('coverage', '--day', day, '--zone', 'Europe/Berlin', '--html', file);
    expect(stdout).toContain(`The page is in ${file}`);
    const html = await readFile(file, 'utf8');
    expect(html).toContain('times of Europe/Berlin');
    expect(html).toContain('<bdi>QR-grid</bdi>');
  });

  it('draws a grid in the terminal', async () => {
    const { stdout } = await world.run('coverage', '--day', day);
    expect(stdout).toContain(' :00 ■Q');
    expect(stdout).toContain(' :15 ·■');
  });

  it.each([
    [['--day', '2026-02-30'], 'is no day'],
    [['--day', day, '--zone', 'Mars/Olympus'], 'is no time zone'],
    [['--day', day, '--to', '2020-01-01'], 'lies before'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stderr } = await world.run('coverage', ...args);
    expect({ exitCode, isSaid: stderr.includes(message) }).toEqual({ exitCode: 2, isSaid: true });
  });

  it('says that a page cannot be written', async () => {
    const { exitCode, stderr } = await world.run(
      'coverage',
      '--day',
      day,
      '--html',
      join(world.folder, 'no', 'page.html'),
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain('The page cannot be written');
  });
});
