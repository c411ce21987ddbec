import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkRowInterval, parseInstant } from '../../../../../functions/lib/domain/report-rows/row-interval.ts';

const at = (instant: string) => Date.parse(instant);

/** The same instant as a clock `offsetMinutes` ahead of UTC shows it. */
function writeWithOffset(epochMs: number, offsetMinutes: number): string {
  const local = new Date(epochMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

describe('parseInstant', () => {
  it.each([
    ['2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.000Z'],
    ['2026-11-22T12:00:00Z', '2026-11-22T12:00:00.000Z'],
    ['2021-02-16T08:00:00.000-05:00', '2021-02-16T13:00:00.000Z'],
    ['2026-01-01T05:30:00.000+05:45', '2025-12-31T23:45:00.000Z'],
    ['2026-11-22T22:30:00.000+1030', '2026-11-22T12:00:00.000Z'],
    ['2024-02-29T23:45:00.000-00:15', '2024-03-01T00:00:00.000Z'],
    [' 2026-11-22T12:00:00Z ', '2026-11-22T12:00:00.000Z'],
    ['2026-11-22T12:00:00.25Z', '2026-11-22T12:00:00.250Z'],
    ['2026-11-22T23:59:59.999Z', '2026-11-22T23:59:59.999Z'],
    ['2026-11-22T12:59:00+00:59', '2026-11-22T12:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(parseInstant(text)).toBe(at(instant));
  });

  it.each([
    '',
    '-',
    '2026-11-22T12:00:00.000',
    '2026-11-22',
    '22.11.2026 12:00',
    '2026-11-22 12:00:00Z',
    '2026-02-29T12:00:00.000Z',
    '2026-02-30T12:00:00.000Z',
    '2026-13-01T12:00:00.000Z',
    '2026-00-10T12:00:00.000Z',
    '2026-11-00T12:00:00.000Z',
    '1969-12-31T23:45:00.000Z',
    'x2026-11-22T12:00:00.000Z',
    '2026-11-22T24:00:00.000Z',
    '2026-11-22T12:60:00.000Z',
    '2026-11-22T12:00:60.000Z',
    '2026-11-22T12:00:00.000+15:00',
    '2026-11-22T12:00:00.000+05:75',
    '1763812800000',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('[fault 22] finds every quarter hour of 2024 to 2028 in any zone, over leap day, year end and clock changes', () => {
    const from = at('2024-01-01T00:00:00Z') / 900_000;
    const to = at('2028-12-31T23:45:00Z') / 900_000;
    const offsets = fc.constantFrom(345, 630, 0, -300, -240, 60, 120, 840, -210);
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), offsets, (index, offsetMinutes) => {
        const startMs = parseInstant(writeWithOffset(index * 900_000, offsetMinutes));
        expect(startMs).toBe(index * 900_000);
        const bounds = { runTimeMs: null, uploadedAtMs: index * 900_000 + 900_000, reloadWindowDays: 30 };
        expect(checkRowInterval(startMs ?? Number.NaN, (index + 1) * 900_000, bounds)).toBeNull();
      }),
    );
  });

  it.each([
    ['the day clocks go forward (23 hours)', '2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00', 92],
    ['the day clocks go back (25 hours)', '2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00', 100],
  ])('[fault 22] tells all intervals of %s apart', (_day, from, to, intervalCount) => {
    const [fromMs, toMs] = [at(from), at(to)];
    const changeMs =
      at('2026-03-29T01:00:00Z') >= fromMs && at('2026-03-29T01:00:00Z') < toMs
        ? at('2026-03-29T01:00:00Z')
        : at('2026-10-25T01:00:00Z');
    const before = from.endsWith('+01:00') ? 60 : 120;
    const instants = new Set<number | null>();
    for (let ms = fromMs; ms < toMs; ms += 900_000) {
      instants.add(parseInstant(writeWithOffset(ms, ms < changeMs ? before : 180 - before)));
    }
    expect(instants.size).toBe(intervalCount);
    expect(instants.has(null)).toBe(false);
  });
});

describe('checkRowInterval', () => {
  const bounds = {
    runTimeMs: at('2026-11-22T12:00:00Z'),
    uploadedAtMs: at('2026-11-22T12:15:20Z'),
    reloadWindowDays: 30,
  };
  const check = (start: string, end: string, changes: Partial<typeof bounds> | { runTimeMs: null } = {}) =>
    checkRowInterval(at(start), at(end), { ...bounds, ...changes });

  it('accepts the quarter hour that ends at the run time', () => {
    expect(check('2026-11-22T11:45:00Z', '2026-11-22T12:00:00Z')).toBeNull();
  });

  it('says how many seconds a clipped row covers', () => {
    expect(check('2026-11-22T11:45:00Z', '2026-11-22T11:55:00Z')).toEqual({
      rule: 'clipped-interval',
      reason: 'clipped: covers 600 s, expected 900 s',
      column: 'endInterval',
    });
  });

  it.each([
    [
      ...[
        'off-the-quarter-hour',
        'startInterval',
        'expected a start on the quarter hour, found 2026-11-22T11:40:00.000Z',
      ],
      ...['2026-11-22T11:40:00Z', '2026-11-22T11:55:00Z'],
    ],
    [
      ...['reversed-interval', 'endInterval', 'expected an end after the start'],
      ...['2026-11-22T11:45:00Z', '2026-11-22T11:30:00Z'],
    ],
    [
      ...['reversed-interval', 'endInterval', 'expected an end after the start'],
      ...['2026-11-22T11:45:00Z', '2026-11-22T11:45:00Z'],
    ],
    [
      ...['after-run-time', 'endInterval'],
      "expected an end no later than the report's run time 2026-11-22T12:00:00.000Z, found 2026-11-22T12:15:00.000Z",
      ...['2026-11-22T12:00:00Z', '2026-11-22T12:15:00Z'],
    ],
    [
      ...['before-reload-window', 'startInterval'],
      'older than 30 days before the upload 2026-11-22T12:15:20.000Z (setting reports.reloadWindowDays)',
      ...['2026-10-23T12:00:00Z', '2026-10-23T12:15:00Z'],
    ],
  ])('rejects as %s, naming the %s: %s', (rule, column, reason, start = '', end = '') => {
    expect(check(start, end)).toEqual({ rule, column, reason });
  });

  it('rejects an interval that ends after the upload, where there is no run time', () => {
    expect(check('2026-11-22T12:15:00Z', '2026-11-22T12:30:00Z', { runTimeMs: null })).toEqual({
      ...{ rule: 'future-interval', column: 'endInterval' },
      reason: 'expected an end no later than the upload 2026-11-22T12:15:20.000Z, found 2026-11-22T12:30:00.000Z',
    });
  });

  it('accepts the first quarter hour inside the reload window', () => {
    expect(check('2026-10-23T12:30:00Z', '2026-10-23T12:45:00Z')).toBeNull();
    const uploadedAtMs = at('2026-11-22T12:15:00Z');
    expect(check('2026-10-23T12:15:00Z', '2026-10-23T12:30:00Z', { uploadedAtMs })).toBeNull();
  });
});
