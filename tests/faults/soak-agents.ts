// The agent events of the soak: every agent goes through its states all week; the hub must show the last one of each.
import { processAgentEvents } from '../../functions/agent-events/process-agent-events.ts';
import type { StreamRecord } from '../../functions/lib/domain/agent-states/agent-record.ts';
import { agentEvent, snapshot, streamRecord } from '../unit/agent-event-builder.ts';
import { AgentEventsWorld } from '../unit/agent-events/agent-events-world.ts';
import type { Random } from './simulation/random.ts';
import { agentCount, agentOf } from './soak-reports.ts';

const eventsADay = 96;
const batchSize = 200;
const statuses = ['Available', 'Break', 'Lunch', 'Offline'] as const;

export class AgentWeek {
  readonly #world = new AgentEventsWorld();
  readonly #expected = new Map<string, string>();
  readonly #random: Random;
  #sequence = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Number of events of the day; a hundredth of the batches comes twice, some calls fail. */
  async runDay(dayStartMs: number): Promise<number> {
    for (let turn = 0; turn < eventsADay; turn += 1) {
      const atMs = dayStartMs + (turn * 86_400_000) / eventsADay;
      const records = Array.from({ length: agentCount }, (_, index) =>
        this.#createRecord(agentOf(index), atMs + index),
      );
      for (let first = 0; first < records.length; first += batchSize) {
        await this.#deliver(records.slice(first, first + batchSize));
      }
      this.#forget();
    }
    return eventsADay * agentCount;
  }

  listFindings(): string[] {
    const shown = this.#world.shown();
    return [...this.#expected]
      .filter(([login, status]) => shown[login] !== status)
      .map(([login, status]) => `${login} is shown as ${String(shown[login])}, expected ${status}`);
  }

  #createRecord(login: string, atMs: number): StreamRecord {
    const status = this.#random.pick(statuses);
    this.#expected.set(login, status);
    this.#sequence += 1;
    const EventTimestamp = new Date(atMs).toISOString();
    const current = snapshot(status, [], { StartTimestamp: EventTimestamp });
    return streamRecord(
      { ...agentEvent({ login, id: `event-${this.#sequence}`, current }), EventTimestamp },
      this.#sequence,
    );
  }

  async #deliver(batch: readonly StreamRecord[]): Promise<void> {
    const isRepeated = this.#random.chance(0.01);
    if (this.#random.chance(0.05)) this.#world.faults = [this.#random.pick(['hub-before', 'hub-after', 'write'])];
    let waiting = batch;
    for (let tries = 0; waiting.length > 0 && tries < 10; tries += 1) {
      const failed = await processAgentEvents(this.#world.deps(), waiting);
      const at =
        failed === null ? waiting.length : waiting.findIndex(({ sequenceNumber }) => sequenceNumber === failed);
      waiting = waiting.slice(at);
    }
    if (isRepeated) await processAgentEvents(this.#world.deps(), batch);
  }

  /** What the world keeps for other tests would grow for ever here. */
  #forget(): void {
    const { hub, posts, results, failures, log } = this.#world;
    for (const list of [hub.transitions, posts, results, failures, log]) list.length = 0;
    this.#world.forgetAnswers();
  }
}
