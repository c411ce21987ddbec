// The rows of a report, sorted into what the hub keeps one record of: a queue and/or agent in one interval.
import type { Settings } from '../../../../schemas/settings.ts';
import { toInstant } from '../interval.ts';
import type { IntervalRows } from './hub-mapping.ts';
import type { ReportHeader } from './report-header.ts';
import { listFigures, type ReportRow, type RowPlace } from './report-row.ts';
import { createRowStore, type RowStore, type StoredRow } from './row-store.ts';
import { hasExtraDimensions, keySeparator, type RowSubject } from './row-subject.ts';

export interface IntervalRowsMap {
  add(row: ReportRow): void;
  /** Remembers that a row of this interval was rejected: where rows are added up, the others are a part only. */
  markPartial(place: RowPlace, lineNumber: number): void;
  /** Line of the first rejected row of an interval, if there is one. */
  partialLineOf(interval: IntervalRows): number | undefined;
  /** Once all rows are added. */
  sort(): SortedRows;
}

export interface SortedRows {
  /** Rows that agree with an earlier one in all dimensions; they are in none of the intervals. */
  readonly duplicates: readonly { readonly row: StoredRow; readonly earlierLine: number }[];
  /** All rows but the duplicates, by line. */
  readonly rows: Iterable<StoredRow>;
  /**
   * By interval start, then queue, then agent, each by code unit; the rows of each by line. Every pass makes them anew, one
   * by one, so that they never exist all at once.
   */
  readonly intervals: Iterable<StoredInterval>;
}

export interface StoredInterval extends IntervalRows {
  readonly rows: readonly StoredRow[];
}

/** Queues with the same name at the hub (settings.queues[].hubQueue) are one. */
export function createIntervalRowsMap(header: ReportHeader, queues: Settings['queues']): IntervalRowsMap {
  const hubQueues = new Map(queues.map(({ name, hubQueue }) => [name, hubQueue ?? name]));
  const sharedQueues = new Set(queues.flatMap(({ hubQueue }) => hubQueue ?? []));
  const isGrouped = hasExtraDimensions(header);
  const queueValueOf = (queue: string) => hubQueues.get(queue) ?? queue;
  const store = createRowStore(listFigures(header).length);
  const indexesByStartMs = new Map<number, number[]>();
  const partialLines = new Map<string, number>();

  return {
    add(row) {
      const index = store.add(row);
      const indexes = indexesByStartMs.get(row.startMs);
      if (indexes) indexes.push(index);
      else indexesByStartMs.set(row.startMs, [index]);
    },
    markPartial({ queue, agent, startMs }, lineNumber) {
      const queueValue = queueValueOf(queue);
      // Where one row is one record, another row of the interval is a correct record of its own.
      if (!isGrouped && !sharedQueues.has(queueValue)) return;
      const key = partialKey({ queueValue, agentValue: agent, intervalStart: toInstant(startMs) });
      if (!partialLines.has(key)) partialLines.set(key, lineNumber);
    },
    partialLineOf: (interval) => (partialLines.size === 0 ? undefined : partialLines.get(partialKey(interval))),
    sort() {
      const subjects = store.listSubjects();
      // By number, once a subject: the sort asks for each some ten times, and every pass over the records once more a row.
      const queueValues: string[] = [];
      for (const { number, queue } of subjects) queueValues[number] = queueValueOf(queue);
      const ranks = rankSubjects(subjects, queueValues);
      // Once a row: the sort asks for each some thirty times.
      const rowRanks = Uint32Array.from(
        { length: store.rowCount },
        (_, index) => ranks[store.subjectAt(index).number] ?? 0,
      );
      const rankAt = (index: number) => rowRanks[index] ?? 0;
      const sorted = [...indexesByStartMs]
        .sort(([a], [b]) => a - b)
        .map(([startMs, indexes]) => ({
          intervalStart: toInstant(startMs),
          indexes: indexes.toSorted((a, b) => rankAt(a) - rankAt(b)),
        }));
      const earlierIndexes = new Map<number, number>();
      for (const { indexes } of sorted) {
        for (let start = 0, end = 0; start < indexes.length; start = end) {
          end = findGroupEnd(indexes, start, rankAt);
          if (end - start > 1) findRepeats(indexes.slice(start, end), store, earlierIndexes);
        }
      }
      return {
        duplicates: Array.from(earlierIndexes, ([index, earlierIndex]) => ({
          row: store.read(index),
          earlierLine: store.read(earlierIndex).lineNumber,
        })),
        rows: {
          *[Symbol.iterator]() {
            for (let index = 0; index < store.rowCount; index += 1) {
              if (!earlierIndexes.has(index)) yield store.read(index);
            }
          },
        },
        intervals: {
          *[Symbol.iterator]() {
            for (const { intervalStart, indexes } of sorted) {
              for (let start = 0, end = 0; start < indexes.length; start = end) {
                end = findGroupEnd(indexes, start, rankAt);
                const rows: StoredRow[] = [];
                for (let at = start; at < end; at += 1) {
                  const index = indexes[at] ?? 0;
                  if (!earlierIndexes.has(index)) rows.push(store.read(index));
                }
                const [first] = rows;
                if (first === undefined) continue;
                const { number, agent } = first.subject;
                yield { queueValue: queueValues[number] ?? '', agentValue: agent, intervalStart, rows };
              }
            }
          },
        },
      };
    },
  };
}

/** Where the run of indexes of one rank ends that begins at `start`. */
function findGroupEnd(indexes: readonly number[], start: number, rankAt: (index: number) => number): number {
  const rank = rankAt(indexes[start] ?? 0);
  let end = start + 1;
  while (end < indexes.length && rankAt(indexes[end] ?? 0) === rank) end += 1;
  return end;
}

/** Adds each row of a group whose subject an earlier row of it has, with that row. */
function findRepeats(
  group: readonly number[],
  store: Pick<RowStore, 'subjectAt'>,
  earlierIndexes: Map<number, number>,
): void {
  const firstIndexes = new Map<RowSubject, number>();
  for (const index of group) {
    const subject = store.subjectAt(index);
    const firstIndex = firstIndexes.get(subject);
    if (firstIndex === undefined) firstIndexes.set(subject, index);
    else earlierIndexes.set(index, firstIndex);
  }
}

/** The place of each subject's queue and agent in the order of the report, by its number; subjects of the same ones share it. */
function rankSubjects(subjects: readonly RowSubject[], queueValues: readonly string[]): Uint32Array {
  const compare = (a: RowSubject, b: RowSubject) =>
    compareByCodeUnit(queueValues[a.number] ?? '', queueValues[b.number] ?? '') || compareByCodeUnit(a.agent, b.agent);
  const ranks = new Uint32Array((subjects.at(-1)?.number ?? -1) + 1);
  let rank = 0;
  let previous: RowSubject | undefined;
  for (const subject of subjects.toSorted(compare)) {
    if (previous !== undefined && compare(previous, subject) !== 0) rank += 1;
    ranks[subject.number] = rank;
    previous = subject;
  }
  return ranks;
}

function partialKey({ intervalStart, queueValue, agentValue }: Omit<IntervalRows, 'rows'>): string {
  return `${intervalStart}${keySeparator}${queueValue}${keySeparator}${agentValue}`;
}

function compareByCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
