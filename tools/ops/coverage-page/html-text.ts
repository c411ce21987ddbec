// Text on its way into the page, and the headings all tables of a day share.
import { toPlainText } from '../plain-text.ts';
import { createLocalClock, toTimeLabels, type LocalDay, type LocalHour } from './local-day.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and in quoted attributes; marks that would turn the direction of the line show as their escapes. */
export function escapeHtml(text: string): string {
  return toPlainText(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

export type ToLocalText = (instant: string) => string;

/** `2026-11-22 23:04` on the clocks of the page. */
export function createLocalText(zone: string): ToLocalText {
  const toLocalTime = createLocalClock(zone);
  return (instant) => {
    const { date, time } = toLocalTime(Date.parse(instant));
    return `${date} ${time}`;
  };
}

/** `+2`, `−3:30`: of an hour the clocks show twice. */
const toShortOffset = (offset: string): string =>
  offset.replace(/^([+-])0?(\d+):00$/, '$1$2').replace(/^([+-])0?(\d+:\d+)$/, '$1$2');

const toHourText = ({ label, offset, isRepeated }: LocalHour): string =>
  `${label.slice(0, 2)}${isRepeated ? `<sup>${toShortOffset(offset)}</sup>` : ''}`;

/** One heading an hour, over as many columns as it has intervals. */
export function toHourCells({ hours }: LocalDay): string {
  return hours
    .map((hour) => `<th class="hour" scope="colgroup" colspan="${hour.intervals.length}">${toHourText(hour)}</th>`)
    .join('');
}

/** One heading an interval: for screen readers a time, for eyes a tick. */
export function toQuarterCells(day: LocalDay, firsts: ReadonlySet<number>): string {
  return toTimeLabels(day)
    .map((time, index) => `<th class="quarter${firsts.has(index) ? ' first' : ''}" scope="col">${time}</th>`)
    .join('');
}
