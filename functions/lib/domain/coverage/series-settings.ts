// The settings of single series, and what their shape cannot say.
import type { ReportSettings, SeriesSettings } from '../../../../schemas/settings.ts';
import { toEpochMs, toInstant } from '../interval.ts';
import { findFileNameParts } from '../report-file/classify-report.ts';

export interface SeriesKey {
  readonly kind: string;
  readonly series: string;
}

/** The series' own settings, if it has any. */
export function findSeriesSettings(
  settings: readonly SeriesSettings[],
  { kind, series }: SeriesKey,
): SeriesSettings | undefined {
  return settings.find((entry) => entry.kind === kind && entry.series === series);
}

/** How far back each file of the series reaches. */
export function toLookBackMinutes(reports: Pick<ReportSettings, 'lookBackMinutes' | 'series'>, key: SeriesKey): number {
  return findSeriesSettings(reports.series, key)?.lookBackMinutes ?? reports.lookBackMinutes;
}

/** Date.parse takes 31 February for 3 March; the day of the text tells. */
function isNoInstant(instant: string): boolean {
  const epochMs = toEpochMs(instant);
  return Number.isNaN(epochMs) || toInstant(epochMs).slice(0, 10) !== instant.slice(0, 10);
}

function listMistakes({ kind, series, startedAt, endedAt }: SeriesSettings): string[] {
  const parts = findFileNameParts(`${series}-2000-01-01T00:00:00Z.csv`);
  const isSeries = parts?.kind === kind && parts.series === series;
  const noDates = [startedAt, endedAt].filter((instant) => instant !== undefined && isNoInstant(instant));
  const isReversed = startedAt !== undefined && endedAt !== undefined && toEpochMs(endedAt) <= toEpochMs(startedAt);
  return [
    ...(isSeries
      ? []
      : [`"${series}" is no report of kind ${kind}; expected the file name without run time, such as ${kind}-Sales`]),
    ...noDates.map((instant) => `"${series}": there is no instant ${String(instant)}`),
    ...(isReversed ? [`"${series}": endedAt must be later than startedAt`] : []),
  ];
}

/** One line a mistake: it would leave an entry without effect, and nobody would notice. */
export function listSeriesContradictions(settings: readonly SeriesSettings[]): string[] {
  const repeated = settings.filter((entry, index) => findSeriesSettings(settings.slice(0, index), entry) !== undefined);
  return [...settings.flatMap(listMistakes), ...repeated.map(({ series }) => `"${series}" is listed twice`)].map(
    (mistake) => `reports.series: ${mistake}`,
  );
}
