// Rules that hold for every report, not for an example of one.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planBatches, toHubReportContent } from '../../functions/lib/domain/delivery/batch-plan.ts';
import { encodeHubReport } from '../../functions/lib/domain/delivery/hub-body.ts';
import { parseInstant } from '../../functions/lib/domain/report-rows/row-interval.ts';
import { mapCells, mapRows, qrRow, type Row } from '../unit/lib/domain/report-rows/report-case.ts';

const isNightly = process.env['NIGHTLY'] === '1';
const quarterHourMs = 900_000;

describe('the interval grid', () => {
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  /** Leap day, both changes of the clocks in Europe and America, the ones in Chile and Australia, the year's end. */
  const days = [
    '2028-02-29',
    '2026-03-08',
    '2026-03-29',
    '2026-04-05',
    '2026-09-06',
    '2026-10-25',
    '2026-11-01',
    '2026-12-31',
  ];

  /** As a report in that zone shows the instant: local time with its offset. */
  function createClock(timeZone: string): (epochMs: number) => string {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
    const offsets = new Map<number, string>();
    return (epochMs) => {
      const offset =
        format
          .formatToParts(epochMs)
          .find(({ type }) => type === 'timeZoneName')
          ?.value.slice(3) ?? '';
      offsets.set(epochMs, offset);
      const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
      const offsetMs = (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
      return new Date(epochMs + offsetMs).toISOString().replace('Z', offset || 'Z');
    };
  }

  it('is the same in every time zone: each quarter hour of the days that matter is found again, and no two are one', () => {
    expect(zones.length).toBeGreaterThan(400);
    for (const [index, zone] of zones.entries()) {
      const clock = createClock(zone);
      // Each zone on each day at night, or on one day by turns.
      for (const day of isNightly ? days : [days[index % days.length]!]) {
        const fromMs = Date.parse(`${day}T00:00:00Z`) - 14 * 3_600_000;
        const texts = new Set<string>();
        for (let startMs = fromMs; startMs < fromMs + 52 * 3_600_000; startMs += quarterHourMs) {
          const text = clock(startMs);
          texts.add(text);
          if (parseInstant(text) !== startMs)
            throw new Error(`${text} of ${zone} is not ${new Date(startMs).toISOString()}`);
        }
        expect(texts.size).toBe(52 * 4);
      }
    }
  });
});

const headings = [
  'Queue',
  'StartInterval',
  'EndInterval',
  ...Object.keys(qrRow),
  'After contact work time',
  'Customer hold time',
  'Agent interaction time',
];
const cells = (queue: string) => [
  queue,
  '2026-11-22T10:00:00.000Z',
  '2026-11-22T10:15:00.000Z',
  '10',
  '8',
  '2',
  '6',
  '1',
  '33',
  '5.5',
  '900',
];
const rows = ['Sales', 'Support', '__proto__'].map(cells);
const baseline = mapCells(headings, rows);

describe('the mapping of headings', () => {
  const separator = fc.constantFrom(' ', '  ', '-', '_', ' - ', '\u00a0', '\t');
  const shuffled = fc.shuffledSubarray([...headings.keys()], { minLength: headings.length });

  it('does not mind order, case and spacing', () => {
    expect(baseline.records).toHaveLength(3);
    fc.assert(
      fc.property(
        shuffled,
        fc.infiniteStream(separator),
        fc.infiniteStream(fc.boolean()),
        (order, separators, cases) => {
          const next = <T>(stream: Iterator<T>): T => stream.next().value as T;
          const spell = (heading: string) =>
            Array.from(heading.replaceAll(' ', () => next(separators)))
              .map((letter) => (next(cases) ? letter.toUpperCase() : letter.toLowerCase()))
              .join('');
          const report = mapCells(
            order.map((index) => spell(headings[index]!)),
            rows.map((row) => order.map((index) => row[index]!)),
          );
          expect(report.records).toEqual(baseline.records);
          expect(report.rejects).toEqual([]);
        },
      ),
      { numRuns: isNightly ? 5_000 : 200 },
    );
  });

  it('ignores columns nobody knows, wherever they stand, however often, whatever is in them', () => {
    const strange = fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'length',
      '0',
      '',
      ' ',
      'Contacts',
      '=1+1',
    );
    const heading = fc.oneof(
      strange,
      fc.string({ unit: 'grapheme' }).map((text) => `zz ${text.replaceAll('\uFFFD', '')}`),
    );
    const column = fc.record({
      at: fc.nat({ max: headings.length }),
      heading,
      cell: fc.string({ unit: 'grapheme-ascii' }),
    });
    fc.assert(
      fc.property(fc.array(column, { maxLength: 8 }), (columns) => {
        const widen = (values: readonly string[], pick: (added: (typeof columns)[number]) => string) =>
          columns.reduce((wide, added) => wide.toSpliced(added.at, 0, pick(added)), [...values]);
        const report = mapCells(
          widen(headings, (added) => added.heading),
          rows.map((row) => widen(row, (added) => added.cell)),
        );
        expect(report.records).toEqual(baseline.records);
        expect(report.rejects).toEqual([]);
      }),
      { numRuns: isNightly ? 5_000 : 200 },
    );
  });
});

describe('the batches of a report', () => {
  const row = fc.record({
    queue: fc.integer({ min: 0, max: 30 }),
    quarter: fc.integer({ min: 0, max: 3 }),
    handled: fc.nat({ max: 99 }),
  });
  const toRow = ({ queue, quarter, handled }: { queue: number; quarter: number; handled: number }): Row => ({
    ...qrRow,
    Queue: `Queue ${queue}`,
    StartInterval: new Date(Date.parse('2026-11-22T10:00:00Z') + quarter * quarterHourMs).toISOString(),
    EndInterval: new Date(Date.parse('2026-11-22T10:15:00Z') + quarter * quarterHourMs).toISOString(),
    'Contacts handled': handled,
  });
  const limits = fc.record({
    maxRecords: fc.integer({ min: 1, max: 9 }),
    maxBytes: fc.integer({ min: 500, max: 9_000 }),
  });
  const batchIdsOf = (report: readonly Row[], limit: { maxRecords: number; maxBytes: number }) =>
    [...planBatches(mapRows(report).records, limit)].map(({ records, recordsJson }) => {
      const content = toHubReportContent(records, 'v1');
      const encoded = encodeHubReport('QR', 'acd', content, recordsJson);
      expect(encoded).toEqual(encodeHubReport('QR', 'acd', content));
      return encoded.batchId;
    });

  it('are the same, byte for byte, whatever the order of its rows, so that a second attempt is recognised', () => {
    const report = fc.uniqueArray(row, {
      selector: ({ queue, quarter }) => `${queue} ${quarter}`,
      minLength: 1,
      maxLength: 40,
    });
    const reordered = report.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(reordered, limits, ([given, other], limit) => {
        const ids = batchIdsOf(given.map(toRow), limit);
        expect(batchIdsOf(other.map(toRow), limit)).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: isNightly ? 3_000 : 100 },
    );
  });
});
