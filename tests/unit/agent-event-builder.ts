// Agent events for tests, as Amazon Connect would send them.
import type { ReceivedEvent, StreamRecord } from '../../functions/lib/domain/agent-states/agent-record.ts';
import { createAgentStateRules } from '../../functions/lib/domain/agent-states/agent-state-rules.ts';
import { applyEvent, type AgentState } from '../../functions/lib/domain/agent-states/agent-transitions.ts';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import type { AgentContact, AgentEvent, AgentSnapshot } from '../../schemas/agent-event.ts';
import type { Settings } from '../../schemas/settings.ts';

export const dayStartMs = Date.parse('2026-11-22T12:00:00.000Z');
export const instant = (seconds: number) => new Date(dayStartMs + seconds * 1000).toISOString();
export const arnOf = (login: string) => `arn:aws:connect:eu-central-1:1:instance/i/agent/id-${login}`;

export function settingsWith(agentStates: object = {}, agents: Settings['agents'] = []): Settings {
  return parseSettings(
    { acd: { name: 'acd' }, hub: { url: 'http://127.0.0.1' }, agentStates, agents: [...agents] },
    'the test',
  );
}

export const rulesWith = (agentStates: object = {}, agents: Settings['agents'] = []) =>
  createAgentStateRules(settingsWith(agentStates, agents).agentStates, agents);

export function contact(eventId: string, fields: Partial<AgentContact> = {}): AgentContact {
  const [Channel = '', InitiationMethod = '', State = ''] = eventId.split('-');
  return {
    ContactId: `contact-${Channel}`,
    Channel,
    InitiationMethod,
    State,
    StateStartTimestamp: instant(0),
    ...fields,
  };
}

export const typeOf = (name: string) => (name === 'Available' ? 'ROUTABLE' : name === 'Offline' ? 'OFFLINE' : 'CUSTOM');

export function snapshot(status: string | null, contacts: AgentContact[] = [], fields: object = {}): AgentSnapshot {
  return {
    AgentStatus: status === null ? null : { Name: status, Type: typeOf(status), StartTimestamp: instant(0), ...fields },
    Configuration: { Username: 'anna' },
    Contacts: contacts,
  };
}

export interface EventFields {
  readonly login?: string;
  readonly id?: string;
  readonly type?: string;
  /** After noon. */
  readonly seconds?: number;
  readonly current?: AgentSnapshot | null;
  readonly previous?: AgentSnapshot | null;
}

let eventCount = 0;

export function agentEvent(fields: EventFields = {}): AgentEvent {
  eventCount += 1;
  const { login = 'anna', id = `event-${eventCount}`, type = 'STATE_CHANGE', seconds = 0 } = fields;
  const named = (given: AgentSnapshot | null) =>
    given === null ? null : { ...given, Configuration: { Username: login } };
  return {
    AgentARN: arnOf(login),
    EventId: id,
    EventType: type,
    EventTimestamp: instant(seconds),
    CurrentAgentSnapshot: named(fields.current === undefined ? snapshot('Available') : fields.current),
    PreviousAgentSnapshot: named(fields.previous ?? null),
  };
}

export const sequenceOf = (position: number) => `4959${String(position).padStart(52, '0')}`;

export function received(event: AgentEvent, position: number): ReceivedEvent {
  return { event, atMs: Date.parse(event.EventTimestamp), sequenceNumber: sequenceOf(position) };
}

/** A record as the event source mapping hands it over; a text or bytes stand for themselves. */
export function streamRecord(content: AgentEvent | string | Uint8Array, position: number): StreamRecord {
  const bytes = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
  return {
    streamArn: 'arn:aws:kinesis:eu-central-1:1:stream/agents',
    shardId: 'shardId-000000000000',
    sequenceNumber: sequenceOf(position),
    partitionKey: 'key',
    arrivedAtMs: dayStartMs + 3_600_000,
    data: Buffer.from(bytes).toString('base64'),
  };
}

/** Applies events one after another, by the default rules; the state after the last one, and what each sent. */
export function playEvents(events: readonly AgentEvent[]) {
  const rules = rulesWith();
  let state: AgentState | null = null;
  const steps = events.map((event, position) => {
    const applied = applyEvent(state, received(event, position), rules);
    state = applied.agentState;
    return applied;
  });
  return { steps, last: steps.at(-1)!, sent: steps.flatMap(({ transitions }) => transitions) };
}
