// The coverage of a day as text: 24 hours by four quarters a series, one character an interval.
import type { Colors } from './colors.ts';
import { countCells, type CellState, type SeriesCoverage } from './coverage.ts';

interface CellLook {
  readonly character: string;
  readonly meaning: string;
  readonly paint: (colors: Colors) => (text: string) => string;
}

const looks: Readonly<Record<CellState, CellLook>> = {
  delivered: { character: '■', meaning: 'delivered', paint: ({ green }) => green },
  empty: { character: '·', meaning: 'present and empty', paint: ({ dim }) => dim },
  late: { character: 'L', meaning: 'came late', paint: ({ cyan }) => cyan },
  reloaded: { character: 'R', meaning: 'reloaded', paint: ({ cyan }) => cyan },
  healed: { character: 'H', meaning: 'own file never came, healed by look-back', paint: ({ yellow }) => yellow },
  missing: { character: 'M', meaning: 'missing', paint: ({ red }) => red },
  quarantined: { character: 'Q', meaning: 'quarantined', paint: ({ red }) => red },
  failed: { character: 'F', meaning: 'failed', paint: ({ red }) => red },
};

const quarters = ['00', '15', '30', '45'] as const;
const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
const gridWidth = 24;
const labelWidth = 5;
const gap = '   ';
const gridsBeside = 3;
const daysShown = 3;

/** Only states that occur are explained. */
export function toLegend(coverage: readonly SeriesCoverage[], colors: Colors): string {
  const counts = countCells(coverage.flatMap(({ cells }) => cells));
  const used = Object.entries(looks).filter(([state]) =>
    Object.entries(counts).some(([key, count]) => key === state && count > 0),
  );
  return used.map(([, { character, meaning, paint }]) => `${paint(colors)(character)} ${meaning}`).join('   ');
}

function toGrid({ kind, series, cells }: SeriesCoverage, date: string, colors: Colors): string[] {
  const states = new Map(cells.map(({ intervalStart, state }) => [intervalStart, state]));
  const title = series ?? `${kind} reload files`;
  const cut = title.length > gridWidth ? `${title.slice(0, gridWidth - 1)}…` : title;
  return [
    ' '.repeat(labelWidth) + colors.bold(cut) + ' '.repeat(gridWidth - cut.length),
    ' '.repeat(labelWidth) + colors.dim('00    06    12    18    '),
    ...quarters.map((quarter) => {
      const line = hours.map((hour) => {
        const state = states.get(`${date}T${hour}:${quarter}:00.000Z`);
        return state === undefined ? ' ' : looks[state].paint(colors)(looks[state].character);
      });
      return `${colors.dim(` :${quarter}`)} ${line.join('')}`;
    }),
  ];
}

/** Grids side by side, day by day; after the third day the rest is left to the JSON. */
export function toCoverageLines(coverage: readonly SeriesCoverage[], colors: Colors): string[] {
  const dates = [
    ...new Set(coverage.flatMap(({ cells }) => cells.map(({ intervalStart }) => intervalStart.slice(0, 10)))),
  ].toSorted();
  const lines = dates.slice(0, daysShown).flatMap((date) => {
    const grids = coverage
      .filter(({ cells }) => cells.some(({ intervalStart }) => intervalStart.startsWith(date)))
      .map((series) => toGrid(series, date, colors));
    const bands: string[] = [];
    for (let first = 0; first < grids.length; first += gridsBeside) {
      const [left = [], ...others] = grids.slice(first, first + gridsBeside);
      bands.push(
        ...left.map((line, index) => [line, ...others.map((grid) => grid[index] ?? '')].join(gap).trimEnd()),
        '',
      );
    }
    return [colors.bold(`Coverage of ${date} (UTC)`), ...bands];
  });
  const moreDays = dates.length - daysShown;
  if (moreDays > 0) lines.push(`${moreDays} more ${moreDays === 1 ? 'day' : 'days'}: see --json FILE.`, '');
  return dates.length === 0 ? [] : [...lines, ` ${toLegend(coverage, colors)}`];
}
