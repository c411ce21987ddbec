// What a page shows of a command against what the command has printed. Instants of the run, durations and hashes differ from run to
// run, and with them the width of columns.
import { readFileSync } from 'node:fs';
import { day, type Ran } from './support-world.ts';

const shownDay = '2026-11-21';

const toComparable = (text: string, itsDay: string): string =>
  text
    .replaceAll(itsDay, 'DAY')
    .replaceAll(/\b\w+day, (?=DAY)/g, 'Weekday, ')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, 'INSTANT')
    .replaceAll(/\b\d+ (ms|s|min|h)( \d+ min)?\b/g, 'DURATION')
    .replaceAll(/\b[0-9a-f]{8,}(-[0-9a-f]{4,})*\b/g, 'HASH')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/ $/gm, '')
    .trim();

export interface ShownOutput {
  readonly typed: string;
  readonly output: string;
  /** How often the page has shown this command before. */
  readonly shownBefore: number;
}

/** The blocks of a page that begin with `$ npx acdhub`, between two texts. */
export function listShownOutputs(page: string, { from = '', until }: { from?: string; until?: string } = {}) {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const part = text.slice(text.indexOf(from), until === undefined ? undefined : text.indexOf(until));
  const shown: ShownOutput[] = [];
  for (const [, typed = '', output = ''] of part.matchAll(/^ *```text\n *\$ (npx acdhub [^\n]*)\n([^]*?)^ *```/gm)) {
    shown.push({ typed, output, shownBefore: shown.filter((one) => one.typed === typed).length });
  }
  return shown;
}

/** What a page shows, a line `…` standing for any lines. */
export const toPattern = ({ output }: ShownOutput): RegExp =>
  new RegExp(
    `^${output
      .split(/^ *…\n/m)
      .map((lines) => RegExp.escape(toComparable(lines, shownDay)))
      .join('[^]*')}$`,
  );

/** What was printed when the shown command was typed, comparable with the pattern. */
export function findPrinted(transcript: readonly Ran[], { typed, shownBefore }: ShownOutput): string {
  const ran = transcript.filter((one) => toComparable(one.typed, day) === toComparable(typed, shownDay))[shownBefore];
  return ran === undefined ? `never typed: ${typed}` : toComparable(ran.stdout, day);
}
