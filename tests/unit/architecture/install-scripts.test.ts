// A package's install script runs on every machine the project is installed on, before anybody has read it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));
const { packages } = read('package-lock.json') as {
  readonly packages: Readonly<Record<string, { hasInstallScript?: boolean; dev?: boolean; integrity?: string }>>;
};
const { allowScripts } = read('package.json') as { readonly allowScripts: Readonly<Record<string, boolean>> };
const withScript = Object.entries(packages).flatMap(([path, { hasInstallScript, dev }]) =>
  hasInstallScript === true ? [{ name: path.replace(/^.*node_modules\//, ''), dev }] : [],
);

describe('install scripts', () => {
  it('are run for the one package that needs its own, and for no other', () => {
    const allowed = Object.entries(allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed.map(([name]) => name)).toEqual(['node']);
  });

  it('are each decided on: npm asks about a package that is in neither list', () => {
    const undecided = withScript.filter(({ name }) => !Object.hasOwn(allowScripts, name));
    expect(undecided).toEqual([]);
  });

  it('come with no package that is deployed', () => {
    expect(withScript.filter(({ dev }) => dev !== true)).toEqual([]);
  });

  it('cannot be slipped in: every package is pinned by its hash', () => {
    const unpinned = Object.entries(packages).filter(([path, { integrity }]) => path !== '' && integrity === undefined);
    expect(unpinned.map(([path]) => path)).toEqual([]);
  });
});
