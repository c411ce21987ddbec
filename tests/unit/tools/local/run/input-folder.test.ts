import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../../../functions/lib/domain/errors.ts';
import { readInputFolder, selectNames } from '../../../../../tools/local/run/input-folder.ts';

const folder = await mkdtemp(join(tmpdir(), 'input-folder-'));
afterAll(() => rm(folder, { recursive: true }));

async function writeInput(name: string, files: Record<string, string>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [file, body] of Object.entries(files)) await writeFile(join(path, file), body);
  return path;
}

describe('readInputFolder', () => {
  it('leaves hidden files and folders out and sorts by code unit', async () => {
    const input = await writeInput('sorted', {
      'b.csv': 'b',
      'B.csv': 'B.csv',
      '.hidden.csv': '',
      '.hidden.jsonl': 'x',
    });
    await mkdir(join(input, 'folder.csv'));
    const { reports, eventLines } = await readInputFolder(input);
    expect(reports.map(({ name }) => name)).toEqual(['B.csv', 'b.csv']);
    expect(String(await reports[0]?.read())).toBe('B.csv');
    expect(eventLines).toEqual([]);
  });

  it('reads the agent events of all files in the order of their names', async () => {
    const input = await writeInput('events', { 'b.jsonl': 'third', 'a.JSONL': 'first\n\nsecond\n' });
    const { reports, eventLines } = await readInputFolder(input);
    expect(reports).toEqual([]);
    expect(eventLines.map(({ file, line, bytes }) => [file, line, Buffer.from(bytes).toString()])).toEqual([
      ['a.JSONL', 1, 'first'],
      ['a.JSONL', 3, 'second'],
      ['b.jsonl', 1, 'third'],
    ]);
  });

  it('refuses a folder without a file', async () => {
    const input = await writeInput('empty', {});
    await expect(readInputFolder(input)).rejects.toThrow(/holds no files; expected report files .* agent events/);
  });

  it('names agent events that cannot be read', async () => {
    const input = await writeInput('broken', {});
    await symlink(join(folder, 'nowhere'), join(input, 'lost.jsonl'));
    await expect(readInputFolder(input)).rejects.toThrow(ConfigError);
    await expect(readInputFolder(input)).rejects.toThrow(/lost\.jsonl cannot be read/);
  });
});

describe('selectNames', () => {
  it('takes every name that is no agent event file for a report, known or not', () => {
    expect(selectNames(['QR-x.csv.gz', 'Payroll', 'a.JSONL', 'x.jsonl.csv'])).toEqual({
      reports: ['Payroll', 'QR-x.csv.gz', 'x.jsonl.csv'],
      events: ['a.JSONL'],
    });
  });
});
