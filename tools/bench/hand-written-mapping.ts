// The yardstick of check + map: the rules of a queue report as one would write them for its one column layout (that of
// generated-report.ts) and the preset settings alone. Rules of a single cell are the connector's own.
import { toInstant } from '../../functions/lib/domain/interval.ts';
import { readFigureCell, readQuickCount } from '../../functions/lib/domain/report-rows/figure-cell.ts';
import type { RowContext } from '../../functions/lib/domain/report-rows/report-rows.ts';
import { parseInstant, checkRowInterval } from '../../functions/lib/domain/report-rows/row-interval.ts';
import type { CsvRow } from '../../functions/lib/io/report-csv.ts';
import type { QueueRecord } from '../../schemas/hub-records.ts';

interface CheckedRow {
  readonly queue: string;
  readonly startMs: number;
  readonly intervalStart: string;
  readonly figures: readonly number[];
  readonly lineNumber: number;
}

interface Rejected extends CsvRow {
  readonly reason: string;
}

const columnCount = 12;
const figuresFrom = 3;
const serviceLevelSeconds = 20;

/** Records by interval and queue, as the collector makes them; a row with a fault is with the rejects. */
export function mapByHand(rows: readonly CsvRow[], { runTime, uploadedAt, settings }: RowContext) {
  const { maxCount, maxSeconds } = settings.figures;
  const bounds = {
    runTimeMs: runTime === null ? null : Date.parse(runTime),
    uploadedAtMs: Date.parse(uploadedAt),
    reloadWindowDays: settings.reports.reloadWindowDays,
  };
  // The texts are a few: each is read once.
  const instants = new Map<string, { readonly ms: number; readonly instant: string } | null>();
  const readInstant = (text: string) => {
    let instant = instants.get(text);
    if (instant === undefined) {
      const ms = parseInstant(text);
      instant = ms === null ? null : { ms, instant: toInstant(ms) };
      instants.set(text, instant);
    }
    return instant;
  };
  const kept = new Map<string, CheckedRow>();
  const rejects: Rejected[] = [];
  for (const row of rows.slice(1)) {
    const reason = check(row);
    if (reason !== null) rejects.push({ ...row, reason });
  }
  const sorted = [...kept.values()].sort(
    (a, b) => a.startMs - b.startMs || (a.queue < b.queue ? -1 : a.queue > b.queue ? 1 : 0),
  );
  return { records: sorted.map(toRecord), rejects };

  function check({ cells, lineNumber }: CsvRow): string | null {
    if (cells.length !== columnCount) return 'ragged row';
    const [queue = '', start = '', end = ''] = cells;
    if (queue.includes('\uFFFD') || queue.includes('\0')) return 'broken text';
    const name = queue.trim();
    if (name === '' || name === '-') return 'blank name';
    const startsAt = readInstant(start);
    const endsAt = readInstant(end);
    if (startsAt === null || endsAt === null) return 'no instant';
    const { ms: startMs, instant: intervalStart } = startsAt;
    const fault = checkRowInterval(startMs, endsAt.ms, bounds);
    if (fault) return fault.reason;
    const figures: number[] = [];
    for (let position = figuresFrom; position < columnCount; position += 1) {
      const cell = cells[position] ?? '';
      const isWhole = position < figuresFrom + 5;
      const maximum = isWhole ? maxCount : maxSeconds;
      const count = readQuickCount(cell);
      if (count >= 0 && count <= maximum) {
        figures.push(count);
        continue;
      }
      const reading = readFigureCell(cell, { isWhole, maximum, setting: 'figures' });
      if (!('value' in reading)) return reading.reason;
      figures.push(reading.value);
    }
    const key = `${intervalStart}\0${queue}`;
    const earlier = kept.get(key);
    if (earlier) return `duplicate of line ${earlier.lineNumber}`;
    kept.set(key, { queue, startMs, intervalStart, figures, lineNumber });
    return null;
  }
}

const round = (value: number | null, factor: number) => (value === null ? null : Math.round(value * factor) / factor);

function toRecord({ queue, intervalStart, figures }: CheckedRow): QueueRecord {
  const [queued, handled, abandoned, abandonedIn, answeredIn, answerTime, talk, hold, work] = figures.map((figure) =>
    Number.isNaN(figure) ? null : figure,
  );
  const handledShort = least(answeredIn, handled);
  const abandonedShort = least(abandonedIn, abandoned);
  const ended = add(handled, abandoned);
  const received = queued != null && ended !== null && queued < ended ? ended : (queued ?? null);
  const level = received === null || received <= 0 || handledShort === null ? null : (handledShort / received) * 100;
  return {
    queueValue: queue,
    mediaType: 'voice',
    mediaClassification: 'immediate',
    intervalStart,
    serviceLevelSeconds,
    contactsReceived: received,
    handledShort,
    handledLong: handled == null || handledShort === null ? null : handled - handledShort,
    abandonedShort,
    abandonedLong: abandoned == null || abandonedShort === null ? null : abandoned - abandonedShort,
    handleTimeSeconds: round(add(talk, hold), 1000),
    holdTimeSeconds: round(hold ?? null, 1000),
    workTimeSeconds: round(work ?? null, 1000),
    queueDelayTimeSeconds: round(weigh(handled, answerTime), 1000),
    serviceLevelPercent: level === null ? null : Math.min(100, Math.round(level * 10_000) / 10_000),
    backlog: null,
    backlogExpired: null,
    backlogUnexpired: null,
    rightPartyContacts: null,
    rightPartyTalkTimeSeconds: null,
    rightPartyWorkTimeSeconds: null,
    wrongPartyContacts: null,
    wrongPartyTalkTimeSeconds: null,
    wrongPartyWorkTimeSeconds: null,
    active: null,
  };
}

type Figure = number | null | undefined;

function least(part: Figure, all: Figure): number | null {
  return part == null || all == null ? null : Math.min(part, all);
}

function add(a: Figure, b: Figure): number | null {
  return a == null ? (b ?? null) : a + (b ?? 0);
}

function weigh(count: Figure, average: Figure): number | null {
  if (count == null) return null;
  if (count === 0) return 0;
  return average == null ? null : count * average;
}
