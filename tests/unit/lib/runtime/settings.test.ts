import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../../functions/lib/domain/errors.ts';
import { loadSettings, parseSettings } from '../../../../functions/lib/runtime/settings.ts';

const smallest = { acd: { name: 'acd-1' }, hub: { url: 'https://hub.example' } };
const parse = (value: object) => parseSettings(structuredClone(value), 'customer.yml');
const folder = mkdtempSync(join(tmpdir(), 'acdhub-settings-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('parseSettings', () => {
  it('fills in every default', () => {
    expect(parse(smallest)).toMatchObject({
      hub: { url: 'https://hub.example', timeoutSeconds: 20, maxWaitSeconds: 5 },
      reports: { unknownReports: 'quarantine', reloadWindowDays: 30, quarantinePercent: 50, maxRows: 100_000 },
      figures: { missingFigures: 'null', mixedDirection: 'reject', handleTime: 'talkAndHold' },
      ...{ queues: [], agents: [], batches: { maxRecords: 500 }, keep: { checkpointDays: 60 } },
    });
  });

  it.each([
    ['an unknown setting', { reports: { lookBack: 1 } }, 'reports: there is no setting "lookBack"'],
    [
      'a wrong word',
      { reports: { unknownReports: 'drop' } },
      'reports.unknownReports: expected one of quarantine, ignore',
    ],
    ['a number that is too small', { keep: { checkpointDays: 1 } }, 'keep.checkpointDays: must be >= 45'],
    ['a missing section', { acd: undefined }, 'settings: the setting "acd" is missing'],
    ['an ACD name with a space', { acd: { name: 'my acd' } }, 'acd.name: must match pattern'],
    ['a queue that is listed twice', { queues: [{ name: 'A' }, { name: 'A' }] }, 'queues: "A" is listed twice'],
    [
      'two queues under one name',
      { queues: [{ name: 'A', hubQueue: 'B' }, { name: 'B' }] },
      'two queues are sent as "B"',
    ],
    [
      'two agents with one ID',
      {
        agents: [
          { login: 'a', agentId: '1' },
          { login: 'b', agentId: '1' },
        ],
      },
      'two agents have the ID "1"',
    ],
  ])('refuses %s and says where it is', (_, change, message) => {
    const value = JSON.parse(JSON.stringify({ ...smallest, ...change })) as object;
    expect(() => parse(value)).toThrow(ConfigError);
    expect(() => parse(value)).toThrow(message);
    expect(() => parse(value)).toThrow('customer.yml');
  });

  it('lists all mistakes at once', () => {
    const wrong = { ...smallest, reports: { maxRows: 0 }, batches: { maxRecords: 0 } };
    expect(() => parse(wrong)).toThrow(/reports\.maxRows[\s\S]*batches\.maxRecords/);
  });
});

describe('loadSettings', () => {
  const write = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return { CONNECTOR_SETTINGS_FILE: file };
  };

  it('reads the file that the environment names', () => {
    expect(loadSettings(write('good.json', JSON.stringify(smallest))).acd.name).toBe('acd-1');
  });

  it.each([
    ['is not named', () => ({}), 'CONNECTOR_SETTINGS_FILE is missing'],
    ['is not there', () => ({ CONNECTOR_SETTINGS_FILE: join(folder, 'none.json') }), 'cannot be read as JSON'],
    ['is no JSON', () => write('bad.json', 'acd: x'), 'cannot be read as JSON'],
    ['holds a mistake', () => write('wrong.json', '{"acd":{"name":"a"}}'), 'the setting "hub" is missing'],
  ])('fails as a matter of configuration when the file %s', (_, environment, message) => {
    expect(() => loadSettings(environment())).toThrow(ConfigError);
    expect(() => loadSettings(environment())).toThrow(message);
  });
});
