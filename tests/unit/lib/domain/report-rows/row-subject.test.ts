import { describe, expect, it } from '@jest/globals';
import type { ReportColumn } from '../../../../../functions/lib/domain/report-rows/report-columns.ts';
import {
  createSubjectReader,
  hasExtraDimensions,
} from '../../../../../functions/lib/domain/report-rows/row-subject.ts';
import type { ReportKind } from '../../../../../schemas/report-kind.ts';

const headerOf = (kind: ReportKind, columns: readonly ReportColumn[]) => {
  const ofKind = kind === 'QR' ? { kind, serviceLevelSeconds: 20 } : { kind, serviceLevelSeconds: null };
  return { ...ofKind, headings: [], positions: new Map(columns.map((column, position) => [column, position])) };
};
const read = (kind: ReportKind, columns: readonly ReportColumn[], cells: readonly string[]) =>
  createSubjectReader(headerOf(kind, columns)).read(cells);
const kinds = ['QR', 'AQR', 'ASPR'] as const;

describe('the subject of a row', () => {
  it('has the names its kind reports on, and no other', () => {
    const columns = ['queue', 'agent'] as const;
    expect(read('QR', columns, ['Sales', 'ana'])).toMatchObject({ queue: 'Sales', agent: '' });
    expect(read('AQR', columns, ['Sales', 'ana'])).toMatchObject({ queue: 'Sales', agent: 'ana' });
    expect(read('ASPR', columns, ['Sales', 'ana'])).toMatchObject({ queue: '', agent: 'ana' });
  });

  it('lacks a name only where its kind reports on it', () => {
    const blanksOf = (...cells: string[]) => kinds.map((kind) => read(kind, ['queue', 'agent'], cells).blankNameAt);
    expect(blanksOf(' ', 'ana')).toEqual([0, 0, null]);
    expect(blanksOf('Sales', '-')).toEqual([null, 1, 1]);
    expect(read('QR', ['queue'], []).blankNameAt).toBe(0);
  });

  it('has a channel where the report has the column, be it the first one', () => {
    expect(read('QR', ['queue'], ['chat']).channel).toBeNull();
    expect(read('QR', ['channel', 'queue'], ['chat', 'Sales']).channel).toBe('chat');
    expect(read('QR', ['queue', 'channel'], ['Sales', 'FAX']).channel).toBe('unknown');
    expect(read('QR', ['queue', 'channel'], ['Sales']).channel).toBeNull();
  });

  it('is one object for the rows that agree in all dimensions, numbered in order', () => {
    const reader = createSubjectReader(headerOf('QR', ['queue', 'routingProfile', 'contactsQueued']));
    const first = reader.read(['Sales', 'A', '1']);
    expect(reader.read(['Sales', 'A', '2'])).toBe(first);
    const numbers = [first, reader.read(['Sales', 'B', '1']), reader.read(['SalesA', '', '1'])];
    expect(numbers.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  it('is found by a single dimension wherever its column stands', () => {
    const reader = createSubjectReader(headerOf('ASPR', ['onlineTime', 'agent']));
    const rows = ['ana', 'ben', 'ana'].map((agent, index) => reader.read([String(index), agent]));
    expect(rows.map(({ number }) => number)).toEqual([0, 1, 0]);
  });

  it('is told of a row apart, for one that was rejected', () => {
    const reader = createSubjectReader(headerOf('AQR', ['agent', 'queue']));
    expect([reader.agentIn(['ana', 'Sales']), reader.queueIn(['ana', 'Sales'])]).toEqual(['ana', 'Sales']);
    expect([reader.agentIn([]), reader.queueIn([])]).toEqual(['', '']);
  });
});

describe('hasExtraDimensions', () => {
  it.each([
    [false, 'QR', ['queue', 'startInterval', 'contactsQueued']],
    [true, 'QR', ['queue', 'agent']],
    [true, 'QR', ['queue', 'channel']],
    [false, 'AQR', ['queue', 'agent', 'contactsHandled']],
    [true, 'AQR', ['queue', 'agent', 'routingProfile']],
    [false, 'ASPR', ['agent', 'onlineTime']],
    [true, 'ASPR', ['agent', 'queue']],
  ] satisfies [boolean, ReportKind, ReportColumn[]][])('is %s for a %s report by %j', (expected, kind, columns) => {
    expect(hasExtraDimensions(headerOf(kind, columns))).toBe(expected);
  });
});
