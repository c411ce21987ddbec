// What the page's script shows of the cell one looks at, with short field names: a week of many series has 20,000 cells.
import { toPlainValue } from '../plain-text.ts';
import { segmentMeanings } from './agent-html.ts';
import { cellLooks, statesInOrder } from './cell-looks.ts';
import type { CoverageCell, CoverageReport } from './coverage-report.ts';
import { toTimeLabels } from './local-day.ts';

function toFacts({ file, figuresFrom, problem, missedAt, inBucketSince }: CoverageCell) {
  return {
    s: missedAt,
    b: inBucketSince,
    g: figuresFrom,
    f: file && {
      ...{ r: file.runTime, a: file.arrivedAt, n: file.rowCount, x: file.rejectedRowCount },
      ...{ w: file.rejectReasons, c: file.recordCount, b: file.batchCount, k: file.key, e: file.executionName },
      o: file.notes,
    },
    p: problem && { e: problem.executionName, n: problem.error, c: problem.cause, d: problem.cure },
  };
}

/** Leaves out what says nothing. */
function dropEmpty(_key: string, value: unknown): unknown {
  return value === null || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

/** JSON that may stand in a script element. */
export function toPageData({ zone, days }: CoverageReport): string {
  const data = {
    zone,
    states: statesInOrder.map((id) => ({ id, name: cellLooks[id].name, meaning: cellLooks[id].meaning })),
    looks: segmentMeanings,
    days: days.map((day) => ({
      ...{ date: day.date, startMs: day.startMs, endMs: day.endMs, times: toTimeLabels(day) },
      rows: day.rows.map(({ cells }) => cells.map(toFacts)),
      agents: (day.agents.status === 'known' ? day.agents.agents : []).map(({ agentValue, segments }) => ({
        a: agentValue,
        s: segments.map((segment) => [
          ...[segment.startMs, segment.endMs, segment.eventId],
          ...[segment.activityCode ?? 'none', segment.status, segment.look],
        ]),
      })),
    })),
  };
  return JSON.stringify(toPlainValue(data), dropEmpty).replaceAll('<', '\\u003c');
}
