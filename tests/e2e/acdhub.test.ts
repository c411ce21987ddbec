// `npx acdhub` as a process of its own: the shell, the program and its exit codes.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const shell = fileURLToPath(new URL('../../tools/ops/acdhub.mjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'acdhub-e2e-'));
afterAll(() => rm(folder, { recursive: true }));
const stackFile = join(folder, 'stack.json');

interface Ended {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Ended> {
  const env = { ...process.env, ACDHUB_LOCAL_STACK_FILE: stackFile };
  return new Promise((resolve) => {
    execFile(process.execPath, [shell, ...args], { env, cwd: folder }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

describe('npx acdhub', () => {
  it('is what package.json calls acdhub', async () => {
    const { bin } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      bin: object;
    };
    expect(bin).toEqual({ acdhub: 'tools/ops/acdhub.mjs' });
  });

  it('shows its commands, from any folder', async () => {
    const { exitCode, stdout, stderr } = await run('--help');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    for (const command of ['status', 'executions', 'show', 'redrive', 'reload', 'dlq'])
      expect(stdout).toContain(command);
  });

  it('exits with 2 for a wrong word and 3 where no local stack runs, and says so on standard error', async () => {
    const wrong = await run('stat');
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('Did you mean status?') });
    const none = await run('status', '--local');
    expect(none).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining('There is no local stack') });
  });

  it('knows a stack file somebody left behind, and says so in JSON too', async () => {
    await writeFile(stackFile, JSON.stringify({ processId: 2 ** 30, outputs: {} }));
    const { exitCode, stdout } = await run('status', '--local', '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'status',
      error: { name: 'AccessError', message: expect.stringContaining('does not run any more') },
    });
  });
});
