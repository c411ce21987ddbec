// A Python environment with MiniStack in it, made once below .local/ and kept for as long as requirements.txt stays the same.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const requirementsFile = fileURLToPath(new URL('requirements.txt', import.meta.url));
const folder = fileURLToPath(new URL('../../../.local/ministack', import.meta.url));
const timeoutMs = 300_000;

/** Something this machine does not have; the test is skipped then. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
}

async function findPython(): Promise<string> {
  for (const python of ['python3', 'python']) {
    const isUsable = await run(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], { timeout: 30_000 })
      .then(() => true)
      .catch(() => false);
    if (isUsable) return python;
  }
  throw new MissingToolError('there is no Python 3.11 or newer');
}

function readOutput(error: unknown): string {
  const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
  return `${stdout}\n${stderr}`.trim();
}

/**
 * The environment's `python`. Packages come by pip as this machine has it set up, and only those of requirements.txt.
 * @throws {MissingToolError} when there is no Python, no venv module or no package index
 */
export async function openPythonEnvironment(): Promise<string> {
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'requirements.txt');
  const requirements = await readFile(requirementsFile, 'utf8');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === requirements) return python;

  const basePython = await findPython();
  await rm(folder, { recursive: true, force: true });
  await run(basePython, ['-m', 'venv', folder], { timeout: timeoutMs }).catch((error: unknown) => {
    throw new MissingToolError(`Python cannot make a virtual environment:\n${readOutput(error)}`);
  });
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
  await run(python, [...install, '-r', requirementsFile], { timeout: timeoutMs }).catch((error: unknown) => {
    const output = readOutput(error);
    // Only an index that cannot be reached: a wrong hash or a version that is gone must not look like that.
    const isOffline = /NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError/.test(
      output,
    );
    if (isOffline) throw new MissingToolError('pip cannot reach its package index, to fetch MiniStack from');
    throw new Error(`pip could not install MiniStack:\n${output}`);
  });
  await writeFile(stamp, requirements);
  return python;
}
