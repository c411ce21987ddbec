import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ReportInFutureError,
  ReportTooOldError,
  UnknownReportKindError,
} from '../../../../../functions/lib/domain/errors.ts';
import { classifyReport, parseFileName } from '../../../../../functions/lib/domain/report-file/classify-report.ts';

const noon = '2026-11-22T12:00:00.000Z';
const objectOf = (key: string, uploadedAt = '2026-11-22T12:15:20.000Z') => ({
  ...{ bucket: 'reports', key, etag: 'e', sizeBytes: 1, uploadedAt },
});
const settings = { unknownReports: 'quarantine', reloadWindowDays: 30 } as const;

describe('parseFileName', () => {
  it.each([
    ['QR-2026-11-22T12:00:00Z.csv', 'QR', 'QR'],
    ['AQR-2026-11-22T12:00:00Z.csv', 'AQR', 'AQR'],
    ['ASPR-2026-11-22T12:00:00Z.csv', 'ASPR', 'ASPR'],
    ['qr-2026-11-22T12:00:00Z.csv', 'QR', 'QR'],
    ['Aspr-team-2026-11-22T12:00:00Z.csv', 'ASPR', 'ASPR-team'],
    ['QR-EMEA-2026-11-22T12:00:00Z.csv', 'QR', 'QR-EMEA'],
    ['AQR_Team 2-2026-11-22T12:00:00Z.csv', 'AQR', 'AQR_Team 2'],
    ['QR Sales - North-2026-11-22T12:00:00Z.csv', 'QR', 'QR Sales - North'],
    ['QR-preload-2026-11-22T12:00:00Z.csv', 'QR', 'QR-preload'],
    ['QR-reloaded-2026-11-22T12:00:00Z.csv', 'QR', 'QR-reloaded'],
    ['QR-Sales-reload-2026-11-22T12:00:00Z.csv', 'QR', 'QR-Sales-reload'],
    ['QR-2026-01-01T00:00:00Z-2026-11-22T12:00:00Z.csv', 'QR', 'QR-2026-01-01T00:00:00Z'],
    ['QR-2026-11-22T120000Z.csv', 'QR', 'QR'],
    ['QR-2026-11-22T12_00_00Z.csv.gz', 'QR', 'QR'],
    ['QR_2026-11-22T12:00:00Z.CSV', 'QR', 'QR'],
  ])('reads %s as kind %s and series %s', (fileName, kind, series) => {
    expect(parseFileName(fileName)).toEqual({ kind, series, runTime: noon });
  });

  it.each([
    ['QR-reload-april.csv', null],
    ['qr_Reload.csv', null],
    ['QR reload 2026-11-22T12:00:00Z.csv', noon],
    ['QR-reload-2026-02-31T12:00:00Z.csv', null],
  ])('reads %s as a reload file, which belongs to no series', (fileName, runTime) => {
    expect(parseFileName(fileName)).toEqual({ kind: 'QR', series: null, runTime });
  });

  it.each([
    ['QR-2026-11-22T12:00:00Z.txt', 'does not end in .csv'],
    ['QR-reload-april.csv.bak', 'does not end in .csv'],
    ['Sales QR-2026-11-22T12:00:00Z.csv', 'does not begin with a report kind'],
    ['Overview-2026-11-22T12:00:00Z.csv', 'does not begin with a report kind'],
    ['QRS-2026-11-22T12:00:00Z.csv', 'does not begin with a report kind'],
    ['AQRX.csv', 'does not begin with a report kind'],
    ['.csv', 'does not begin with a report kind'],
    ['QR.csv', 'does not end in a run time'],
    ['QR-2026-11-22.csv', 'does not end in a run time'],
    ['QR-2026-11-22T12:0000Z.csv', 'does not end in a run time'],
    ['QR-2026-11-22T12:00:00Z (1).csv', 'does not end in a run time'],
    ['QR-2026-02-31T12:00:00Z.csv', 'a run time that is no date'],
    ['QR-2026-11-22T25:00:00Z.csv', 'a run time that is no date'],
  ])('refuses %s: it %s', (fileName, reason) => {
    expect(() => parseFileName(fileName)).toThrow(UnknownReportKindError);
    expect(() => parseFileName(fileName)).toThrow(reason);
    expect(() => parseFileName(fileName)).toThrow(/expected <kind>.*QR, AQR or ASPR.*reload/);
  });

  it('never fails in another way than with its own error', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', 'QR', 'AQR-', 'ASPR_reload'), (text, start) => {
        try {
          parseFileName(`${start}${text}.csv`);
        } catch (error) {
          expect(error).toBeInstanceOf(UnknownReportKindError);
        }
      }),
    );
  });

  it('finds the series again whatever text the customer put between kind and run time', () => {
    const text = fc.stringMatching(/^[A-Za-z0-9 _.ÄÖÜäöü()+%-]{0,40}$/).filter((part) => !/^[-_ ]?reload/i.test(part));
    fc.assert(
      fc.property(text, (part) => {
        const series = part === '' ? 'QR' : `QR-${part}`;
        expect(parseFileName(`${series}-2026-11-22T12:00:00Z.csv`)).toMatchObject({ series, runTime: noon });
      }),
    );
  });
});

describe('classifyReport', () => {
  it('takes any prefix, and tells what the console shows of the file', () => {
    expect(classifyReport(objectOf('a/b c/QR-EMEA-2026-11-22T12:00:00Z.csv'), settings)).toEqual({
      ...{ status: 'KNOWN', kind: 'QR', series: 'QR-EMEA', runTime: noon, isReloadFile: false },
      fileName: 'QR-EMEA-2026-11-22T12:00:00Z.csv',
      reportId: expect.stringMatching(/^QR-EMEA-2026-11-22T12-00-00Z-[0-9a-f]{12}$/),
    });
  });

  it('takes a run time exactly as old as the reload window, and nothing older', () => {
    const key = 'QR-2026-11-22T12:00:00Z.csv';
    expect(classifyReport(objectOf(key, '2026-12-22T12:00:00.000Z'), settings).status).toBe('KNOWN');
    const tooLate = objectOf(key, '2026-12-22T12:00:01.000Z');
    expect(() => classifyReport(tooLate, settings)).toThrow(ReportTooOldError);
    expect(() => classifyReport(tooLate, settings)).toThrow(/at most 30 days/);
  });

  it('refuses a run time after the upload, since every later file would look late; a quarter hour is left to the clocks', () => {
    const key = 'QR-2026-11-22T12:30:00Z.csv';
    expect(classifyReport(objectOf(key, '2026-11-22T12:15:00.000Z'), settings).status).toBe('KNOWN');
    const early = objectOf(key, '2026-11-22T12:14:59.000Z');
    expect(() => classifyReport(early, settings)).toThrow(ReportInFutureError);
  });

  it('lets an unknown file be when the settings say so, but not one that is too old', () => {
    const ignoring = { ...settings, unknownReports: 'ignore' } as const;
    expect(classifyReport(objectOf('x/overview.csv'), ignoring)).toMatchObject({ status: 'IGNORED', kind: null });
    expect(() => classifyReport(objectOf('x/QR-2020-01-01T00:00:00Z.csv'), ignoring)).toThrow(ReportTooOldError);
    expect(() => classifyReport(objectOf('x/overview.csv'), settings)).toThrow(UnknownReportKindError);
  });
});

describe('what a classification tells', () => {
  it('says of a file whether it is a reload, and of an ignored one nothing but its name', () => {
    expect(classifyReport(objectOf('x/QR-reload-may.csv'), settings)).toMatchObject({
      ...{ status: 'KNOWN', kind: 'QR', series: null, runTime: null, isReloadFile: true },
    });
    expect(classifyReport(objectOf('x/notes.txt'), { ...settings, unknownReports: 'ignore' })).toEqual({
      ...{ status: 'IGNORED', reportId: expect.stringMatching(/^notes-txt-/), fileName: 'notes.txt' },
      ...{ kind: null, series: null, runTime: null, isReloadFile: false },
    });
  });

  it.each([
    [
      'QR-2026-11-22T13:00:00Z.csv',
      'ReportInFutureError',
      /13:00:00.000Z lies after its upload at 2026-11-22T12:15:20/,
    ],
    [
      'QR-2026-10-01T12:00:00Z.csv',
      'ReportTooOldError',
      /10-01T12:00:00.000Z lies 52\.0 days before its upload at 2026/,
    ],
  ])('refuses %s with both instants in message and context', (key, name, message) => {
    const uploadedAt = '2026-11-22T12:15:20.000Z';
    expect(() => classifyReport(objectOf(key), settings)).toThrow(
      expect.objectContaining({
        name,
        message: expect.stringMatching(message),
        context: expect.objectContaining({ uploadedAt }),
      }),
    );
  });

  it('names the file it refuses in the context', () => {
    expect(() => parseFileName('other.csv')).toThrow(expect.objectContaining({ context: { fileName: 'other.csv' } }));
  });
});
