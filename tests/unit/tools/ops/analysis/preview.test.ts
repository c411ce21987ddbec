import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Preview } from '../../../../../tools/ops/analysis/preview.ts';
import { runAcdhub } from '../../../../../tools/ops/program.ts';

const now = '2026-11-22T13:00:00.000Z';
const headings =
  'Queue,StartInterval,EndInterval,Contacts queued,Contacts handled,Contacts abandoned,' +
  'Contacts abandoned in 20 seconds,Contacts answered in 20 seconds';
const row = (queue: string, handled = '8') =>
  `${queue},2026-11-22T11:45:00.000Z,2026-11-22T12:00:00.000Z,10,${handled},2,1,6`;
const report = (...rows: readonly string[]) => [headings, ...rows, ''].join('\n');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acdhub-preview-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function preview(fileName: string, body: string | Uint8Array, ...args: readonly string[]) {
  const path = join(folder, fileName);
  await writeFile(path, body);
  return run(path, ...args);
}

async function run(path: string, ...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const errors = new PassThrough();
  errors.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await runAcdhub(['preview', path, ...args], {
    stdout: { write: (text: unknown) => Boolean((stdout += String(text))) },
    stderr: errors as unknown as NodeJS.WriteStream,
    environment: {},
    signal: new AbortController().signal,
    nowMs: () => Date.parse(now),
    openStage: () => Promise.reject(new Error('preview asked for a deployment')),
    openLocal: () => Promise.reject(new Error('preview asked for the local stack')),
  });
  return { exitCode, stdout, stderr, read: () => JSON.parse(stdout) as Preview };
}

const name = 'QR-Sales-2026-11-22T12:00:00Z.csv';

describe('acdhub preview', () => {
  it('shows kind, series, run time, intervals and records of a good file', async () => {
    const { exitCode, read } = await preview(name, report(row('Sales'), row('Support')), '--json');
    expect(exitCode).toBe(0);
    expect(read()).toMatchObject({
      ...{ outcome: 'SENT', kind: 'QR', series: 'QR-Sales', runTime: '2026-11-22T12:00:00.000Z' },
      ...{ rowCount: 2, recordCount: 2, serviceLevelSeconds: 20, cellCount: 16, refusal: null },
      intervals: [{ intervalStart: '2026-11-22T11:45:00.000Z', recordCount: 2 }],
    });
    expect(read().records.map((record) => 'queueValue' in record && record.queueValue)).toEqual(['Sales', 'Support']);
  });

  it('reads a gzip file as the plain one', async () => {
    const { read } = await preview('QR-Sales-2026-11-22T12_00_00Z.csv.gz', gzipSync(report(row('Sales'))), '--json');
    expect(read()).toMatchObject({ outcome: 'SENT', recordCount: 1, runTime: '2026-11-22T12:00:00.000Z' });
  });

  it('gives line, column, value and reason of a rejected row, and the notes, and exits with 1', async () => {
    const { exitCode, read } = await preview(name, report(row('Sales'), row('Support', 'many')), '--json');
    expect(exitCode).toBe(1);
    expect(read().rejects).toEqual([
      expect.objectContaining({ lineNumber: 3, column: 'Contacts handled', value: 'many' }),
    ]);
    expect(read().notes.map(({ code }) => code)).toContain('absent-column');
  });

  it.each([
    ['a missing heading', name, 'Queue,Contacts handled\nx,1\n', 'ReportHeaderError'],
    ['a cut file', name, report(row('Sales')).slice(0, -8), 'ReportFormatError'],
    ['an unknown kind', 'Sales-2026-11-22T12:00:00Z.csv', report(), 'UnknownReportKindError'],
    ['a run time off the quarter hour', 'QR-2026-11-22T12:05:00Z.csv', report(), 'IntervalSpacingError'],
    ['a run time in the future', 'QR-2026-11-22T14:00:00Z.csv', report(), 'ReportInFutureError'],
    ['a run time long ago', 'QR-2026-09-22T12:00:00Z.csv', report(), 'ReportTooOldError'],
  ])('refuses %s with the cause and its cure', async (_, fileName, body, error) => {
    const { exitCode, stdout } = await preview(fileName, body);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${error}: `);
    expect(stdout).toMatch(/Do \S/);
  });

  it('sends nothing of a file with too many bad rows, and lists them all', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => row(`Queue ${index}`, index < 20 ? 'x' : '8'));
    const { read } = await preview(name, report(...rows), '--json');
    expect(read()).toMatchObject({ outcome: 'REFUSED', recordCount: 0, records: [], rejectedRowCount: 20 });
    expect(read().refusal?.error).toBe('ReportRejectedRowsError');
  });

  it('warns of a file near the cells above which Amazon Connect writes none', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => row(`Queue ${index}`));
    const { stdout } = await preview(name, report(...rows));
    expect(stdout).toContain('160000, 80 % of what Amazon Connect writes: split the report');
  });

  it('measures ages from the upload that is given', async () => {
    const { read } = await preview(
      ...(['QR-2026-09-22T12:00:00Z.csv', report(), '--json', '--uploaded', '2026-09-22T12:20:00Z'] as const),
    );
    expect(read()).toMatchObject({ outcome: 'SENT', rowCount: 0, uploadedAt: '2026-09-22T12:20:00.000Z' });
  });

  it('goes by a settings file', async () => {
    const settings = join(folder, 'settings.yml');
    await writeFile(settings, 'queues: [{ name: Sales, hubQueue: Verkauf }]\n');
    const { stdout } = await preview(name, report(row('Sales')), '--settings', settings, '--csv');
    expect(stdout.split('\n').map((line) => line.split(',')[0])).toEqual(['queueValue', 'Verkauf', '']);
  });

  it('goes by the file of a stage that is not deployed', async () => {
    const { exitCode } = await preview(name, report(row('Sales')), '--stage', 'larkfield-bank');
    expect(exitCode).toBe(0);
  });

  it('writes names as they cannot harm a terminal or a spreadsheet', async () => {
    const hostile = '=HYPERLINK(1)\u001b[2J';
    const csv = await preview(name, report(row(hostile)), '--csv');
    expect(csv.stdout).toContain(`'=HYPERLINK(1)\\u001b[2J`);
    const shown = await preview(name, report(row(hostile)));
    expect(shown.stdout).not.toContain('\u001b[2J');
  });

  it('says that there is no such file or stage', async () => {
    expect(await run(join(folder, 'none.csv'))).toMatchObject({ exitCode: 2 });
    expect(await preview(name, report(), '--stage', 'nobody')).toMatchObject({ exitCode: 2 });
  });
});
