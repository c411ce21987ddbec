import { describe, expect, it } from '@jest/globals';
import { toHubRejectsCsv } from '../../../../../functions/lib/io/hub-rejects-csv.ts';
import { toRejectsCsv } from '../../../../../functions/lib/io/rejects-csv.ts';
import { readIntervals, readRejects } from '../../../../../tools/local/run/staged-details.ts';
import { at, buildFile } from './run-builders.ts';

const stagingOf = (objects: Record<string, string>) => ({
  read: (key: string) => Promise.resolve(key in objects ? Buffer.from(objects[key]!) : null),
});
const places = {
  manifestKey: 'reports/r/v/manifest.json',
  rejectsKey: null,
  hubRejectedCount: 0,
  batchIndexes: [0, 1],
};
const rowOf = (lineNumber: number) => ({
  ...{ lineNumber, column: 'Contacts abandoned', value: '-3', reason: 'expected 0 or more', rule: 'negative' },
  cells: ['Support, "EU"', '-3', 'one cell too many'],
});

describe('readRejects', () => {
  it('reads back what the rejects file says, without the apostrophe that keeps a spreadsheet calm', async () => {
    const csv = toRejectsCsv(['line', 'Contacts abandoned'], [rowOf(4), { ...rowOf(7), column: null, value: null }]);
    const { rejects } = await readRejects(stagingOf({ 'rejects.csv': csv }), { ...places, rejectsKey: 'rejects.csv' });
    expect(rejects).toEqual([
      { line: 4, column: 'Contacts abandoned', value: '-3', reason: 'expected 0 or more' },
      { line: 7, column: null, value: null, reason: 'expected 0 or more' },
    ]);
  });

  it('reads a hundred of them at most, and counts all', async () => {
    const csv = toRejectsCsv(
      ['a', 'b'],
      Array.from({ length: 250 }, (_, index) => rowOf(index + 2)),
    );
    expect(await readRejects(stagingOf({ r: csv }), { ...places, rejectsKey: 'r' })).toMatchObject({
      rejects: { length: 100 },
      rejectedCount: 250,
    });
  });

  it('adds the records the hub refused, named by interval, queue and agent', async () => {
    const record = {
      ...{ agentValue: 'anna', agentId: 'anna', intervalStart: at('12:00') },
      ...{ readyTimeSeconds: 1, notReadyTimeSeconds: 0, loginTimeSeconds: 900 },
    };
    const csv = toHubRejectsCsv([record], [{ index: 0, reason: 'unknown agent' }]);
    const staging = stagingOf({ 'reports/r/v/hub-rejects-1.csv': csv });
    const { rejects } = await readRejects(staging, { ...places, hubRejectedCount: 1 });
    expect(rejects).toEqual([
      { line: null, column: null, value: `${at('12:00')} anna`, reason: 'refused by the hub: unknown agent' },
    ]);
  });
});

describe('readIntervals', () => {
  const { result } = buildFile('a', { firstInterval: at('12:00'), lastInterval: at('12:30'), intervalCount: 3 });

  it('counts on from the first interval where there are no holes', async () => {
    expect(await readIntervals(stagingOf({}), result, null)).toEqual([at('12:00'), at('12:15'), at('12:30')]);
  });

  it('reads the manifest where there are', async () => {
    const intervals = [{ intervalStart: at('12:00') }, { intervalStart: at('12:30') }];
    const staging = stagingOf({ m: JSON.stringify({ formatVersion: 1, intervals }) });
    expect(await readIntervals(staging, { ...result, intervalCount: 2 }, 'm')).toEqual([at('12:00'), at('12:30')]);
  });

  it('has none for a file without rows', async () => {
    expect(await readIntervals(stagingOf({}), buildFile('a').result, 'm')).toEqual([]);
  });
});
