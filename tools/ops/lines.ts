// Text for a terminal: tables without frames, wrapped sentences, times.
import Table from 'cli-table3';
import { UsageError } from './ops-errors.ts';

const frameless = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '' },
  middle: '  ',
};

/** Lines of a table under its headings; none without rows. */
export function toTableLines(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const table = new Table({
    head: [...headings],
    chars: frameless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => ` ${line.trimEnd()}`)
    .filter((line) => line.trim() !== '');
}

/** Cuts a text to a length, with a mark where it was cut. */
export function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

/** `80 ms`, `3 min`, `2 h 5 min`, `4 d 3 h`: the two largest units. */
export function toDurationText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** An instant to the second, as people copy it: `2026-11-22T12:00:00Z`. */
export function toTimeText(instant: string): string {
  return instant.replace(/\.\d{3}Z$/, 'Z');
}

/** `1 file`, `2 files`. */
export function toCountText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of `90m`, `24h` or `7d`.
 * @throws UsageError
 */
export function parseDurationMs(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const unitOf = unitMs[unit];
  if (count !== undefined && unitOf !== undefined) return Number(count) * unitOf;
  throw new UsageError(`"${text}" is no span of time: expected minutes, hours or days such as 90m, 24h, 7d`);
}

/**
 * Epoch milliseconds of a day (its beginning in UTC, or its end) or of an instant with its zone.
 * @throws UsageError
 */
export function parseInstantMs(text: string, ofDay: 'begin' | 'end'): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const epochMs = isDay || isInstant ? Date.parse(text) : NaN;
  // Date.parse takes 31 February for 3 March.
  const day = text.slice(0, 10);
  const isReal = !Number.isNaN(epochMs) && new Date(Date.parse(day)).toISOString().startsWith(day);
  if (isReal) return isDay && ofDay === 'end' ? epochMs + 86_400_000 : epochMs;
  throw new UsageError(`"${text}" is no time: expected a day such as 2026-11-22 (UTC) or 2026-11-22T08:00:00Z`);
}
