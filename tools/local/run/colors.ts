// Colours for people at a terminal, plain text for everything else.
import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/**
 * Colours only on a terminal, and never with NO_COLOR set (https://no-color.org: to anything but the empty text).
 *
 * A stream that is no terminal has no `isTTY` at all, and picocolors takes a missing answer for "decide yourself":
 * with CI set, as build servers do, it would then colour what goes into a file.
 */
export function chooseColors(
  isTerminal: boolean | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Colors {
  return picocolors.createColors(isTerminal === true && (environment['NO_COLOR'] ?? '') === '');
}
