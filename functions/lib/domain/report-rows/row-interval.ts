// The quarter hour a row stands for.
import { intervalMs, toInstant } from '../interval.ts';

const dayMs = 86_400_000;
const instantPattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2}))$/;

/**
 * Reads an ISO 8601 instant with its offset; a text without one names no instant and is refused.
 * @returns milliseconds since 1970-01-01T00:00Z, or null when it is no such text or no date of the calendar
 */
export function parseInstant(text: string): number | null {
  const parts = instantPattern.exec(text.trim());
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const [fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = parts.slice(7);
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysInMonth) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const offsetMinutes = Number(offsetHour) * 60 + Number(offsetMinute);
  if (Number(offsetMinute) > 59 || offsetMinutes > 14 * 60) return null;
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second) + Number(`0.${fraction || '0'}`) * 1000;
  return sign === '-' ? localMs + offsetMinutes * 60_000 : localMs - offsetMinutes * 60_000;
}

export interface IntervalBounds {
  /** End of the reported range; null for a reload file without a time stamp. */
  readonly runTimeMs: number | null;
  readonly uploadedAtMs: number;
  readonly reloadWindowDays: number;
}

export interface IntervalFault {
  readonly rule: string;
  readonly reason: string;
  readonly column: 'startInterval' | 'endInterval';
}

/**
 * Checks that a row covers exactly one quarter hour of UTC that is over and inside the reload window.
 * @returns null when it does
 * @source docs/inputs.md, What is rejected
 */
export function checkRowInterval(startMs: number, endMs: number, bounds: IntervalBounds): IntervalFault | null {
  const { runTimeMs, uploadedAtMs, reloadWindowDays } = bounds;
  if (endMs <= startMs) {
    return { rule: 'reversed-interval', reason: 'expected an end after the start', column: 'endInterval' };
  }
  if (endMs - startMs !== intervalMs) {
    const reason = `clipped: covers ${(endMs - startMs) / 1000} s, expected 900 s`;
    return { rule: 'clipped-interval', reason, column: 'endInterval' };
  }
  if (startMs % intervalMs !== 0) {
    const reason = `expected a start on the quarter hour, found ${toInstant(startMs)}`;
    return { rule: 'off-the-quarter-hour', reason, column: 'startInterval' };
  }
  if (runTimeMs !== null && endMs > runTimeMs) {
    const reason = `expected an end no later than the report's run time ${toInstant(runTimeMs)}, found ${toInstant(endMs)}`;
    return { rule: 'after-run-time', reason, column: 'endInterval' };
  }
  if (endMs > uploadedAtMs) {
    const reason = `expected an end no later than the upload ${toInstant(uploadedAtMs)}, found ${toInstant(endMs)}`;
    return { rule: 'future-interval', reason, column: 'endInterval' };
  }
  if (startMs < uploadedAtMs - reloadWindowDays * dayMs) {
    const reason = `older than ${reloadWindowDays} days before the upload ${toInstant(uploadedAtMs)} (setting reports.reloadWindowDays)`;
    return { rule: 'before-reload-window', reason, column: 'startInterval' };
  }
  return null;
}
