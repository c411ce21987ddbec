// Work on many things, each of which may take long: whatever cuts it short, what was done until then is known.
import { mapConcurrently } from '../../functions/lib/io/concurrency.ts';
import { InterruptedError } from './ops-errors.ts';
import type { Session } from './session.ts';

/** How work waits and looks whether to go on: it throws as soon as anything has cut the whole short. */
export type Pace = Pick<Session, 'wait' | 'checkInterrupted' | 'nowMs'>;

export interface StoppableWork<R> {
  /** In the order of the items, the last that was kept of each; null: nothing is known to have been begun. */
  readonly results: readonly (R | null)[];
  /** What cut it short: Ctrl-C, a lost connection; undefined when it came to its end. */
  readonly stoppedBy: unknown;
}

/**
 * Works on the items, at most `limit` at once. After the first failure nothing else is begun, and no wait goes on.
 * @param work calls `keep` as soon as something is begun, and again when it knows more
 */
export async function workUntilStopped<T, R>(
  items: readonly T[],
  { limit, session }: { readonly limit: number; readonly session: Pace },
  work: (item: T, pace: Pace, keep: (result: R) => void) => Promise<void>,
): Promise<StoppableWork<R>> {
  const results: (R | null)[] = items.map(() => null);
  let stoppedBy: unknown;
  const checkInterrupted = (): void => {
    session.checkInterrupted();
    if (stoppedBy !== undefined) throw new InterruptedError('Another one failed; nothing else was begun');
  };
  const pace: Pace = {
    nowMs: () => session.nowMs(),
    checkInterrupted,
    async wait(ms) {
      await session.wait(ms);
      checkInterrupted();
    },
  };
  await mapConcurrently(items, limit, async (item, index) => {
    if (stoppedBy !== undefined) return;
    try {
      checkInterrupted();
      await work(item, pace, (result) => {
        results[index] = result;
      });
    } catch (error) {
      stoppedBy ??= error;
    }
  });
  return { results, stoppedBy };
}
