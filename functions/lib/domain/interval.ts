// The 15-minute grid every report and figure stands on. Instants are UTC, in milliseconds inside and ISO text outside.
import { readDigits } from './digits.ts';

export const intervalSeconds = 900;
export const intervalMs = intervalSeconds * 1000;

const minuteMs = 60_000;
// The minute written last. Instants come close together, and all but the seconds of one takes most of the time.
let writtenMinute = Number.NaN;
let minuteText = '';

/** `2026-11-22T12:00:00.000Z`: the one spelling of an instant in keys, versions and records. @throws RangeError no instant */
export function toInstant(epochMs: number): string {
  const minute = Math.floor(epochMs / minuteMs);
  if (minute !== writtenMinute) {
    minuteText = new Date(minute * minuteMs).toISOString().slice(0, -'00.000Z'.length);
    writtenMinute = minute;
  }
  const ms = Math.trunc(epochMs - minute * minuteMs);
  const thousandths = ms % 1000;
  // A digit before each, cut off again: quicker than padding.
  return `${minuteText}${String(100 + (ms - thousandths) / 1000).slice(1)}.${String(1000 + thousandths).slice(1)}Z`;
}

/** As Date.parse: NaN for a text it cannot read. */
export function toEpochMs(instant: string): number {
  // In the minute written last, and in the spelling of toInstant, only the seconds are to be read.
  const at = minuteText.length;
  if (
    instant.length === at + 7 &&
    instant.startsWith(minuteText) &&
    instant[at + 2] === '.' &&
    instant[at + 6] === 'Z'
  ) {
    const seconds = readDigits(instant, at, at + 2);
    const thousandths = readDigits(instant, at + 3, at + 6);
    if (seconds >= 0 && seconds < 60 && thousandths >= 0)
      return writtenMinute * minuteMs + seconds * 1000 + thousandths;
  }
  return Date.parse(instant);
}

export function isOnGrid(instant: string): boolean {
  return toEpochMs(instant) % intervalMs === 0;
}

/** Run times strictly between two of one series, in order; `limit` bounds the list, not the count. */
export function listRunTimesBetween(afterRunTime: string, beforeRunTime: string, limit: number): string[] {
  const runTimes: string[] = [];
  for (
    let epochMs = toEpochMs(afterRunTime) + intervalMs;
    epochMs < toEpochMs(beforeRunTime) && runTimes.length < limit;
    epochMs += intervalMs
  ) {
    runTimes.push(toInstant(epochMs));
  }
  return runTimes;
}
