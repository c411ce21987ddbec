// A clock that jumps from event to event. Between two events all code runs until it waits again, so that a seed decides the order.

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

const isEarlier = (left: Event, right: Event) =>
  left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);

/** Streams settle within one turn of the event loop; nothing in a simulation waits for anything real. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

export class VirtualTime {
  nowMs: number;
  /** A binary heap, the next event first. */
  readonly #events: Event[] = [];
  #eventCount = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  after(delayMs: number, run: () => void): void {
    this.#eventCount += 1;
    this.#push({ atMs: this.nowMs + Math.max(0, delayMs), order: this.#eventCount, run });
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  /** Lets time pass until nothing is left to happen; false when that takes more events than `limit`. */
  async runUntilQuiet(limit: number): Promise<boolean> {
    await settle();
    for (let count = 0; count < limit; count += 1) {
      const event = this.#pop();
      if (event === undefined) return true;
      this.nowMs = event.atMs;
      event.run();
      await settle();
    }
    return false;
  }

  #push(event: Event): void {
    const events = this.#events;
    let at = events.length;
    events.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isEarlier(event, events[parent]!)) break;
      events[at] = events[parent]!;
      at = parent;
    }
    events[at] = event;
  }

  #pop(): Event | undefined {
    const events = this.#events;
    const [first] = events;
    const last = events.pop();
    if (first === undefined || last === undefined || events.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && isEarlier(events[child + 1]!, events[child]!)) child += 1;
      if (!isEarlier(events[child]!, last)) break;
      events[at] = events[child]!;
      at = child;
    }
    events[at] = last;
    return first;
  }
}
