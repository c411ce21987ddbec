// An outage of the reference hub on request, for rehearsing docs/runbook/hub-unavailable.md: POST {"status": 503, "forSeconds": 1800}
// to this path, and {"status": null} to end it.

export const outagePath = '/__faults';

export interface HubOutage {
  /** What everything is answered with at that instant; null when the hub is up. */
  readStatus(nowMs: number): number | null;
  /** Without an end when none is given. */
  set(status: number | null, untilMs?: number): void;
  /** Takes what was posted to the path, or says what it expected. */
  answer(request: unknown, nowMs: number): { readonly status: number; readonly body: object };
}

const longestSeconds = 7 * 86_400;
const expected = `expected {"status": null or 400 to 599, "forSeconds": 1 to ${longestSeconds}, or absent: until it is ended}`;

const isErrorStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 400 && value < 600;

const isSpan = (value: unknown): value is number => typeof value === 'number' && value >= 1 && value <= longestSeconds;

export function createHubOutage(): HubOutage {
  let outage: { readonly status: number; readonly untilMs: number } | null = null;
  const set: HubOutage['set'] = (status, untilMs = Infinity) => {
    outage = status === null ? null : { status, untilMs };
  };
  return {
    set,
    readStatus: (nowMs) => (outage === null || nowMs >= outage.untilMs ? null : outage.status),
    answer(request, nowMs) {
      const asked: { readonly status?: unknown; readonly forSeconds?: unknown } =
        typeof request === 'object' && request !== null ? request : {};
      const { status, forSeconds } = asked;
      if ((status !== null && !isErrorStatus(status)) || (forSeconds !== undefined && !isSpan(forSeconds))) {
        return { status: 400, body: { reason: expected } };
      }
      const untilMs = forSeconds === undefined ? undefined : nowMs + forSeconds * 1000;
      set(status, untilMs);
      return { status: 200, body: { status, until: untilMs === undefined ? null : new Date(untilMs).toISOString() } };
    },
  };
}
