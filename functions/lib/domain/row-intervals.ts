// The rows of a report, sorted into what the hub keeps one record of: a queue and/or agent in one interval.
import type { Settings } from '../../../schemas/settings.ts';
import type { IntervalRows } from './hub-mapping.ts';
import { intervalMs } from './interval.ts';
import type { ReportHeader } from './report-header.ts';
import type { ReportRow, RowPlace } from './report-row.ts';
import { hasExtraDimensions, keySeparator, type RowSubject } from './row-subject.ts';

export interface IntervalRowsMap {
  /** @returns the line of an earlier row that agrees in all dimensions; then the row is not added. */
  add(row: ReportRow): number | null;
  /** Remembers that a row of this interval was rejected: where rows are added up, the others are a part only. */
  markPartial(place: RowPlace, lineNumber: number): void;
  /** Line of the first rejected row of an interval, if there is one. */
  partialLineOf(interval: IntervalRows): number | undefined;
  rows(): Iterable<ReportRow>;
  /** By interval start, then queue, then agent, each by code unit. */
  sorted(): readonly IntervalRows[];
}

interface Entity {
  readonly queueValue: string;
  readonly agentValue: string;
  readonly intervals: Map<number, IntervalRows & { readonly rows: ReportRow[] }>;
}

/** Queues with the same name at the hub (settings.queues[].hubQueue) are one. */
export function createIntervalRowsMap(header: ReportHeader, queues: Settings['queues']): IntervalRowsMap {
  const hubQueues = new Map(queues.map(({ name, hubQueue }) => [name, hubQueue ?? name]));
  const sharedQueues = new Set(queues.flatMap(({ hubQueue }) => hubQueue ?? []));
  const isGrouped = hasExtraDimensions(header);
  const queueValueOf = (queue: string) => hubQueues.get(queue) ?? queue;
  const entities = new Map<string, Entity>();
  const subjects = new Map<RowSubject, { readonly entity: Entity; readonly lines: Map<number, number> }>();
  const partialLines = new Map<string, number>();

  function placeOf(subject: RowSubject) {
    const known = subjects.get(subject);
    if (known) return known;
    const queueValue = queueValueOf(subject.queue);
    const key = queueValue + keySeparator + subject.agent;
    const entity: Entity = entities.get(key) ?? { queueValue, agentValue: subject.agent, intervals: new Map() };
    entities.set(key, entity);
    const place = { entity, lines: new Map<number, number>() };
    subjects.set(subject, place);
    return place;
  }

  return {
    add(row) {
      const { entity, lines } = placeOf(row.subject);
      const index = row.startMs / intervalMs;
      const earlierLine = lines.get(index);
      if (earlierLine !== undefined) return earlierLine;
      lines.set(index, row.lineNumber);
      const interval = entity.intervals.get(index);
      const { queueValue, agentValue } = entity;
      if (interval) interval.rows.push(row);
      else entity.intervals.set(index, { queueValue, agentValue, startMs: row.startMs, rows: [row] });
      return null;
    },
    markPartial({ queue, agent, startMs }, lineNumber) {
      const queueValue = queueValueOf(queue);
      // Where one row is one record, another row of the interval is a correct record of its own.
      if (!isGrouped && !sharedQueues.has(queueValue)) return;
      const key = partialKey(startMs, queueValue, agent);
      if (!partialLines.has(key)) partialLines.set(key, lineNumber);
    },
    partialLineOf({ startMs, queueValue, agentValue }) {
      return partialLines.size === 0 ? undefined : partialLines.get(partialKey(startMs, queueValue, agentValue));
    },
    *rows() {
      for (const { intervals } of entities.values()) for (const { rows } of intervals.values()) yield* rows;
    },
    sorted: () => [...entities.values()].flatMap(({ intervals }) => [...intervals.values()]).sort(compareIntervals),
  };
}

function partialKey(startMs: number, queueValue: string, agent: string): string {
  return `${startMs}${keySeparator}${queueValue}${keySeparator}${agent}`;
}

function compareIntervals(a: IntervalRows, b: IntervalRows): number {
  return (
    a.startMs - b.startMs ||
    compareByCodeUnit(a.queueValue, b.queueValue) ||
    compareByCodeUnit(a.agentValue, b.agentValue)
  );
}

function compareByCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
