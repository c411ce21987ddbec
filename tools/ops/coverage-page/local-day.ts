// A day as people in a zone live it: 96 intervals, 92 or 100 when the clocks change, each with a name that is unambiguous.
import { intervalMs } from '../../../functions/lib/domain/interval.ts';
import { UsageError } from '../ops-errors.ts';

export interface LocalInterval {
  readonly startMs: number;
  /** `02:15` */
  readonly time: string;
  /** `+02:00` */
  readonly offset: string;
}

/** Neighbouring intervals of one hour on the clock. */
export interface LocalHour {
  /** `02:00` */
  readonly label: string;
  readonly offset: string;
  /** The clocks show this hour twice that day. */
  readonly isRepeated: boolean;
  readonly intervals: readonly LocalInterval[];
}

export interface LocalDay {
  /** `2026-10-25` */
  readonly date: string;
  /** `Sunday` */
  readonly weekday: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly intervals: readonly LocalInterval[];
  readonly hours: readonly LocalHour[];
  /** What the clocks do that day; null on a day like any other. */
  readonly clockChange: string | null;
}

export type ToLocalTime = (epochMs: number) => {
  readonly date: string;
  readonly time: string;
  readonly offset: string;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Zones reach from 12 hours behind UTC to 14 before it. */
const farthestMs = 15 * hourMs;

/**
 * Local date, time and offset of an instant.
 * @throws UsageError when there is no such zone
 */
export function createLocalClock(zone: string): ToLocalTime {
  const format = toFormat(zone);
  return (epochMs) => {
    const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
    const offset = part('timeZoneName').replace('GMT', '');
    return {
      date: `${part('year')}-${part('month')}-${part('day')}`,
      time: `${part('hour')}:${part('minute')}`,
      offset: offset === '' ? '+00:00' : offset,
    };
  };
}

function toFormat(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
      ...{ hourCycle: 'h23', timeZoneName: 'longOffset' },
    });
  } catch (error) {
    throw new UsageError(`"${zone}" is no time zone: expected one such as Europe/Berlin, America/New_York or UTC`, {
      cause: error,
    });
  }
}

/**
 * The intervals of a local day, in order.
 * @throws UsageError when the zone has no such day
 */
export function toLocalDay(date: string, toLocalTime: ToLocalTime): LocalDay {
  const midnightMs = Date.parse(`${date}T00:00:00Z`);
  const intervals: LocalInterval[] = [];
  for (let startMs = midnightMs - farthestMs; startMs < midnightMs + dayMs + farthestMs; startMs += intervalMs) {
    const local = toLocalTime(startMs);
    if (local.date === date) intervals.push({ startMs, time: local.time, offset: local.offset });
  }
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined) throw new UsageError(`There is no ${date} in this time zone`);
  return {
    date,
    weekday: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long' }).format(midnightMs),
    ...{ startMs: first.startMs, endMs: last.startMs + intervalMs, intervals },
    hours: toHours(intervals),
    clockChange: describeClockChange(intervals),
  };
}

function toHours(intervals: readonly LocalInterval[]): LocalHour[] {
  const groups = Map.groupBy(intervals, ({ time, offset }) => `${time.slice(0, 2)}:00 ${offset}`);
  const labels = [...groups.keys()].map((key) => key.slice(0, 5));
  return [...groups].map(([key, ofHour]) => {
    const [label = '', offset = ''] = key.split(' ');
    return { label, offset, isRepeated: labels.filter((other) => other === label).length > 1, intervals: ofHour };
  });
}

function describeClockChange(intervals: readonly LocalInterval[]): string | null {
  const changed = intervals.find(({ offset }, index) => index > 0 && offset !== intervals[index - 1]?.offset);
  const before = intervals[0];
  if (changed === undefined || before === undefined) return null;
  const direction = intervals.length < dayMs / intervalMs ? 'forward' : 'back';
  return (
    `The clocks go ${direction} to ${changed.time}, from UTC${before.offset} to UTC${changed.offset}: ` +
    `this day has ${intervals.length} intervals.`
  );
}

/** Local times of the day's intervals, in order, unambiguous on a day with two of one hour. */
export function toTimeLabels({ hours }: LocalDay): string[] {
  return hours.flatMap(({ intervals, isRepeated }) =>
    intervals.map(({ time, offset }) => (isRepeated ? `${time} UTC${offset}` : time)),
  );
}

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(Date.parse(text)).toISOString().startsWith(text);

/**
 * Dates from the first to the last, both included.
 * @throws UsageError when one is no date, the order is wrong, or there are more than `maxCount`
 */
export function listDates(from: string, to: string, maxCount: number): string[] {
  for (const text of [from, to]) {
    if (!isDate(text)) throw new UsageError(`"${text}" is no day: expected one such as 2026-11-22`);
  }
  const count = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (count < 1) throw new UsageError(`The last day (${to}) lies before the first one (${from})`);
  if (count > maxCount) {
    throw new UsageError(`From ${from} to ${to} are ${count} days: one page holds at most ${maxCount}`);
  }
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(from) + index * dayMs).toISOString().slice(0, 10),
  );
}
