import { describe, expect, it } from '@jest/globals';
import {
  listWatchedSpans,
  toExpectedRange,
  type WatchRules,
} from '../../../../../functions/lib/domain/coverage/expected-intervals.ts';

const at = (clock: string) => `2026-11-22T${clock}.000Z`;
const watch = { toleranceMinutes: 15, windowDays: 30, eventMinutes: 10 };
const rules = (changes: Partial<WatchRules['reports']> = {}): WatchRules => ({
  reports: { reloadWindowDays: 30, lookBackMinutes: 15, series: [], ...changes },
  watch,
});
const span = { kind: 'QR', series: 'QR', firstRunTime: at('06:15:00') } as const;
const range = (nowClock: string, given = rules(), of = span) => {
  const { fromMs, untilMs } = toExpectedRange(of, given, Date.parse(at(nowClock)));
  return [new Date(fromMs).toISOString(), new Date(untilMs).toISOString()];
};

describe('toExpectedRange', () => {
  it('begins with the interval of the first file and ends with the one whose report is overdue', () => {
    // The run time 12:00 is due at 12:15, overdue at 12:30: its interval began at 11:45.
    expect(range('12:29:59')).toEqual([at('06:00:00'), at('11:45:00')]);
    expect(range('12:30:00')).toEqual([at('06:00:00'), at('12:00:00')]);
  });

  it('is empty as long as nothing is due', () => {
    expect(range('06:20:00')).toEqual([at('06:00:00'), at('06:00:00')]);
  });

  it('reaches back as far as the window and the reload window, whichever is shorter', () => {
    const old = { ...span, firstRunTime: '2026-09-01T00:00:00.000Z' };
    expect(range('12:00:00', rules(), old)[0]).toBe('2026-10-23T12:00:00.000Z');
    expect(range('12:07:00', rules({ reloadWindowDays: 2 }), old)[0]).toBe('2026-11-20T12:15:00.000Z');
    expect(range('12:00:00', { ...rules(), watch: { ...watch, windowDays: 1 } }, old)[0]).toBe(
      '2026-11-21T12:00:00.000Z',
    );
  });

  it('keeps to the beginning and the end of the series, for that series alone', () => {
    const series = [
      { kind: 'QR', series: 'QR', startedAt: '2026-11-22T08:07:00Z', endedAt: '2026-11-22T10:00:00Z' },
    ] as const;
    expect(range('12:30:00', rules({ series: [...series] }))).toEqual([at('08:15:00'), at('10:00:00')]);
    expect(range('12:30:00', rules({ series: [...series] }), { ...span, series: 'QR-Sales' as 'QR' })).toEqual([
      at('06:00:00'),
      at('12:00:00'),
    ]);
  });

  it('begins where the settings say that the report is scheduled from, also before its first file', () => {
    const series = [{ kind: 'QR' as const, series: 'QR', startedAt: at('04:01:00') }];
    expect(range('12:29:59', rules({ series }))).toEqual([at('04:15:00'), at('11:45:00')]);
  });

  it('is empty for a series that ended before the window', () => {
    const series = [{ kind: 'QR' as const, series: 'QR', endedAt: '2026-01-01T00:00:00Z' }];
    const [from, until] = range('12:30:00', rules({ series }));
    expect(from).toBe(until);
  });
});

describe('listWatchedSpans', () => {
  const list = (kind: 'QR' | 'AQR', seen: (typeof span)[], series: WatchRules['reports']['series']) =>
    listWatchedSpans(kind, seen, rules({ series }), Date.parse(at('12:30:00')));
  const [qr, aqr] = [
    { kind: 'QR' as const, series: 'QR' },
    { kind: 'AQR' as const, series: 'AQR' },
  ];

  it('adds the series of the kind that are scheduled since an instant and never sent a file', () => {
    const sales = { kind: 'QR' as const, series: 'QR-Sales', startedAt: at('08:07:00') };
    expect(list('QR', [span], [sales, { ...aqr, startedAt: at('08:00:00') }])).toEqual([
      span,
      { kind: 'QR', series: 'QR-Sales', firstRunTime: at('08:30:00') },
    ]);
  });

  it('leaves those out of which nothing is expected yet, or any more', () => {
    expect(list('AQR', [], [{ ...aqr, startedAt: at('11:45:00') }])).toHaveLength(1);
    expect(list('AQR', [], [{ ...aqr, startedAt: at('12:00:00') }])).toEqual([]);
    const ended = { ...aqr, startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-02-01T00:00:00Z' };
    expect(list('AQR', [], [ended])).toEqual([]);
  });

  it('leaves those with files as they are, and those without an instant out', () => {
    expect(list('QR', [span], [{ ...qr, startedAt: at('08:00:00') }])).toEqual([span]);
    expect(list('AQR', [], [{ ...aqr, endedAt: at('08:00:00') }])).toEqual([]);
  });
});
