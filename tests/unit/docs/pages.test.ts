// The pages people read: links lead somewhere, shown settings are right, every runbook page answers the same questions.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { listAlarmRules } from '../../../tools/deploy/alarm-rules.ts';
import { loadCustomer } from '../../../tools/deploy/customer.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const docs = join(root, 'docs');
const listPages = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path));
const pages = [join(root, 'README.md'), join(root, 'statemachines/README.md'), ...listPages(docs)];
const runbook = readdirSync(join(docs, 'runbook')).filter((name) => name !== 'README.md');

const read = (page: string) => readFileSync(page, 'utf8');
const withoutCode = (text: string) => text.replaceAll(/^ *```[^]*?^ *```/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** As GitHub names the anchor of a heading. */
const toAnchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const listAnchors = (page: string) =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => toAnchor((heading ?? '').replaceAll('`', '')));

/** YAML shown on a page, without the indentation of the list it stands in. */
const listYaml = (page: string) =>
  [...read(page).matchAll(/^( *)```yaml\n([^]*?)^ *```/gm)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
const fields = (value: unknown) => Object.fromEntries(Object.entries(value ?? {}));

function findBrokenLinks(page: string): string[] {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  return links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? page : join(dirname(page), path);
      if (!existsSync(linked)) return true;
      return anchor !== undefined && statSync(linked).isFile() && !listAnchors(linked).includes(anchor);
    });
}

describe('the documents', () => {
  it.each(pages.map((page) => relative(root, page)))(
    '%s has no link to a page or heading that is not there',
    (page) => {
      expect(findBrokenLinks(join(root, page))).toEqual([]);
    },
  );

  it('lists every runbook page in the index', () => {
    const index = read(join(docs, 'runbook/README.md'));
    expect(runbook.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  });

  it.each(runbook)('runbook page %s says what it means for the customer and what to do', (name) => {
    const text = read(join(docs, 'runbook', name));
    expect(text).toMatch(/\*\*What it (means|does) for/);
    expect(text).toMatch(/^## (Do|Which way|When it is back)/m);
  });

  it('shows settings that the check of customer files takes, each beside a smallest file', async () => {
    const smallest = fields(parse(read(join(root, 'customers/harbour-travel.yml'))));
    const folder = await mkdtemp(join(tmpdir(), 'acdhub-docs-'));
    await mkdir(join(folder, 'customers'));
    try {
      const examples = pages.flatMap((page) => listYaml(page).map((text) => ({ page, settings: fields(parse(text)) })));
      expect(examples.length).toBeGreaterThan(8);
      for (const { page, settings } of examples) {
        await writeFile(join(folder, 'customers/example.yml'), stringify({ ...smallest, ...settings }));
        const checked = await loadCustomer('example', folder).then(() => 'taken', String);
        expect([relative(root, page), checked]).toEqual([relative(root, page), 'taken']);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has a runbook page for every alarm, and each of them says how to check and when to escalate', async () => {
    const rules = listAlarmRules(await loadCustomer('larkfield-bank'));
    const alarmPages = [...new Set(rules.map(({ page }) => page))];
    const lacking = alarmPages.filter((page) => {
      const path = join(docs, 'runbook', `${page}.md`);
      return (
        !existsSync(path) ||
        ['Likely causes', 'Check', 'Do', 'Escalate'].some((part) => !read(path).includes(`\n## ${part}\n`))
      );
    });
    expect(lacking).toEqual([]);
  });
});
