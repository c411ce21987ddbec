// What a planner should know first: what is not in, since when, what it means, and what to do about it.
import { toCountText, toDurationText } from '../lines.ts';
import { openStates, type OpenState } from './coverage-cells.ts';
import type { CoverageFacts } from './coverage-reader.ts';
import type { CoverageCell, CoverageDay, CoverageFinding, CoverageRow } from './coverage-report.ts';
import { toTimeLabels } from './local-day.ts';

export interface FindingContext {
  readonly target: string;
  readonly nowMs: number;
  readonly facts: Pick<CoverageFacts, 'watchedAt' | 'limits'>;
}

interface FoundCell {
  readonly date: string;
  /** Position in its day. */
  readonly index: number;
  readonly startTime: string;
  readonly endTime: string;
  readonly cell: CoverageCell;
}

/** Two turns of the watch, and some: its schedule is at most every quarter of an hour. */
const watchSilentMs = 45 * 60_000;
const rangesShown = 12;

/** Most urgent first: by state, then by kind and series. */
export function listFindings(days: readonly CoverageDay[], context: FindingContext): CoverageFinding[] {
  const found = openStates.flatMap((state) => listOpen(days, state, context));
  return [...found, ...listRejects(days, context), ...listWatchSilence(context), ...listLimits(context)];
}

function findCells(
  days: readonly CoverageDay[],
  isWanted: (cell: CoverageCell) => boolean,
): [CoverageRow, FoundCell[]][] {
  const all = days.flatMap((day) => {
    const times = toTimeLabels(day);
    return day.rows.map((row): [CoverageRow, FoundCell[]] => [
      row,
      row.cells.flatMap((cell, index) => {
        if (!isWanted(cell)) return [];
        const [startTime = '', endTime = '24:00'] = times.slice(index, index + 2);
        return [{ date: day.date, index, startTime, endTime, cell }];
      }),
    ]);
  });
  const bySeries = Map.groupBy(all, ([{ kind, series }]) => `${kind} ${series ?? ''}`);
  return [...bySeries.values()].flatMap((group) => {
    const [first] = group;
    const cells = group.flatMap(([, found]) => found);
    return first === undefined || cells.length === 0 ? [] : [[first[0], cells] satisfies [CoverageRow, FoundCell[]]];
  });
}

/** Neighbours are told as one span: `2026-11-21 14:15–14:45, 16:00–16:15`. */
function toWhen(cells: readonly FoundCell[]): string {
  const spans: { date: string; from: FoundCell; to: FoundCell }[] = [];
  for (const found of cells) {
    const last = spans.at(-1);
    if (last?.date === found.date && last.to.index + 1 === found.index) last.to = found;
    else spans.push({ date: found.date, from: found, to: found });
  }
  const texts = spans.slice(0, rangesShown).map(({ date, from, to }, index) => {
    const day = spans[index - 1]?.date === date ? '' : `${date} `;
    return `${day}${from.startTime}–${to.endTime}`;
  });
  return `${texts.join(', ')}${spans.length > rangesShown ? `, and ${spans.length - rangesShown} more spans` : ''}`;
}

function listOpen(days: readonly CoverageDay[], state: OpenState, context: FindingContext): CoverageFinding[] {
  return findCells(days, (cell) => cell.state === state).map(([{ kind, series }, cells]) => {
    const noticed = cells.map(({ cell }) => cell.missedAt ?? cell.inBucketSince ?? cell.file?.arrivedAt ?? null);
    const since = noticed.filter((instant) => instant !== null).toSorted()[0] ?? null;
    return {
      ...{ state, kind, series, since, when: toWhen(cells), intervalCount: cells.length },
      ...explain(state, cells, context),
    };
  });
}

type Explanation = Pick<CoverageFinding, 'meaning' | 'next' | 'command'>;

function explain(state: OpenState, cells: readonly FoundCell[], { target }: FindingContext): Explanation {
  const problem = cells.find(({ cell }) => cell.problem !== null)?.cell.problem ?? null;
  const error = problem?.error == null ? '' : ` (${problem.error})`;
  switch (state) {
    case 'missing': {
      const lyingCount = cells.filter(({ cell }) => cell.inBucketSince !== null).length;
      if (lyingCount === cells.length) {
        return {
          meaning: 'The reports lie in the bucket, but nobody was told of them. WFM has no figures of these intervals.',
          next: 'The watch starts such files by itself within some minutes. If it does not, look at the watch.',
          command: `npx acdhub status ${target}`,
        };
      }
      return {
        meaning:
          'Amazon Connect has not written these reports. WFM has no figures of these intervals: that is not zero.',
        next: 'Look at the schedule of the report in Amazon Connect, and upload reports of these times as QR-, AQR- or ASPR-reload-<text>.csv.',
        command: 'docs/runbook/missing-reports.md',
      };
    }
    case 'failed':
      return {
        meaning: `The reports came and could not be delivered${error}. Nothing is lost: they wait for a redrive.`,
        next: problem?.cure ?? 'Redrive when the cause is gone.',
        command: `npx acdhub redrive --all-failed ${target}`,
      };
    case 'quarantined':
      return {
        meaning: `The reports came and cannot be taken as they are${error}: ${problem?.cause ?? 'see the execution'}`,
        next: problem?.cure ?? 'Correct the report and upload it again.',
        command:
          problem === null
            ? `npx acdhub dlq list quarantine ${target}`
            : `npx acdhub show ${problem.executionName} ${target}`,
      };
    case 'arrived':
      return {
        meaning: 'The reports have come and are being delivered, or are retried.',
        next: 'Wait. An execution that cannot be completed fails, and is listed here then.',
        command: null,
      };
  }
}

function listRejects(days: readonly CoverageDay[], { target }: FindingContext): CoverageFinding[] {
  return findCells(days, ({ file }) => (file?.rejectedRowCount ?? 0) > 0).map(([{ kind, series }, cells]) => {
    const rowCount = cells.reduce((sum, { cell }) => sum + (cell.file?.rejectedRowCount ?? 0), 0);
    const reasons = [...new Set(cells.flatMap(({ cell }) => cell.file?.rejectReasons ?? []))].slice(0, 3);
    const file = cells.find(({ cell }) => cell.file?.key != null)?.cell.file;
    return {
      ...{ state: 'rejects', kind, series, when: toWhen(cells), intervalCount: cells.length },
      since: cells[0]?.cell.file?.arrivedAt ?? null,
      meaning:
        `${toCountText(rowCount, 'row')} could not be used, the others were delivered. ${reasons.join('; ')}`.trim(),
      next: 'Correct what is wrong at its source. A later report that has the rows whole brings them by itself.',
      command: file?.key == null ? null : `npx acdhub show '${file.key}' ${target}`,
    } satisfies CoverageFinding;
  });
}

function listWatchSilence({ nowMs, target, facts: { watchedAt } }: FindingContext): CoverageFinding[] {
  if (watchedAt !== null && nowMs - Date.parse(watchedAt) <= watchSilentMs) return [];
  const silence = watchedAt === null ? 'has never run' : `ran ${toDurationText(nowMs - Date.parse(watchedAt))} ago`;
  return [
    {
      ...{ state: 'watch', kind: null, series: null, when: '', intervalCount: 0, since: watchedAt },
      meaning: `The watch ${silence}: lost files are not started, and nobody is told of missing intervals.`,
      next: 'This page has looked for itself. Bring the watch back: docs/runbook/watch-silent.md.',
      command: `npx acdhub status ${target}`,
    },
  ];
}

function listLimits({ facts: { limits } }: FindingContext): CoverageFinding[] {
  return limits.map((meaning) => ({
    ...{ state: 'limit', kind: null, series: null, when: '', intervalCount: 0, since: null, meaning },
    ...{ next: 'Ask for fewer days.', command: null },
  }));
}
