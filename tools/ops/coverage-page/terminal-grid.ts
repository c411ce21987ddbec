// The same report in a terminal: for each day and series, hours across and quarters down.
import type { Colors } from '../../local/run/colors.ts';
import { shorten, toTimeText } from '../lines.ts';
import { cellLooks, statesInOrder, toPercentText } from './cell-looks.ts';
import type { CoverageDay, CoverageFinding, CoverageReport, CoverageRow } from './coverage-report.ts';

const labelWidth = 5;
const gap = '   ';
const gridsBeside = 3;
const quarters = ['00', '15', '30', '45'] as const;

function toGrid({ kind, series, cells }: CoverageRow, { hours, intervals }: CoverageDay, colors: Colors): string[] {
  const width = hours.length;
  const title = shorten(series ?? `${kind} reload files`, width);
  const stateOf = new Map(intervals.map(({ startMs }, index) => [startMs, cells[index]?.state ?? 'notExpected']));
  const scale = hours.map(({ label }, index) => ({ label: label.slice(0, 2), index }));
  const marks = scale.filter(({ label, index }) => Number(label) % 6 === 0 && scale[index - 1]?.label !== label);
  const ruler = marks.reduce((line, { label, index }) => line.padEnd(index) + label, '').padEnd(width);
  return [
    ' '.repeat(labelWidth) + colors.bold(title) + ' '.repeat(width - title.length),
    ' '.repeat(labelWidth) + colors.dim(ruler),
    ...quarters.map((quarter) => {
      const line = hours.map(({ intervals: ofHour }) => {
        const interval = ofHour.find(({ time }) => time.endsWith(`:${quarter}`));
        const look = cellLooks[(interval === undefined ? undefined : stateOf.get(interval.startMs)) ?? 'notExpected'];
        return look.paint(colors)(look.character);
      });
      return `${colors.dim(` :${quarter}`)} ${line.join('')}`;
    }),
  ];
}

function toDayLines(day: CoverageDay, colors: Colors): string[] {
  const grids = day.rows.map((row) => toGrid(row, day, colors));
  const bands: string[] = [];
  for (let first = 0; first < grids.length; first += gridsBeside) {
    const [left = [], ...others] = grids.slice(first, first + gridsBeside);
    bands.push(...left.map((line, at) => [line, ...others.map((grid) => grid[at] ?? '')].join(gap).trimEnd()), '');
  }
  const change = day.clockChange === null ? [] : [` ${day.clockChange}`];
  const none = day.rows.length === 0 ? [' No report was expected.', ''] : [];
  return [colors.bold(`${day.weekday}, ${day.date}`), ...change, ...none, ...bands];
}

function toFindingLines(
  { state, series, when, since, meaning, next, command }: CoverageFinding,
  colors: Colors,
): string[] {
  const name =
    state === 'rejects' || state === 'watch' || state === 'limit' ? '' : ` ${cellLooks[state].name.toLowerCase()}`;
  const known = since === null ? '' : ` (known since ${toTimeText(since)})`;
  const head = series === null ? '' : `${series}${name}: ${when}${known}. `;
  return [colors.yellow(` ! ${head}${meaning}`), `   ${next}`, ...(command === null ? [] : [`   ${command}`])];
}

/** Days, legend, findings, and the figure. */
export function toCoverageLines(report: CoverageReport, colors: Colors): string[] {
  const { acdName, zone, checkedAt, days, counts, findings } = report;
  const used = statesInOrder.filter((state) => counts.states[state] > 0 && state !== 'notExpected');
  const legend = used.map(
    (state) => `${cellLooks[state].paint(colors)(cellLooks[state].character)} ${cellLooks[state].name.toLowerCase()}`,
  );
  const percent = toPercentText(counts.coveredCount, counts.dueCount);
  const figure = `${percent} in: ${counts.coveredCount} of ${counts.dueCount} intervals that are due by now.`;
  return [
    colors.bold(`ACD ${acdName}, times of ${zone}, as of ${toTimeText(checkedAt)}`),
    ...days.flatMap((day) => toDayLines(day, colors)),
    ` ${legend.join('   ')}`,
    '',
    ...findings.flatMap((finding) => toFindingLines(finding, colors)),
    counts.coveredCount === counts.dueCount ? colors.green(figure) : colors.red(figure),
  ];
}
