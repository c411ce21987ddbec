import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../../../functions/lib/domain/errors.ts';
import { parseStartOptions } from '../../../../../tools/local/run/start-options.ts';

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
