// Which uploads have to wait for which: the order within a series decides whose figures win, different series are free.
import { UnknownReportKindError } from '../../../functions/lib/domain/errors.ts';
import { parseFileName, type FileNameParts } from '../../../functions/lib/domain/report-file/classify-report.ts';

/** What the name says; null for a name that is none of our reports. */
export function readFileName(name: string): FileNameParts | null {
  try {
    return parseFileName(name);
  } catch (error) {
    if (error instanceof UnknownReportKindError) return null;
    throw error;
  }
}

/**
 * For each file, the positions of those that have to end before it is uploaded: the file before it in its series, all
 * files before a reload file, and the reload of the same kind before it. Unknown names wait for nothing.
 * @param names in the order of upload
 */
export function planOrder(names: readonly string[]): readonly (readonly number[])[] {
  const lastOfSeries = new Map<string, number>();
  const lastReload = new Map<string, number>();
  return names.map((name, index) => {
    const parts = readFileName(name);
    if (parts === null) return [];
    if (parts.series === null) {
      lastReload.set(parts.kind, index);
      return Array.from({ length: index }, (_, earlier) => earlier);
    }
    const before = [lastOfSeries.get(parts.series), lastReload.get(parts.kind)];
    lastOfSeries.set(parts.series, index);
    return before.filter((earlier) => earlier !== undefined);
  });
}

/**
 * Does the work on every item after that on the items it waits for, lowest position first, at most `atOnce` at a time.
 * Once the signal is aborted, it returns without waiting for what still runs.
 * @param waitsFor from planOrder: only earlier positions
 * @throws what the work throws first
 */
export async function runInOrder(
  waitsFor: readonly (readonly number[])[],
  work: (index: number) => Promise<void>,
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
): Promise<void> {
  const waiting = new Map([...waitsFor.entries()].map(([index, earlier]) => [index, new Set(earlier)]));
  const running = new Map<number, Promise<void>>();
  const begin = (index: number): void => {
    waiting.delete(index);
    running.set(
      index,
      work(index).then(() => {
        running.delete(index);
        for (const earlier of waiting.values()) earlier.delete(index);
      }),
    );
  };
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  while (!signal.aborted) {
    for (const [index, earlier] of waiting) {
      if (running.size >= atOnce) break;
      if (earlier.size === 0) begin(index);
    }
    if (running.size === 0) return;
    await Promise.race([aborted, ...running.values()]);
  }
}
