import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../../functions/lib/domain/errors.ts';
import { listInputFiles, selectNames } from '../../../../tools/local/input-folder.ts';
import { parseStartOptions } from '../../../../tools/local/start-options.ts';

const folder = await mkdtemp(join(tmpdir(), 'start-options-'));
afterAll(() => rm(folder, { recursive: true }));

describe('parseStartOptions', () => {
  it('plays the bundled day without arguments', async () => {
    expect(await parseStartOptions([])).toEqual({ prefix: 'connect/demo/Reports' });
  });

  it('takes a prefix with or without slashes at its ends', async () => {
    expect(await parseStartOptions(['--input', folder, '--prefix', '/connect/x/'])).toMatchObject({
      prefix: 'connect/x',
    });
    expect(await parseStartOptions(['--input', folder, '--prefix', ''])).toMatchObject({ prefix: '' });
  });

  it.each([
    [['--hub', 'https://hub.example.com'], '--hub needs --input DIR'],
    [['--prefix', 'x', '--settings', 'y'], '--prefix, --settings needs --input DIR'],
    [['--input', join(folder, 'nowhere')], 'is no folder'],
    [['--input', folder, '--settings', join(folder, 'nowhere.yml')], 'is no file'],
    [['--json', join(folder, 'nowhere', 'run.json')], 'cannot be written'],
    [['--json', folder], 'cannot be written'],
  ])('refuses %j', async (args, message) => {
    await expect(parseStartOptions(args)).rejects.toThrow(ConfigError);
    await expect(parseStartOptions(args)).rejects.toThrow(message);
  });
});

describe('listInputFiles', () => {
  it('leaves hidden files, agent events and folders out and sorts by code unit', async () => {
    const input = join(folder, 'input');
    await mkdir(join(input, 'folder.csv'), { recursive: true });
    for (const name of ['b.csv', 'B.csv', '.hidden.csv', 'events.jsonl']) await writeFile(join(input, name), name);
    const files = await listInputFiles(input);
    expect(files.map(({ name }) => name)).toEqual(['B.csv', 'b.csv']);
    expect(String(await files[0]?.read())).toBe('B.csv');
  });

  it('refuses a folder without a file to upload', async () => {
    const input = join(folder, 'empty');
    await mkdir(input);
    await expect(listInputFiles(input)).rejects.toThrow(/holds no files; expected report files/);
  });
});

describe('selectNames', () => {
  it('takes every other name, known or not', () => {
    expect(selectNames(['QR-x.csv.gz', 'Payroll', 'a.JSONL'])).toEqual(['Payroll', 'QR-x.csv.gz']);
  });
});
