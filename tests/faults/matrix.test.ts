// Every row of the fault matrix in docs/guarantees.md is kept by tests whose titles name it, such as "[fault 8] …" or "[faults 1, 2] …".
import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rowCount = 25;
const rows = Array.from({ length: rowCount }, (_, index) => index + 1);
/** The title as the argument of it, it.each(…) or describe. */
const titleStart = /(?:\b(?:it|describe)|\))\(\s*['"`]\[faults? ([\d, ]+)\]/g;

/** Files by row, as their titles say. */
function readTitles(): Map<number, Set<string>> {
  const files = readdirSync(`${root}tests`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`);
  const filesByRow = new Map<number, Set<string>>();
  for (const file of files) {
    for (const [, list = ''] of readFileSync(file, 'utf8').matchAll(titleStart)) {
      for (const row of list.split(',').map(Number)) {
        filesByRow.set(row, (filesByRow.get(row) ?? new Set()).add(relative(root, file)));
      }
    }
  }
  return filesByRow;
}

/** Files by row, as the table of the document says. */
function readDocument(): Map<number, Set<string>> {
  const document = readFileSync(`${root}docs/guarantees.md`, 'utf8');
  return new Map(
    [...document.matchAll(/^\| (\d+) +\|.*\|([^|]*)\|$/gm)].map(([, row, tests = '']) => [
      Number(row),
      new Set([...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => `tests/${file}.test.ts`)),
    ]),
  );
}

describe('the fault matrix', () => {
  const titles = readTitles();
  const document = readDocument();

  it.each(rows)('has a test that names row %i, and the document lists every one of its files', (row) => {
    expect(titles.get(row)?.size ?? 0).toBeGreaterThan(0);
    expect([...(document.get(row) ?? [])].toSorted()).toEqual([...(titles.get(row) ?? [])].toSorted());
  });

  it('has no other rows', () => {
    expect([...titles.keys()].filter((row) => !rows.includes(row))).toEqual([]);
    expect([...document.keys()]).toEqual(rows);
  });
});
