import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { parseFileName } from '../../../../../functions/lib/domain/report-file/classify-report.ts';
import { readReport } from '../../../../../functions/transform-rows/read-report.ts';
import { createDemoDay, type DemoFile } from '../../../../../tools/local/demo/demo-day.ts';
import { readFileName } from '../../../../../tools/local/run/file-order.ts';
import { loadLocalSettings } from '../../../../../tools/local/settings.ts';

const day = createDemoDay(Date.parse('2026-11-21T00:00:00Z'));
const settings = await loadLocalSettings();
const namesOf = (series: string) =>
  day.files.map(({ name }) => name).filter((name) => name.startsWith(`${series}-2026`));

async function mapRows({ name, body }: DemoFile) {
  const { kind, runTime } = parseFileName(name);
  const uploadedAt = '2026-11-22T09:00:00.000Z';
  const mapped = await readReport(Readable.from([body]), { key: name }, { kind, runTime, uploadedAt, settings });
  return { ...mapped, records: [...mapped.records] };
}

describe('createDemoDay', () => {
  it('has 96 runs of each kind but the one that never comes', () => {
    expect(['QR', 'AQR', 'ASPR'].map((series) => namesOf(series).length)).toEqual([96, 96, 95]);
    expect(namesOf('ASPR')).not.toContain('ASPR-2026-11-21T14:30:00Z.csv');
    expect(day.design.gap).toEqual({
      series: 'ASPR',
      runTime: '2026-11-21T14:30:00.000Z',
      intervalStart: '2026-11-21T14:15:00.000Z',
    });
  });

  it('is the same day whenever it is made, and the same figures on another date', () => {
    expect(createDemoDay(day.dayStartMs)).toEqual(day);
    const nextDay = createDemoDay(day.dayStartMs + 86_400_000);
    expect(nextDay.files.map(({ rowCount }) => rowCount)).toEqual(day.files.map(({ rowCount }) => rowCount));
  });

  it('uploads every series in the order of its run times but the late file', () => {
    for (const series of ['QR', 'AQR', 'ASPR']) {
      const punctual = namesOf(series).filter((name) => name !== day.design.late.name);
      expect(punctual).toEqual(punctual.toSorted());
    }
    const agentQueues = namesOf('AQR');
    const successors = agentQueues.slice(0, agentQueues.indexOf(day.design.late.name));
    expect(successors.filter((name) => name > day.design.late.name)).toHaveLength(4);
    expect(day.files.at(-1)?.name).toBe('QR-reload-corrected.csv');
  });

  it('has exactly one file whose name the connector does not know', () => {
    const unknown = day.files.filter(({ name }) => readFileName(name) === null);
    expect(unknown.map(({ name }) => name)).toEqual([day.design.unknown.name]);
  });

  it('has headings and figures the connector takes without a note, and one row it rejects', async () => {
    const known = day.files.filter(({ name }) => readFileName(name) !== null);
    const mapped = await Promise.all(known.map(async (file) => ({ file, ...(await mapRows(file)) })));
    expect(mapped.flatMap(({ notes }) => notes)).toEqual([]);
    expect(mapped.filter(({ rejects }) => rejects.length > 0).map(({ file }) => file.name)).toEqual([
      day.design.badRow.name,
    ]);
    const { line, column, value } = day.design.badRow;
    expect(mapped.flatMap(({ rejects }) => rejects)).toMatchObject([{ lineNumber: line, column, value }]);
  });

  it('knows chat from voice by its own reports', async () => {
    const noon = await mapRows(day.files.find(({ name }) => name === 'QR-2026-11-21T12:00:00Z.csv')!);
    const mediaTypes = new Map(
      noon.records.map((record) => ('mediaType' in record ? [record.queueValue, record.mediaType] : ['', ''])),
    );
    expect(Object.fromEntries(mediaTypes)).toMatchObject({
      Support: 'voice',
      'Support Chat': 'chat',
      'Sales Chat': 'chat',
    });
  });

  it('reloads one queue of one interval with two more abandoned contacts', async () => {
    const [reloaded] = (await mapRows(day.files.at(-1)!)).records;
    const { records } = await mapRows(day.files.find(({ name }) => name === 'QR-2026-11-21T13:30:00Z.csv')!);
    const own = records.find(
      (record) =>
        record.intervalStart === day.design.reload.intervalStart &&
        'backlog' in record &&
        record.queueValue === 'Support',
    );
    const abandonedOf = (record: typeof own) =>
      record !== undefined && 'backlog' in record ? record.abandonedShort! + record.abandonedLong! : null;
    expect(abandonedOf(reloaded)).toBe(day.design.reload.abandonedCount);
    expect(abandonedOf(reloaded)).toBe(abandonedOf(own)! + 2);
  });
});
