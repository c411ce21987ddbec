// How long the hub asks us to wait, from the headers of its answer (RFC 9110, sections 5.6.7 and 10.2.3).

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const httpDatePatterns = [
  /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
];

/**
 * Reads an HTTP date in one of its three legal forms; anything else, an impossible day included, is undefined.
 * A two-digit year stands for the year nearest to `nowMs` (RFC 9110, 5.6.7). `Date.parse` is too lenient here: it takes `-5` for a date.
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  for (const pattern of httpDatePatterns) {
    const { day, month, year, time } = pattern.exec(text)?.groups ?? {};
    if (day === undefined || month === undefined || year === undefined || time === undefined) continue;
    const monthNumber = String(months.indexOf(month) + 1).padStart(2, '0');
    const isoText = `${toFullYear(year, nowMs)}-${monthNumber}-${day.trim().padStart(2, '0')}T${time}.000Z`;
    const instantMs = Date.parse(isoText);
    return Number.isNaN(instantMs) || new Date(instantMs).toISOString() !== isoText ? undefined : instantMs;
  }
  return undefined;
}

/**
 * Seconds to wait according to `Retry-After`, never negative; undefined when the header is absent or garbage.
 * A date is measured against the answer's own `Date`, so that a clock that differs from the hub's does no harm; without one against `nowMs`.
 * @param headers names in lower case
 */
export function readRetryAfterSeconds(
  headers: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  const instantMs = parseHttpDate(text, nowMs);
  if (instantMs === undefined) return undefined;
  const answeredAtMs = parseHttpDate(headers['date']?.trim() ?? '', nowMs) ?? nowMs;
  return Math.max(0, (instantMs - answeredAtMs) / 1000);
}

function toFullYear(year: string, nowMs: number): string {
  if (year.length === 4) return year;
  const thisYear = new Date(nowMs).getUTCFullYear();
  const sameCentury = thisYear - (thisYear % 100) + Number(year);
  return String(sameCentury > thisYear + 50 ? sameCentury - 100 : sameCentury);
}
