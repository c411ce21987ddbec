// Colours for people at a terminal, plain text for everything else.
import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours only on a terminal, and never with NO_COLOR set (https://no-color.org: to anything but the empty text). */
export function chooseColors(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Colors {
  return picocolors.createColors(isTerminal && (environment['NO_COLOR'] ?? '') === '');
}
