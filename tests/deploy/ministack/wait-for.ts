// Waiting for something that must come, with an end and a word for it.
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks until `look` gives something else than null, undefined or false.
 * @throws Error naming what did not come
 */
export async function waitFor<T>(
  what: string,
  timeoutSeconds: number,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const endsAtMs = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > endsAtMs) throw new Error(`Expected: ${what}. It did not come within ${timeoutSeconds} s.`);
    await delay(250);
  }
}
