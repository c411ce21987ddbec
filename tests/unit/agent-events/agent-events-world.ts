// The world around agent-events in memory: a hub that fences, a table with conditions, a queue; each of them can fail on request.
import { gunzipSync } from 'node:zlib';
import type { AgentEventResult, AgentEventsDeps } from '../../../functions/agent-events/process-agent-events.ts';
import type { DeadLetter } from '../../../functions/lib/domain/agent-states/agent-dead-letter.ts';
import { comparePositions } from '../../../functions/lib/domain/agent-states/agent-position.ts';
import type { AgentState } from '../../../functions/lib/domain/agent-states/agent-transitions.ts';
import type { HubPostResult } from '../../../functions/lib/domain/delivery/hub-answer.ts';
import {
  CheckpointConflictError,
  CheckpointUnavailableError,
  HubUnavailableError,
  QueueUnavailableError,
  type ConnectorError,
} from '../../../functions/lib/domain/errors.ts';
import { toRevision } from '../../../functions/lib/io/agent-state-item.ts';
import type { AgentStatesMessage } from '../../../schemas/agent-states.ts';
import type { HubAcknowledgement } from '../../../schemas/hub-messages.ts';
import { HubAgentStates } from '../../../tools/local/hub/hub-agent-states.ts';
import { rulesWith } from '../agent-event-builder.ts';

/** What goes wrong at the next call of its kind; consumed one by one. */
export type Fault = 'hub-before' | 'hub-after' | 'queue' | 'mark' | 'write' | 'none';

export class AgentEventsWorld {
  readonly hub = new HubAgentStates();
  readonly states = new Map<string, AgentState>();
  readonly marks = new Set<string>();
  readonly letters: DeadLetter[] = [];
  readonly posts: { batchId: string; body: string; count: number }[] = [];
  readonly results: AgentEventResult[] = [];
  /** Event IDs kept for the timelines, repeats included. */
  readonly timeline: string[] = [];
  readonly failures: { error: ConnectorError; sequenceNumber: string }[] = [];
  readonly log: string[] = [];
  faults: Fault[] = [];
  /** Answers instead of the hub. */
  answer: ((message: AgentStatesMessage) => HubPostResult) | null = null;
  lastEventMs: number | null = null;
  readonly #answered = new Map<string, HubAcknowledgement>();

  deps(agentStates: object = {}, rest: Partial<AgentEventsDeps> = {}): AgentEventsDeps {
    return {
      rules: rulesWith(agentStates),
      acdName: 'acd',
      installedAtMs: -Infinity,
      hub: { postAgentStates: ({ batchId, body }) => this.#post(batchId, body) },
      dlq: {
        send: ({ letter }) => {
          this.#fail('queue', () => new QueueUnavailableError('queue'));
          this.log.push(`dlq ${letter.fault}`);
          this.letters.push(letter);
          return Promise.resolve();
        },
      },
      store: {
        readStates: (arns) =>
          Promise.resolve(
            new Map([...this.states].filter(([arn]) => arns.includes(arn)).map(([arn, state]) => [arn, state])),
          ),
        writeState: (arn, state, seen) => this.#write(arn, state, seen),
        appendToTimelines: (states) => {
          this.timeline.push(...states.map(({ eventId }) => eventId));
          return Promise.resolve();
        },
        readSentDeadLetters: (ids) => Promise.resolve(new Set(ids.filter((id) => this.marks.has(id)))),
        markDeadLetter: (id) => {
          this.#fail('mark', () => new CheckpointUnavailableError('mark'));
          this.marks.add(id);
          return Promise.resolve();
        },
        readLastEventMs: () => Promise.resolve(this.lastEventMs),
        advanceLastEvent: (atMs) => {
          this.lastEventMs = atMs;
          return Promise.resolve();
        },
      },
      reportResults: (results) => this.results.push(...results),
      reportFailure: (error, sequenceNumber) => this.failures.push({ error, sequenceNumber }),
      ...rest,
    };
  }

  shown(): Record<string, string> {
    return Object.fromEntries([...this.hub.standing].map(([agent, { eventId }]) => [agent, eventId]));
  }

  /** For long runs: batches that will not come again. */
  forgetAnswers(): void {
    this.#answered.clear();
  }

  async #post(batchId: string, body: Uint8Array): Promise<HubPostResult> {
    await Promise.resolve();
    const json = gunzipSync(body).toString();
    const message = JSON.parse(json) as AgentStatesMessage;
    this.posts.push({ batchId, body: Buffer.from(body).toString('hex'), count: message.stateData.length });
    this.log.push(`post ${message.stateData.length}`);
    this.#fail('hub-before', () => new HubUnavailableError('before'));
    if (this.answer !== null) return this.answer(message);
    const acknowledgement = this.#answered.get(batchId) ?? this.hub.apply(message);
    this.#answered.set(batchId, acknowledgement);
    this.#fail('hub-after', () => new HubUnavailableError('after'));
    const { accepted, ignoredAsOlder = 0, rejected = [] } = acknowledgement;
    return { status: 'accepted', accepted, ignoredAsOlder, rejected };
  }

  async #write(arn: string, state: AgentState, seen: AgentState | null): Promise<void> {
    await Promise.resolve();
    this.#fail('write', () => new CheckpointUnavailableError('write'));
    const current = this.states.get(arn) ?? null;
    const isAsSeen = current === null ? seen === null : seen !== null && toRevision(current) === toRevision(seen);
    if (isAsSeen) {
      this.log.push('write');
      this.states.set(arn, state);
    } else if (current === null || comparePositions(current, state) < 0) {
      throw new CheckpointConflictError('conflict');
    }
  }

  #fail(fault: Fault, toError: () => Error): void {
    const kinds: Fault[] = fault.startsWith('hub') ? ['hub-before', 'hub-after'] : [fault];
    const [next] = this.faults;
    if (next === undefined) return;
    if (next === fault) {
      this.faults.shift();
      throw toError();
    }
    // A fault of another kind waits for its own call; 'none' lets one call of any kind pass.
    if (next === 'none' && kinds.at(-1) === fault) this.faults.shift();
  }
}
