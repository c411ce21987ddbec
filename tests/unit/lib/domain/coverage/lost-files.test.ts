import { describe, expect, it } from '@jest/globals';
import { findUnknownFiles, toNextListKey } from '../../../../../functions/lib/domain/coverage/lost-files.ts';
import {
  toExecutionStart,
  type UploadedObject,
} from '../../../../../functions/lib/domain/report-file/report-identity.ts';

const uploaded = (key: string, clock = '10:30'): UploadedObject => ({
  ...{ bucket: 'b', key: `p/${key}`, etag: 'e', sizeBytes: 1, uploadedAt: `2026-11-22T${clock}:00.000Z` },
});
const file = (clock: string, uploadedClock?: string) => uploaded(`QR-2026-11-22T${clock}:00Z.csv`, uploadedClock);
const rules: Parameters<typeof findUnknownFiles>[1] = {
  uploadedSince: '2026-11-22T09:00:00.000Z',
  uploadedUntil: '2026-11-22T12:00:00.000Z',
  runTimeSince: '2026-10-23T12:00:00.000Z',
  readArrivedVersion: () => null,
  failedExecutionNames: new Set(),
};
const keysOf = (objects: readonly UploadedObject[], changes: Partial<typeof rules> = {}) =>
  findUnknownFiles(objects, { ...rules, ...changes }).map(({ object }) => object.key);

describe('toNextListKey', () => {
  it.each([
    ['p/QR-2026-01-05T12:00:00Z.csv', 'p/QR-2026-10-23'],
    ['p/QR Sales-2024-01-05T12_00_00Z.csv.gz', 'p/QR Sales-2026-10-23'],
    ['p/x/Payroll_2026-10-22T120000Z.CSV', 'p/x/Payroll_2026-10-23'],
  ])('jumps from %s to the reports of the first day that counts', (lastKey, next) => {
    expect(toNextListKey(lastKey, '2026-10-23T12:00:00.000Z')).toBe(next);
    expect(next > lastKey).toBe(true);
  });

  it.each(['p/QR-2026-10-23T00:00:00Z.csv', 'p/QR-2026-11-22T12:00:00Z.csv', 'p/QR-reload-x.csv', 'p/notes.txt'])(
    'goes on behind %s',
    (lastKey) => {
      expect(toNextListKey(lastKey, '2026-10-23T12:00:00.000Z')).toBe(lastKey);
    },
  );
});

describe('findUnknownFiles', () => {
  it('finds reports nothing is known of, the oldest run time first', () => {
    expect(keysOf([file('10:15'), file('09:45'), uploaded('QR-reload-x.csv', '10:00')])).toEqual([
      file('09:45').key,
      'p/QR-reload-x.csv',
      file('10:15').key,
    ]);
  });

  it('leaves out files of other names', () => {
    expect(keysOf([uploaded('Payroll-2026-11-22T10:00:00Z.csv'), uploaded('QR.txt'), uploaded('')])).toEqual([]);
  });

  it('leaves out what was uploaded before the watch began, and what its event may still announce', () => {
    expect(
      keysOf([file('08:45', '08:59'), file('09:00', '09:00'), file('11:45', '12:00'), file('11:45', '12:01')]),
    ).toEqual([file('09:00').key, file('11:45').key]);
  });

  it('leaves out run times that are too old to be sent', () => {
    const first = uploaded('QR-2026-10-23T12:00:00Z.csv');
    expect(keysOf([uploaded('QR-2026-10-23T11:45:00Z.csv'), first])).toEqual([first.key]);
  });

  it('leaves out what has arrived, and not a newer upload of it', () => {
    const readArrivedVersion = (series: string, runTime: string) =>
      series === 'QR' && runTime === '2026-11-22T10:15:00.000Z' ? 'a|b|2026-11-22T10:30:00.000Z' : null;
    expect(keysOf([file('10:15', '10:30')], { readArrivedVersion })).toEqual([]);
    expect(keysOf([file('10:15', '10:31')], { readArrivedVersion })).toEqual([file('10:15').key]);
  });

  it('asks for no arrival of a reload file, which has no run time', () => {
    const readArrivedVersion = () => 'a|b|2026-11-22T11:00:00.000Z';
    expect(keysOf([file('10:15'), uploaded('QR-reload-x.csv')], { readArrivedVersion })).toEqual(['p/QR-reload-x.csv']);
  });

  it('leaves out what failed', () => {
    const { executionName } = toExecutionStart(file('10:15'));
    expect(keysOf([file('10:15')], { failedExecutionNames: new Set([executionName]) })).toEqual([]);
  });
});
