import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeLicences, listBundledPackages, type BundledPackage } from '../../tools/generate/licences.ts';

/** They ask for their notice at most. Another one is a question for a lawyer before it is one for a test. */
const knownLicences = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0']);

let packages: readonly BundledPackage[];

beforeAll(async () => {
  packages = await listBundledPackages();
}, 60_000);

describe('the packages in the functions', () => {
  it('are those of docs/licences.md (npm run generate writes it)', async () => {
    const page = readFileSync(new URL('../../docs/licences.md', import.meta.url), 'utf8');
    expect(page).toBe(await describeLicences(packages));
  });

  it('stand under licences that allow use in a closed product', () => {
    expect(packages.filter(({ licence }) => !knownLicences.has(licence))).toEqual([]);
  });

  it('hold what the functions cannot do without, and no tool', () => {
    const names = packages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['@aws-sdk/client-s3', '@middy/core', 'csv-parse']));
    expect(names.filter((name) => ['typebox', 'ajv', 'yaml', 'jest', 'esbuild'].includes(name))).toEqual([]);
  });
});
