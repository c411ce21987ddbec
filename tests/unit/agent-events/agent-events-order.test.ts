import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { processAgentEvents } from '../../../functions/agent-events/process-agent-events.ts';
import type { StreamRecord } from '../../../functions/lib/domain/agent-states/agent-record.ts';
import type { AgentEvent } from '../../../schemas/agent-event.ts';
import { agentEvent, contact, instant, sequenceOf, snapshot, streamRecord } from '../agent-event-builder.ts';
import { AgentEventsWorld, type Fault } from './agent-events-world.ts';

const steps = [
  'Available',
  'Break',
  'Lunch',
  'Offline',
  'call',
  'hold',
  'wrap-up',
  'chat',
  'task',
  'LOGIN',
  'LOGOUT',
  'beat',
];
const contactOf: Readonly<Record<string, string>> = {
  call: 'VOICE-INBOUND-CONNECTED',
  hold: 'VOICE-INBOUND-CONNECTED_ONHOLD',
  'wrap-up': 'VOICE-INBOUND-ENDED',
  chat: 'CHAT-API-CONNECTED',
  task: 'TASK-API-CONNECTED',
};

/** An agent's valid sequence of events, and what the newest of them says; deliberately simpler than the rules under test. */
function toSequence(login: string, words: readonly string[]): { events: AgentEvent[]; expected: string | undefined } {
  let current = snapshot('Available');
  let expected: string | undefined;
  let shownBySnapshot = 'Available';
  const events = words.map((word, n) => {
    const seconds = (n + 1) * 10;
    const id = `${login}-${n}`;
    if (word === 'beat') {
      if (expected !== 'LOGOUT') expected = shownBySnapshot;
      return agentEvent({ login, id, seconds, type: 'HEART_BEAT', current });
    }
    if (word === 'LOGOUT') {
      expected = 'LOGOUT';
      return agentEvent({ login, id, seconds, type: 'LOGOUT', current: null, previous: current });
    }
    if (word !== 'LOGIN') {
      const shownContact = contactOf[word];
      const status = shownContact === undefined ? word : 'Available';
      const contacts = shownContact === undefined ? [] : [contact(shownContact, { ContactId: id })];
      current = snapshot(status, contacts, { StartTimestamp: instant(seconds) });
      shownBySnapshot = word === 'task' || shownContact === undefined ? status : shownContact;
    }
    expected = shownBySnapshot;
    return agentEvent({ login, id, seconds, type: word === 'LOGIN' ? 'LOGIN' : 'STATE_CHANGE', current });
  });
  return { events, expected };
}

/** Merges the sequences, each in its own order, some events twice; picks decide who is next. */
function interleave(
  sequences: readonly AgentEvent[][],
  picks: readonly number[],
  repeats: readonly number[],
): AgentEvent[] {
  const queues = sequences.map((events) => [...events]);
  const merged: AgentEvent[] = [];
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn += 1) {
    const waiting = queues.filter((queue) => queue.length > 0);
    merged.push(waiting[(picks[turn % picks.length] ?? 0) % waiting.length]!.shift()!);
    const repeated = merged[repeats[turn % repeats.length] ?? merged.length];
    if (repeated !== undefined) merged.push({ ...repeated });
  }
  return merged;
}

/** The event source mapping: batches of the given sizes, from the reported record on when one fails. */
async function run(world: AgentEventsWorld, records: readonly StreamRecord[], sizes: readonly number[]) {
  let position = 0;
  for (let turn = 0; position < records.length; turn += 1) {
    if (turn > 5000) throw new Error('stuck');
    const batch = records.slice(position, position + (sizes[turn % sizes.length] ?? 1));
    const failed = await processAgentEvents(world.deps(), batch);
    position += failed === null ? batch.length : batch.findIndex(({ sequenceNumber }) => sequenceNumber === failed);
  }
}

const faults: Fault[] = ['hub-before', 'hub-after', 'write', 'queue', 'mark', 'none'];

describe('agent-events, whatever the interleaving, duplication, retry and cut of batches', () => {
  it('[fault 19] ends with every agent in the state of its newest event, each transition applied in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(7), { minLength: 1 }),
        fc.array(fc.nat(60), { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.array(fc.constantFrom(...faults), { maxLength: 12 }),
        async (words, picks, repeats, sizes, planned) => {
          const sequences = words.map((agentWords, n) => toSequence(`agent${n}`, agentWords));
          const merged = interleave(
            sequences.map(({ events }) => events),
            picks,
            repeats,
          );
          const records = [...merged, 'poison', merged[0]!].map(streamRecord);
          const world = new AgentEventsWorld();
          world.faults = [...planned];
          await run(world, records, sizes);

          const expected = Object.fromEntries(sequences.map(({ expected: eventId }, n) => [`agent${n}`, eventId]));
          expect(world.shown()).toEqual(expected);
          for (const agent of Object.keys(expected)) {
            const times = world.hub.transitions
              .filter(({ agentValue }) => agentValue === agent)
              .map((t) => t.eventTime);
            expect(times).toEqual([...times].sort());
          }
          expect(new Set(world.letters.map(({ sequenceNumber }) => sequenceNumber))).toEqual(
            new Set([sequenceOf(merged.length)]),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
