// The 15-minute grid every report and figure stands on. Instants are UTC, in milliseconds inside and ISO text outside.

export const intervalSeconds = 900;
export const intervalMs = intervalSeconds * 1000;

/** `2026-11-22T12:00:00.000Z`: the one spelling of an instant in keys, versions and records. */
export function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function toEpochMs(instant: string): number {
  return Date.parse(instant);
}

export function isOnGrid(instant: string): boolean {
  return toEpochMs(instant) % intervalMs === 0;
}

/** Run times strictly between two of one series, in order; `limit` bounds the list, not the count. */
export function listRunTimesBetween(afterRunTime: string, beforeRunTime: string, limit: number): string[] {
  const runTimes: string[] = [];
  for (
    let epochMs = toEpochMs(afterRunTime) + intervalMs;
    epochMs < toEpochMs(beforeRunTime) && runTimes.length < limit;
    epochMs += intervalMs
  ) {
    runTimes.push(toInstant(epochMs));
  }
  return runTimes;
}
