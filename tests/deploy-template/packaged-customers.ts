// `serverless package` for customer files, each in a copy of the sources of its own: what a developer has packaged stays, and
// two can be under way at once. Without credentials and without what Jest puts into the environment.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { cp, readdir, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Template } from '../../tools/deploy/template-rules/template.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export interface PackagedCustomer {
  readonly stage: string;
  /** The template an update deploys, which is the whole of it. */
  readonly templateFile: string;
  readonly template: Template;
  /** SHA-256 by the name of the zip. */
  readonly zipDigests: Readonly<Record<string, string>>;
  /** Paths in the zip, by the name of the zip. */
  readonly zipPaths: Readonly<Record<string, readonly string[]>>;
}

const sources = [
  ...['customers', 'functions', 'schemas', 'statemachines', 'tools'],
  ...['package.json', 'serverless.yml', 'tsconfig.json'],
];
const runFile = promisify(execFile);

export interface CustomerFile {
  readonly stage: string;
  readonly path: string;
}

/** The customers there are, and one for the options none of them has. */
export function listCustomerFiles(): CustomerFile[] {
  return ['customers', 'tests/deploy-template/customers'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.yml'))
      .map((file) => ({ stage: file.replace(/\.yml$/, ''), path: join(root, folder, file) })),
  );
}

/** Copies what packaging reads into `folder`: everything is packaged from the same sources, whatever happens to the checkout. */
export async function copySources(folder: string): Promise<void> {
  await Promise.all(sources.map((source) => cp(join(root, source), join(folder, source), { recursive: true })));
}

/**
 * Packages one customer in `folder`, which must not be there yet, from a copy of `copiedSources`.
 * @throws Error with what serverless printed
 */
export async function packageCustomer(
  { stage, path }: CustomerFile,
  copiedSources: string,
  folder: string,
): Promise<PackagedCustomer> {
  await cp(copiedSources, folder, { recursive: true });
  await cp(path, join(folder, 'customers', basename(path)));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await runServerless(['package', '--stage', stage, '--package', 'package'], folder);
  const packaged = join(folder, 'package');
  const templateFile = join(packaged, 'cloudformation-template-update-stack.json');
  const zips = (await readdir(packaged)).filter((file) => file.endsWith('.zip')).toSorted();
  const contents = await Promise.all(zips.map((zip) => readFile(join(packaged, zip))));
  return {
    ...{ stage, templateFile },
    template: JSON.parse(await readFile(templateFile, 'utf8')) as Template,
    zipDigests: Object.fromEntries(
      contents.map((content, index) => [zips[index]!, createHash('sha256').update(content).digest('hex')]),
    ),
    zipPaths: Object.fromEntries(contents.map((content, index) => [zips[index]!, listZipPaths(content)])),
  };
}

async function runServerless(parameters: readonly string[], folder: string): Promise<void> {
  const command = join(root, 'node_modules', '.bin', 'serverless');
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  try {
    await runFile(process.execPath, [command, ...parameters], {
      cwd: folder,
      env: { PATH: path, HOME: folder, SLS_TELEMETRY_DISABLED: '1' },
      timeout: 180_000,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`serverless ${parameters.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** From the central directory at the end of a zip. */
function listZipPaths(zip: Buffer): string[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const paths: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    paths.push(zip.toString('utf8', at + 46, at + 46 + nameBytes!));
    at += 46 + nameBytes! + extraBytes! + commentBytes!;
  }
  return paths;
}
