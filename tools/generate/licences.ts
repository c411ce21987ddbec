// Writes docs/licences.md: whose code the deployed functions carry, and under which licence.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { bundleFunction } from '../deploy/bundling.ts';

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; `unknown` where the package names none. */
  readonly licence: string;
  readonly functionKeys: readonly string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Folder of the package a file belongs to; null for our own code. A package can lie within another one's folder. */
function findPackageFolder(source: string): string | null {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(source)?.[0] ?? null;
}

function readText(value: unknown, field: string): string {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  return typeof text === 'string' ? text : 'unknown';
}

/**
 * The packages in the functions' bundles, by name and version. What only tools and tests use is not deployed and not listed.
 * @throws Error when a function cannot be bundled
 */
export async function listBundledPackages(): Promise<BundledPackage[]> {
  const entries = await readdir(join(root, 'functions'), { withFileTypes: true });
  const functionKeys = entries.filter((entry) => entry.isDirectory() && entry.name !== 'lib').map(({ name }) => name);
  const outputFolder = await mkdtemp(join(tmpdir(), 'acdhub-licences-'));
  const users = new Map<string, string[]>();
  try {
    for (const functionKey of functionKeys.toSorted()) {
      const { sources } = await bundleFunction(functionKey, outputFolder);
      for (const folder of new Set(sources.map(findPackageFolder))) {
        if (folder !== null) users.set(folder, [...(users.get(folder) ?? []), functionKey]);
      }
    }
  } finally {
    await rm(outputFolder, { recursive: true });
  }
  const packages = [...users].map(async ([folder, usedBy]): Promise<BundledPackage> => {
    const description: unknown = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const [name, version, licence] = ['name', 'version', 'license'].map((field) => readText(description, field));
    return { name: name ?? '', version: version ?? '', licence: licence ?? '', functionKeys: usedBy };
  });
  const byName = ({ name, version }: BundledPackage) => `${name}@${version}`;
  return (await Promise.all(packages)).sort((a, b) => (byName(a) < byName(b) ? -1 : 1));
}

/** The page as it stands in docs/licences.md. */
export async function describeLicences(packages: readonly BundledPackage[]): Promise<string> {
  const rows = packages.map(
    ({ name, version, licence, functionKeys }) => `| ${name} | ${version} | ${licence} | ${functionKeys.length} |`,
  );
  const counts = [...Map.groupBy(packages, ({ licence }) => licence)].map(
    ([licence, own]) => `${own.length} ${licence}`,
  );
  const text = [
    '# Licences',
    '',
    'The packages whose code is in the deployed functions, and in how many of these. Tools and tests use more packages, which are not deployed.',
    '',
    `${packages.length} packages: ${counts.toSorted().join(', ')}.`,
    '',
    '| Package | Version | Licence | Functions |',
    '| --- | --- | --- | ---: |',
    ...rows,
    '',
  ].join('\n');
  return format(text, { parser: 'markdown', printWidth: 120, proseWrap: 'always' });
}

if (import.meta.main) {
  await writeFile(
    new URL('../../docs/licences.md', import.meta.url),
    await describeLicences(await listBundledPackages()),
  );
  console.log('wrote docs/licences.md');
}
