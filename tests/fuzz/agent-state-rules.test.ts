// Rules that hold for every sequence of agent events, not for an example of one.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldBatch } from '../../functions/lib/domain/agent-states/agent-batch.ts';
import { readSnapshotState } from '../../functions/lib/domain/agent-states/agent-state.ts';
import { isSameState, type AgentState } from '../../functions/lib/domain/agent-states/agent-transitions.ts';
import type { AgentContact, AgentEvent } from '../../schemas/agent-event.ts';
import { defaultAgentStates } from '../../schemas/agent-state-table.ts';
import type { AgentStateRecord } from '../../schemas/agent-states.ts';
import { agentEvent, contact, instant, received, rulesWith, snapshot } from '../unit/agent-event-builder.ts';

const isNightly = process.env['NIGHTLY'] === '1';
const rules = rulesWith();

const statuses = fc.constantFrom('Available', 'Break', 'Lunch', 'Offline', null);
const contacts = fc.array(
  fc
    .record({
      id: fc.integer({ min: 1, max: 4 }),
      channel: fc.constantFrom('VOICE', 'CHAT', 'TASK', 'EMAIL', 'voice'),
      method: fc.constantFrom('INBOUND', 'TRANSFER', 'API', 'QUEUE_TRANSFER', 'OUTBOUND', 'CALLBACK', 'NEW_ONE'),
      state: fc.constantFrom(
        'CONNECTING',
        'CONNECTED',
        'CONNECTED_ONHOLD',
        'ENDED',
        'MISSED',
        'ERROR',
        'PAUSED',
        'NEW',
      ),
      startSecond: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ id, channel, method, state, startSecond }): AgentContact =>
      contact(`${channel}-${method}-${state}`, { ContactId: `c${id}`, StateStartTimestamp: instant(startSecond) }),
    ),
  { maxLength: 4 },
);
const uniqueContacts = contacts.map((list) => [...new Map(list.map((one) => [one.ContactId, one])).values()]);
const numRuns = isNightly ? 20_000 : 300;

describe('the state of a snapshot', () => {
  it('does not depend on the order in which the contacts are listed', () => {
    const reordered = uniqueContacts.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(statuses, reordered, fc.constantFrom(null, 'c1', 'c2'), (status, [list, other], shownContactId) => {
        expect(readSnapshotState(snapshot(status, other), shownContactId, rules)).toEqual(
          readSnapshotState(snapshot(status, list), shownContactId, rules),
        );
      }),
      { numRuns },
    );
  });

  it('is mapped exactly where the table lists it, and an unlisted one never passes for adherent by a code', () => {
    const rowsById = new Map(defaultAgentStates.map((row) => [row.eventId.toLowerCase(), row]));
    fc.assert(
      fc.property(statuses, uniqueContacts, (status, list) => {
        const state = readSnapshotState(snapshot(status, list), null, rules);
        if (state === null) {
          expect(status).toBeNull();
          return;
        }
        const row = rowsById.get(state.words.eventId.toLowerCase());
        expect(state.words.mapped).toBe(row !== undefined);
        expect(state.words).toMatchObject(
          row === undefined ? { activityCode: null } : { activityCode: row.activityCode, status: row.status },
        );
        expect(state.words.eventId).not.toMatch(/^(TASK|EMAIL)-|-OUTBOUND-/);
      }),
      { numRuns },
    );
  });
});

interface Step {
  readonly login: string;
  readonly type: string;
  readonly gapSeconds: number;
  readonly status: string | null;
  readonly contacts: AgentContact[];
}

const step: fc.Arbitrary<Step> = fc.record({
  login: fc.constantFrom('anna', 'ben'),
  type: fc.constantFrom('STATE_CHANGE', 'STATE_CHANGE', 'STATE_CHANGE', 'LOGIN', 'LOGOUT', 'HEART_BEAT', 'NEW_TYPE'),
  gapSeconds: fc.integer({ min: -3, max: 5 }),
  status: statuses,
  contacts: uniqueContacts,
});

function toEvents(steps: readonly Step[]): AgentEvent[] {
  let seconds = 0;
  return steps.map(({ login, type, gapSeconds, status, contacts: list }, index) => {
    seconds = Math.max(0, seconds + gapSeconds);
    return agentEvent({ id: `e${index}`, login, type, seconds, current: snapshot(status, list) });
  });
}

/** Folds the events as the stream cuts them; `cuts` are positions at which a batch ends. */
function play(events: readonly AgentEvent[], cuts: readonly number[]) {
  const known = new Map<string, AgentState>();
  const sent: AgentStateRecord[] = [];
  const ends = [...new Set([...cuts, events.length])].sort((a, b) => a - b);
  let first = 0;
  for (const end of ends) {
    const batch = events.slice(first, end).map((event, index) => ({ received: received(event, first + index) }));
    const { transitions, states } = foldBatch(batch, known, rules, -Infinity);
    sent.push(...transitions.map(({ state }) => state));
    for (const [agentArn, state] of states) known.set(agentArn, state);
    first = end;
  }
  return { sent, known };
}

describe('the transitions of a stream', () => {
  const stream = fc.array(step, { minLength: 1, maxLength: 25 }).map(toEvents);

  it('are the same however the stream cuts its batches', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 25 }), { maxLength: 8 }), (events, cuts) => {
        const within = cuts.filter((cut) => cut < events.length);
        expect(play(events, within)).toEqual(play(events, []));
      }),
      { numRuns },
    );
  });

  it('repeat no state of an agent, and go forward in time and sequence', () => {
    fc.assert(
      fc.property(stream, (events) => {
        for (const own of Map.groupBy(play(events, []).sent, ({ agentValue }) => agentValue).values()) {
          for (const [index, state] of own.entries()) {
            const before = own[index - 1];
            if (before === undefined) continue;
            expect(isSameState(before, state)).toBe(false);
            expect([before.eventTime, before.sequence] < [state.eventTime, state.sequence]).toBe(true);
            expect(state.startTime <= state.eventTime).toBe(true);
          }
        }
      }),
      { numRuns },
    );
  });

  it('are not made again by events that come again, at once or much later', () => {
    fc.assert(
      fc.property(stream, (events) => {
        const once = play(events, []);
        const twice = play([...events, ...events.slice(-10)], []);
        expect(twice.sent).toEqual(once.sent);
      }),
      { numRuns },
    );
  });
});
