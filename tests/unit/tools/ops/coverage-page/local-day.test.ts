import { describe, expect, it } from '@jest/globals';
import { createLocalClock, listDates, toTimeLabels } from '../../../../../tools/ops/coverage-page/local-day.ts';
import { UsageError } from '../../../../../tools/ops/ops-errors.ts';
import { dayOf } from './coverage-builders.ts';

describe('toLocalDay', () => {
  it.each([
    ['2026-11-21', 'UTC', 96],
    ['2026-03-29', 'Europe/Berlin', 92],
    ['2026-10-25', 'Europe/Berlin', 100],
    ['2026-11-21', 'Asia/Kathmandu', 96],
    // Its clocks move by half an hour.
    ['2026-10-04', 'Australia/Lord_Howe', 94],
    ['2026-04-05', 'Australia/Lord_Howe', 98],
  ])('gives %s in %s %i intervals without holes', (date, zone, count) => {
    const { intervals, startMs, endMs, hours } = dayOf(date, zone);
    expect(intervals).toHaveLength(count);
    expect(endMs - startMs).toBe(count * 900_000);
    expect(new Set(intervals.map((interval) => interval.startMs))).toHaveProperty('size', count);
    expect(intervals[0]!.time).toBe('00:00');
    expect(intervals.at(-1)!.time).toBe('23:45');
    expect(hours.reduce((sum, hour) => sum + hour.intervals.length, 0)).toBe(count);
  });

  it('names the two hours of one name apart when the clocks go back', () => {
    const day = dayOf('2026-10-25', 'Europe/Berlin');
    const twice = day.hours.filter(({ isRepeated }) => isRepeated);
    expect(twice.map(({ label, offset }) => `${label} ${offset}`)).toEqual(['02:00 +02:00', '02:00 +01:00']);
    const labels = toTimeLabels(day);
    expect(new Set(labels)).toHaveProperty('size', 100);
    expect(labels.slice(8, 13)).toEqual([
      '02:00 UTC+02:00',
      '02:15 UTC+02:00',
      '02:30 UTC+02:00',
      '02:45 UTC+02:00',
      '02:00 UTC+01:00',
    ]);
    expect(day.clockChange).toBe(
      'The clocks go back to 02:00, from UTC+02:00 to UTC+01:00: this day has 100 intervals.',
    );
  });

  it('has no hour that the clocks skip', () => {
    const day = dayOf('2026-03-29', 'Europe/Berlin');
    expect(day.hours.map(({ label }) => label)).not.toContain('02:00');
    expect(day.clockChange).toMatch(/^The clocks go forward to 03:00/);
  });

  it('says nothing of the clocks on a day like any other', () => {
    expect(dayOf('2026-11-21', 'Europe/Berlin').clockChange).toBeNull();
  });
});

describe('createLocalClock', () => {
  it('refuses what is no zone', () => {
    expect(() => createLocalClock('Europe/Berlinn')).toThrow(UsageError);
  });
});

describe('listDates', () => {
  it('counts both ends, also over the end of February', () => {
    expect(listDates('2028-02-28', '2028-03-01', 31)).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
  });

  it.each([
    ['2026-02-30', '2026-03-01', 'is no day'],
    ['21.11.2026', '2026-11-21', 'is no day'],
    ['2026-11-22', '2026-11-21', 'lies before'],
    ['2026-10-01', '2026-11-01', 'are 32 days'],
  ])('refuses %s to %s: %s', (from, to, message) => {
    expect(() => listDates(from, to, 31)).toThrow(message);
  });
});
