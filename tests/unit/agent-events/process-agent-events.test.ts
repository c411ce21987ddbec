import { describe, expect, it } from '@jest/globals';
import { processAgentEvents } from '../../../functions/agent-events/process-agent-events.ts';
import { HubAccessError } from '../../../functions/lib/domain/errors.ts';
import type { AgentEvent } from '../../../schemas/agent-event.ts';
import { agentEvent, arnOf, dayStartMs, sequenceOf, snapshot, streamRecord } from '../agent-event-builder.ts';
import { AgentEventsWorld } from './agent-events-world.ts';

const at = (seconds: number, name: string, login = 'anna') =>
  agentEvent({ seconds, login, current: snapshot(name, [], { StartTimestamp: null }) });
const toRecords = (contents: (AgentEvent | string | Uint8Array)[]) => contents.map(streamRecord);
const outcomes = (world: AgentEventsWorld) => world.results.map(({ outcome }) => outcome);
const day = [at(0, 'Available'), at(1, 'Break', 'ben'), at(2, 'Break')];

describe('processAgentEvents', () => {
  it('posts all transitions of a batch at once, in order of arrival, and remembers the agents afterwards', async () => {
    const world = new AgentEventsWorld();
    expect(await processAgentEvents(world.deps(), toRecords(day))).toBeNull();
    expect(world.log).toEqual(['post 3', 'write', 'write']);
    expect(world.hub.transitions.map(({ agentValue, eventId }) => `${agentValue} ${eventId}`)).toEqual([
      'anna Available',
      'ben Break',
      'anna Break',
    ]);
    expect(world.lastEventMs).toBe(dayStartMs + 2000);
  });

  it('keeps for the timelines what the hub has taken, before the states that make a repeat a no-op', async () => {
    const world = new AgentEventsWorld();
    await processAgentEvents(world.deps(), toRecords(day));
    expect(world.timeline).toEqual(['Available', 'Break', 'Break']);
    world.faults = ['hub-before'];
    await processAgentEvents(world.deps(), toRecords([at(3, 'Lunch')]));
    expect(world.timeline).toHaveLength(3);
    await processAgentEvents(world.deps(), toRecords([at(3, 'Lunch')]));
    expect(world.timeline.slice(3)).toEqual(['Lunch']);
  });

  it('keeps nothing of what the hub refused by name', async () => {
    const world = new AgentEventsWorld();
    world.answer = ({ stateData }) => ({
      ...{ status: 'accepted', accepted: stateData.length - 1, ignoredAsOlder: 0 },
      rejected: [{ index: 1, reason: 'unknown agent' }],
    });
    await processAgentEvents(world.deps(), toRecords(day));
    expect(world.timeline).toEqual(['Available', 'Break']);
  });

  it('posts nothing for a batch without a transition', async () => {
    const world = new AgentEventsWorld();
    await processAgentEvents(world.deps(), toRecords(day));
    await processAgentEvents(world.deps(), toRecords(day));
    expect(world.posts).toHaveLength(1);
    expect(outcomes(world).slice(3)).toEqual(['duplicate', 'duplicate', 'duplicate']);
  });

  it.each(['hub-before', 'hub-after'] as const)(
    'sends the same bytes under the same key when it is retried after %s',
    async (fault) => {
      const world = new AgentEventsWorld();
      world.faults = [fault];
      expect(await processAgentEvents(world.deps(), toRecords(day))).toBe(sequenceOf(0));
      expect(await processAgentEvents(world.deps(), toRecords(day))).toBeNull();
      expect(world.posts).toHaveLength(2);
      expect(world.posts[1]).toEqual(world.posts[0]);
      expect(world.hub.transitions).toHaveLength(3);
    },
  );

  it('applies no transition twice when the states of some agents could not be written', async () => {
    const world = new AgentEventsWorld();
    world.faults = ['write'];
    expect(await processAgentEvents(world.deps(), toRecords(day))).toBe(sequenceOf(0));
    expect(await processAgentEvents(world.deps(), toRecords(day))).toBeNull();
    expect(world.hub.transitions).toHaveLength(3);
    expect(world.states.size).toBe(2);
  });

  it('reports the first record with a transition when the hub is down, and settles what stands before it', async () => {
    const world = new AgentEventsWorld();
    await processAgentEvents(world.deps(), toRecords([day[0]!]));
    world.faults = ['hub-before'];
    const batch = toRecords([day[0]!, 'no JSON', at(5, 'Available'), at(6, 'Break'), 'no JSON either']);
    expect(await processAgentEvents(world.deps(), batch)).toBe(sequenceOf(3));
    expect(world.failures).toMatchObject([{ error: { name: 'HubUnavailableError' }, sequenceNumber: sequenceOf(3) }]);
    expect(world.letters.map(({ sequenceNumber }) => sequenceNumber)).toEqual([sequenceOf(1)]);
    expect(world.shown()).toEqual({ anna: 'Available' });
    expect(await processAgentEvents(world.deps(), batch.slice(3))).toBeNull();
    expect(world.posts[2]).toEqual(world.posts[1]);
    expect(world.letters.map(({ sequenceNumber }) => sequenceNumber)).toEqual([sequenceOf(1), sequenceOf(4)]);
    expect(world.shown()).toEqual({ anna: 'Break' });
  });

  it('treats what an operator has to mend like an outage: nothing is lost', async () => {
    const world = new AgentEventsWorld();
    world.answer = () => {
      throw new HubAccessError('403');
    };
    expect(await processAgentEvents(world.deps(), toRecords(day))).toBe(sequenceOf(0));
    expect(world.states.size).toBe(0);
  });

  it('passes a mistake in the code on', async () => {
    const world = new AgentEventsWorld();
    world.answer = () => {
      throw new TypeError('a mistake');
    };
    await expect(processAgentEvents(world.deps(), toRecords(day))).rejects.toThrow('a mistake');
  });

  it('[fault 18] delivers the other 999 beside one poison record, without a retry of any', async () => {
    const world = new AgentEventsWorld();
    const events = Array.from({ length: 1000 }, (_, n) => at(n, n % 2 === 0 ? 'Available' : 'Break', `a${n >> 1}`));
    const records = toRecords(events.map((event, n) => (n === 500 ? '{"AgentARN":' : event)));
    expect(await processAgentEvents(world.deps(), records)).toBeNull();
    expect(world.posts.map(({ count }) => count)).toEqual([999]);
    expect(world.log.indexOf('dlq json')).toBeGreaterThan(world.log.indexOf('post 999'));
    expect(world.letters).toMatchObject([
      { fault: 'json', payload: '{"AgentARN":', shardId: 'shardId-000000000000', sequenceNumber: sequenceOf(500) },
    ]);
  });

  it('[fault 18] sends poison to the DLQ once however often the batch is retried', async () => {
    const world = new AgentEventsWorld();
    const records = toRecords(['no JSON', ...day, '{}']);
    world.faults = ['write', 'write', 'hub-after'];
    for (let tries = 0; tries < 6; tries += 1) await processAgentEvents(world.deps(), records);
    expect(world.letters.map(({ fault }) => fault)).toEqual(['json', 'shape']);
  });

  it('repeats a message under the same id when its mark was lost', async () => {
    const world = new AgentEventsWorld();
    world.faults = ['mark'];
    expect(await processAgentEvents(world.deps(), toRecords(['no JSON']))).toBe(sequenceOf(0));
    expect(await processAgentEvents(world.deps(), toRecords(['no JSON']))).toBeNull();
    expect(new Set(world.letters.map(({ deadLetterId }) => deadLetterId)).size).toBe(1);
    expect(world.letters).toHaveLength(2);
  });

  it('asks for the batch again while the DLQ is unreachable', async () => {
    const world = new AgentEventsWorld();
    const records = toRecords([...day, 'no JSON']);
    world.faults = ['queue'];
    expect(await processAgentEvents(world.deps(), records)).toBe(sequenceOf(0));
    expect(world.results).toEqual([]);
    expect(await processAgentEvents(world.deps(), records)).toBeNull();
    expect(world.letters).toHaveLength(1);
    expect(world.hub.transitions).toHaveLength(3);
    expect(outcomes(world)).toEqual(['delivered', 'delivered', 'delivered', 'deadLettered']);
  });

  it('sends events the hub refuses to the DLQ with its reason, once an event, and goes on', async () => {
    const world = new AgentEventsWorld();
    world.hub.refusalRule = ({ agentValue }) => (agentValue === 'ben' ? 'unknown agent' : null);
    const login = agentEvent({ login: 'ben', type: 'LOGIN', seconds: 3, current: snapshot('Available') });
    expect(await processAgentEvents(world.deps(), toRecords([...day, login]))).toBeNull();
    expect(world.letters).toMatchObject([
      { fault: 'hub', reason: 'unknown agent', sequenceNumber: sequenceOf(1) },
      { fault: 'hub', reason: 'unknown agent', sequenceNumber: sequenceOf(3) },
    ]);
    expect(outcomes(world)).toEqual(['delivered', 'deadLettered', 'delivered', 'deadLettered']);
    expect(world.shown()).toEqual({ anna: 'Break' });
  });

  it('keeps events the hub refused for the DLQ when that is unreachable', async () => {
    const world = new AgentEventsWorld();
    world.hub.refusalRule = ({ agentValue }) => (agentValue === 'ben' ? 'unknown agent' : null);
    world.faults = ['queue'];
    expect(await processAgentEvents(world.deps(), toRecords(day))).toBe(sequenceOf(0));
    expect(await processAgentEvents(world.deps(), toRecords(day))).toBeNull();
    expect(world.letters).toMatchObject([{ fault: 'hub', sequenceNumber: sequenceOf(1) }]);
  });

  it('[fault 19] applies the batch again when another invocation took an agent, and leaves a later state in peace', async () => {
    const world = new AgentEventsWorld();
    const deps = world.deps();
    const readStates = deps.store.readStates.bind(deps.store);
    let readCount = 0;
    const racing = {
      ...deps.store,
      readStates: async (arns: readonly string[]) => {
        const known = await readStates(arns);
        readCount += 1;
        if (readCount === 1) await processAgentEvents(world.deps(), toRecords([at(1, 'Lunch')]));
        return known;
      },
    };
    const raced = { ...deps, store: racing };
    const record = streamRecord(at(5, 'Break'), 9);
    expect(await processAgentEvents(raced, [record])).toBe(sequenceOf(9));
    expect(world.failures[0]?.error.name).toBe('CheckpointConflictError');
    expect(await processAgentEvents(raced, [record])).toBeNull();
    expect(world.shown()).toEqual({ anna: 'Break' });
    expect(world.states.get(arnOf('anna'))?.shown?.eventId).toBe('Break');
  });
});
