import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  toExecutionStart,
  toFileName,
  toQuarantineKey,
  toRejectsKey,
  toReportId,
  toStagingFolder,
} from '../../../../../functions/lib/domain/report-file/report-identity.ts';

const upload = {
  bucket: 'reports',
  key: 'connect/x/Reports/QR-EMEA-2026-11-22T12:00:00Z.csv',
  etag: 'abc',
  sizeBytes: 10,
  uploadedAt: '2026-11-22T12:15:20.000Z',
};

describe('toFileName', () => {
  it('is what follows the last slash', () => {
    expect(toFileName('a/b/QR.csv')).toBe('QR.csv');
    expect(toFileName('QR.csv')).toBe('QR.csv');
  });
});

describe('toReportId', () => {
  it('begins with the readable file name and tells buckets and folders apart', () => {
    expect(toReportId('b', upload.key)).toMatch(/^QR-EMEA-2026-11-22T12-00-00Z-[0-9a-f]{12}$/);
    expect(toReportId('b', 'a/QR.csv')).not.toBe(toReportId('b', 'c/QR.csv'));
    expect(toReportId('b', 'a/QR.csv')).not.toBe(toReportId('c', 'a/QR.csv'));
  });
});

describe('toExecutionStart', () => {
  it('gives the same upload the same name, with its own revision in the input', () => {
    const start = toExecutionStart(upload);
    expect(start).toEqual(toExecutionStart({ ...upload }));
    expect(start.executionName).toMatch(/^QR-EMEA-2026-11-22T12-00-00Z-[0-9a-f]{32}$/);
    expect(start.input).toEqual({ object: upload, revision: upload.uploadedAt });
  });

  it('carries the checksum where S3 keeps one, and none where it does not', () => {
    expect(toExecutionStart({ ...upload, checksum: 'c' }).input.object).toEqual({ ...upload, checksum: 'c' });
    expect(toExecutionStart(upload).input.object).not.toHaveProperty('checksum');
  });

  it.each([
    ['other bytes', { etag: 'abd' }],
    ['a later upload of the same bytes', { uploadedAt: '2026-11-22T12:15:21.000Z' }],
    ['another key', { key: 'QR-2.csv' }],
    ['another bucket', { bucket: 'others' }],
  ])('gives %s another name', (_, change) => {
    expect(toExecutionStart({ ...upload, ...change }).executionName).not.toBe(toExecutionStart(upload).executionName);
  });

  it('makes a reload a revision of its own, never one before the upload', () => {
    const reload = toExecutionStart(upload, '2026-11-23T08:00:00.000Z');
    expect(reload.input.revision).toBe('2026-11-23T08:00:00.000Z');
    expect(reload.executionName).not.toBe(toExecutionStart(upload).executionName);
    expect(toExecutionStart(upload, '2026-11-01T00:00:00.000Z')).toEqual(toExecutionStart(upload));
  });

  it('makes names that Step Functions takes, from any key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (key) => {
        expect(toExecutionStart({ ...upload, key }).executionName).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
        expect(toReportId('b', key)).toMatch(/^[A-Za-z0-9_-]{1,57}$/);
      }),
    );
  });

  it('keeps the end of a long name, where the run time stands', () => {
    const { executionName } = toExecutionStart({ ...upload, key: `QR-${'x'.repeat(200)}-2026-11-22T12:00:00Z.csv` });
    expect(executionName).toContain('-2026-11-22T12-00-00Z-');
  });
});

describe('toStagingFolder', () => {
  it('is one folder a version below the report', () => {
    const folder = toStagingFolder('QR-1', 'v1');
    expect(folder).toMatch(/^reports\/QR-1\/[0-9a-f]{16}\/$/);
    expect(toStagingFolder('QR-1', 'v2')).not.toBe(folder);
  });
});

describe('toQuarantineKey', () => {
  const nameOf = (key: string) =>
    toQuarantineKey({ ...upload, key })
      .split('/')
      .slice(3)
      .join('/');

  it('keeps the name of the file in a folder of its upload', () => {
    expect(toQuarantineKey(upload)).toMatch(
      /^quarantine\/QR-EMEA-2026-11-22T12-00-00Z-[0-9a-f]{12}\/[0-9a-f]{16}\/QR-EMEA-2026-11-22T12:00:00Z\.csv$/,
    );
    const later = { ...upload, uploadedAt: '2026-11-22T12:15:21.000Z' };
    expect(toQuarantineKey(later)).not.toBe(toQuarantineKey(upload));
    expect(toQuarantineKey({ ...upload, etag: 'other' })).not.toBe(toQuarantineKey(upload));
  });

  it.each(['a/..', 'a/.', 'a/../../..', 'a/'])('leads no way up and is no folder for %j', (key) => {
    expect(nameOf(key)).toBe('report');
  });

  it.each(['a\\..\\b.csv', '...csv', '..QR.csv'])('keeps %j, which is a name', (name) => {
    expect(nameOf(`x/${name}`)).toBe(name);
  });

  it('is never longer than S3 takes, and then keeps the end of the name', () => {
    const key = `${'ü🚀'.repeat(168)}-end.csv`;
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
    const copyKey = toQuarantineKey({ ...upload, key });
    expect(Buffer.byteLength(copyKey)).toBeLessThanOrEqual(1024);
    expect(Buffer.byteLength(copyKey)).toBeGreaterThan(1020);
    expect(copyKey).toMatch(/[🚀ü]-end\.csv$/u);
    expect(copyKey.isWellFormed()).toBe(true);
  });
});

describe('the readable part of a name', () => {
  const stemOf = (fileName: string) => toReportId('b', fileName).slice(0, -13);

  it.each([
    ['QR.csv.gz', 'QR'],
    ['QR.csv-2.csv', 'QR-csv-2'],
    ['QR  (EMEA) & co.csv', 'QR-EMEA-co'],
    ['--QR--.csv', 'QR'],
    ['客服.csv', 'report'],
    [`${'a'.repeat(43)}z.csv`, `${'a'.repeat(43)}z`],
    [`x${'a'.repeat(43)}z.csv`, `${'a'.repeat(43)}z`],
  ])('of %s is %s: the end of a long name is its run time', (fileName, stem) => {
    expect(stemOf(fileName)).toBe(stem);
  });
});

describe('toRejectsKey', () => {
  it('lies in the folder of its version', () => {
    expect(toRejectsKey('QR-1', 'v1')).toBe(`${toStagingFolder('QR-1', 'v1')}rejects.csv`);
    expect(toRejectsKey('QR-1', 'v1')).toMatch(/^reports\/QR-1\/[0-9a-f]{16}\/rejects\.csv$/);
  });
});
