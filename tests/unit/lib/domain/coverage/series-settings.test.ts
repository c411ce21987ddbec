import { describe, expect, it } from '@jest/globals';
import {
  listSeriesContradictions,
  toLookBackMinutes,
} from '../../../../../functions/lib/domain/coverage/series-settings.ts';
import { parseSettings } from '../../../../../functions/lib/runtime/settings.ts';
import type { SeriesSettings } from '../../../../../schemas/settings.ts';

const entry = (changes: Partial<SeriesSettings> = {}): SeriesSettings => ({
  kind: 'QR',
  series: 'QR-Sales',
  ...changes,
});

describe('toLookBackMinutes', () => {
  it('is that of the series, where it has one', () => {
    const reports = { lookBackMinutes: 15, series: [entry({ lookBackMinutes: 60 }), entry({ series: 'QR-Chat' })] };
    expect(['QR-Sales', 'QR-Chat', 'QR'].map((series) => toLookBackMinutes(reports, { kind: 'QR', series }))).toEqual([
      60, 15, 15,
    ]);
  });
});

describe('listSeriesContradictions', () => {
  it('accepts a series by its file name without run time', () => {
    expect(
      listSeriesContradictions([entry(), entry({ series: 'QR' }), entry({ kind: 'AQR', series: 'AQR_1' })]),
    ).toEqual([]);
    expect(listSeriesContradictions([entry(), entry({ kind: 'AQR', series: 'AQR-Sales' })])).toEqual([]);
  });

  it('accepts a beginning without an end, an end without a beginning, and an end after the beginning', () => {
    const [startedAt, endedAt] = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'];
    for (const dates of [{ startedAt }, { endedAt }, { startedAt, endedAt }]) {
      expect(listSeriesContradictions([entry(dates)])).toEqual([]);
    }
  });

  it.each([
    [[entry({ series: 'Sales' })], '"Sales" is no report of kind QR'],
    [[entry({ series: 'qr-Sales' })], '"qr-Sales" is no report of kind QR'],
    [[entry({ series: 'QR-reload-x' })], '"QR-reload-x" is no report of kind QR'],
    [[entry({ kind: 'AQR' })], '"QR-Sales" is no report of kind AQR'],
    [[entry(), entry()], '"QR-Sales" is listed twice'],
    [[entry({ endedAt: '2026-13-01T00:00:00Z' })], 'there is no instant 2026-13-01T00:00:00Z'],
    [[entry({ endedAt: '2026-02-31T00:00:00Z' })], 'there is no instant 2026-02-31T00:00:00Z'],
    [[entry({ startedAt: '2026-11-02T00:00:00Z', endedAt: '2026-11-01T00:00:00Z' })], 'endedAt must be later'],
    [[entry({ startedAt: '2026-11-01T00:00:00Z', endedAt: '2026-11-01T00:00:00Z' })], 'endedAt must be later'],
  ])('names what would be without effect: %j', (series, mistake) => {
    expect(listSeriesContradictions(series)).toEqual([expect.stringContaining(mistake)]);
  });

  it('is part of the check of the settings', () => {
    const settings = { acd: { name: 'a' }, hub: { url: 'https://h' }, reports: { series: [entry({ series: 'X' })] } };
    expect(() => parseSettings(settings, 'f')).toThrow('reports.series: "X" is no report of kind QR');
  });
});
