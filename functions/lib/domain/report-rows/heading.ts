// What a heading says, however it is spelled.

/** A column that carries the queue's service level in its heading. */
export interface ThresholdHeading {
  readonly measure: 'answered' | 'abandoned' | 'serviceLevel';
  readonly thresholdSeconds: number;
  /** 0 is the spelling to prefer where one report holds several of the same threshold. */
  readonly preference: number;
}

/**
 * Reduces a heading to its lower-case letters and digits, since headings drift in case, spaces, hyphens and parentheses.
 * @source docs/inputs.md, Columns
 */
export function normalizeHeading(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

const secondsByUnit = new Map([
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
]);
const units = [...secondsByUnit.keys()];
const thresholdPattern =
  /^(?:contacts ?(?<measure>answered|abandoned)|(?<level>service ?level)) ?(?<word>in)? ?(?<amount>\d{1,6}) ?(?<unit>second|minute|hour)s?$/;

/**
 * Reads headings such as `Contacts answered in 20 seconds`, with or without `in`, in seconds, minutes or hours.
 * @returns null when the heading is another one, or its threshold is no whole number above 0
 */
export function parseThresholdHeading(heading: string): ThresholdHeading | null {
  const words = heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const { measure, level, word, amount, unit = '' } = thresholdPattern.exec(words)?.groups ?? {};
  const thresholdSeconds = Number(amount) * (secondsByUnit.get(unit) ?? Number.NaN);
  if (!(thresholdSeconds > 0)) return null;
  return {
    measure: level ? 'serviceLevel' : measure === 'answered' ? 'answered' : 'abandoned',
    thresholdSeconds,
    preference: units.indexOf(unit) * 2 + (word || level ? 0 : 1),
  };
}
