// `npm start` as a person runs it: a process of its own, what it prints, its JSON and its exit code.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startReferenceHub } from '../../tools/local/hub/reference-hub.ts';
import type { RunJson } from '../../tools/local/run/run-json.ts';

const script = fileURLToPath(new URL('../../tools/local/start.ts', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'start-'));
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(args: readonly string[], environment: Record<string, string> = {}, stopAt?: string): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...environment } });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (stopAt !== undefined && output.includes(stopAt)) child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (exitCode) => {
      resolve({ exitCode, output, errors });
    });
  });
}

const startOfHourMs = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const instantAt = (minutes: number) => new Date(startOfHourMs + minutes * 60_000).toISOString();
const nameAt = (series: string, minutes: number) => `${series}-${instantAt(minutes).replace('.000Z', 'Z')}.csv`;
const headings = 'Agent,StartInterval,EndInterval,Online time,Nonproductive time,Agent idle time';
const rowAt = (agent: string, minutes: number, onlineSeconds = 900) =>
  `${agent},${instantAt(minutes)},${instantAt(minutes + 15)},${onlineSeconds},0,300`;
const csv = (...rows: string[]) => `${[headings, ...rows].join('\n')}\n`;

async function writeFolder(name: string, files: Record<string, string>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [fileName, body] of Object.entries(files)) await writeFile(join(path, fileName), body);
  return path;
}

async function readJson(file: string): Promise<RunJson> {
  return JSON.parse(await readFile(file, 'utf8')) as RunJson;
}

describe('npm start', () => {
  it('[fault 25] plays the bundled day to its designed end', async () => {
    const json = join(folder, 'bundled.json');
    const { exitCode, output, errors } = await start(['--json', json]);
    expect(errors).toBe('');
    expect(output).toContain('100 %  289 of 289 files');
    expect(output).toContain('289: 288 DELIVERED, 1 QUARANTINED');
    expect(output).toMatch(/Agent-audit-\S+ +1 {2}QUARANTINED/);
    expect(output).toMatch(/↳ gap: no report for \S+T14:30:00\.000Z/);
    expect(output).toMatch(/↳ late: later runs were here before it/);
    expect(output).toContain('expected a number of seconds, found "#REF!"');
    expect(output).toMatch(/ :15 ·{7}■{7}M■{6}·{3}$/m);
    expect(output).toContain('ClassifyReport > QuarantineReport > ReportQuarantined');
    expect(output).toContain('54 agent events: 39 delivered (4 unmapped), 8 unchanged, 4 out of scope, 1 duplicate');
    expect(output).toMatch(/^ agent-02@example\.com +▒{10}█▒{29}\?{15}▒{5}$/m);
    expect(output).toMatch(/^ the bundled hour, line \d+, sequence number \d+$/m);
    expect(await readJson(json)).toMatchObject({
      agentEvents: { received: 54, delivered: 39, duplicates: 1, stale: 1, deadLettered: 1 },
      deadLetters: [{ fault: 'json' }],
    });
    expect(output).toContain('The day ended as designed.');
    expect(output).not.toContain('\u001B[');
    expect(exitCode).toBe(0);
  }, 120_000);

  it('stops cleanly when it is interrupted', async () => {
    const { exitCode, output, errors } = await start([], {}, '10 %');
    expect(errors).toBe('Stopped.\n');
    expect(output).not.toContain('ended as designed');
    expect(exitCode).toBe(130);
  }, 60_000);
});

describe('npm start -- --input', () => {
  it('delivers a folder and writes what became of every file', async () => {
    const input = await writeFolder('delivered', {
      [nameAt('ASPR', -60)]: csv(rowAt('anna', -75), rowAt('ben', -75)),
      [nameAt('ASPR', -15)]: csv(rowAt('anna', -30), rowAt('ben', -30, 1200)),
      'ASPR-reload-anna.csv': csv(rowAt('anna', -75, 800)),
      '.hidden.csv': 'x',
      'no-events.jsonl': '\n',
    });
    const json = join(folder, 'delivered.json');
    const { exitCode, output, errors } = await start([
      '--input',
      input,
      '--prefix',
      'connect/x/Reports',
      '--json',
      json,
    ]);
    expect(errors).toBe('');
    expect(exitCode).toBe(0);
    expect(output).toContain('3: 3 DELIVERED');
    expect(output).not.toContain('agent event');
    const { executions, coverage, counts, hub } = await readJson(json);
    expect(counts).toEqual({ DELIVERED: 3 });
    expect(hub.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(executions).toMatchObject([
      {
        key: `connect/x/Reports/${nameAt('ASPR', -60)}`,
        spacing: 'first',
        rows: 2,
        delivered: 2,
        rejected: 0,
        error: null,
      },
      {
        ...{ spacing: 'gap', missing: [instantAt(-45), instantAt(-30)], rows: 2, delivered: 1, rejected: 1 },
        rejects: [{ line: 3, reason: expect.stringContaining('1200 s, expected at most 900 s') }],
      },
      { series: null, runTime: null, spacing: 'reload', rows: 1, delivered: 1, cause: null },
    ]);
    expect(executions[0]?.states).toEqual([
      ...['ClassifyReport', 'IsKnownReport', 'ClaimCheckpoint', 'IsClaimed', 'ValidateSpacing', 'TransformRows'],
      ...['DeliverBatches', 'DeliverBatch', 'CompleteReport', 'IsDelivered', 'ReportDelivered'],
    ]);
    expect(coverage).toMatchObject([
      { series: 'ASPR', missing: [instantAt(-60), instantAt(-45)], reloaded: [instantAt(-75)] },
    ]);
  }, 60_000);

  it('ends with 1 when a file is quarantined, and says why', async () => {
    const input = await writeFolder('quarantined', { 'Payroll.csv': 'a,b\n', [nameAt('ASPR', -15)]: csv() });
    const json = join(folder, 'quarantined.json');
    const { exitCode, output } = await start(['--input', input, '--json', json]);
    expect(exitCode).toBe(1);
    expect(output).toContain('UnknownReportKindError: The file name "Payroll.csv" does not begin with a report kind');
    expect((await readJson(json)).executions).toMatchObject([
      { status: 'DELIVERED', rows: 0, delivered: 0 },
      { status: 'QUARANTINED', error: 'UnknownReportKindError', rows: null, kind: null },
    ]);
  }, 60_000);

  it('takes the settings: a foreign file is ignored, and that is no failure', async () => {
    const input = await writeFolder('ignored', { 'Payroll.csv': 'a,b\n' });
    const settings = join(folder, 'settings.yml');
    await writeFile(settings, 'hub: { url: https://hub.example.com }\nreports: { unknownReports: ignore }\n');
    const { exitCode, output } = await start(['--input', input, '--settings', settings]);
    expect(output).toContain('1: 1 IGNORED');
    expect(exitCode).toBe(0);
  }, 60_000);

  it('delivers to the hub it is given, with the access key of the environment', async () => {
    const input = await writeFolder('hub', { [nameAt('ASPR', -15)]: csv(rowAt('anna', -30), rowAt('ben', -30)) });
    const hub = await startReferenceHub();
    try {
      const { exitCode } = await start(['--input', input, '--hub', hub.url], {
        HUB_ACCESS_KEY_ID: hub.credentials.accessKeyId,
        HUB_ACCESS_KEY_SECRET: hub.credentials.accessKeySecret,
      });
      expect(exitCode).toBe(0);
      expect(hub.records('ASPR')).toHaveLength(2);

      const json = join(folder, 'refused.json');
      const refused = await start(['--input', input, '--hub', hub.url, '--json', json]);
      expect(refused.exitCode).toBe(1);
      expect((await readJson(json)).executions).toMatchObject([
        { status: 'FAILED', error: 'HubAuthenticationError', delivered: 0, rows: 2 },
      ]);
    } finally {
      await hub.close();
    }
  }, 60_000);

  it.each([
    [['--bogus'], "unknown option '--bogus'"],
    [['--input', '/nowhere/at/all'], 'is no folder'],
    [['--input', folder, '--hub', 'ftp://hub.example.com'], 'hub.url'],
    [['--input', folder, '--hub', 'http://hub.example.com'], 'must be an https address'],
  ])(
    'ends %j as wrong usage, without a stack trace',
    async (args, message) => {
      await writeFile(join(folder, 'some-file.csv'), '');
      const { exitCode, errors } = await start(args);
      expect(errors).toContain(message);
      expect(errors).not.toMatch(/^ +at /m);
      expect(exitCode).toBe(2);
    },
    60_000,
  );
});
