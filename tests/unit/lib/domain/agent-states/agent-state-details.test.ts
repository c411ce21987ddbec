// The corners of the agent state rules: ties, old events, what is absent, and what a planner would notice if it were wrong.
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  comparePositions,
  toTransitionSequence,
} from '../../../../../functions/lib/domain/agent-states/agent-position.ts';
import {
  readSnapshotState,
  readStartMs,
  toLoginState,
  type ShownState,
} from '../../../../../functions/lib/domain/agent-states/agent-state.ts';
import {
  encodeAgentStates,
  encodeFeedHeartbeat,
} from '../../../../../functions/lib/domain/agent-states/agent-states-body.ts';
import { isSameState } from '../../../../../functions/lib/domain/agent-states/agent-transitions.ts';
import { chooseContact } from '../../../../../functions/lib/domain/agent-states/contact-priority.ts';
import type { AgentContact } from '../../../../../schemas/agent-event.ts';
import {
  agentEvent,
  contact,
  dayStartMs,
  instant,
  playEvents,
  rulesWith,
  settingsWith,
  snapshot,
} from '../../../agent-event-builder.ts';

const rules = rulesWith();
const { agentStates } = settingsWith();

describe('the contact shown among equals', () => {
  const choose = (contacts: readonly AgentContact[], preferredChannel = agentStates.preferredChannel) =>
    chooseContact({ contacts, isStatusClosed: false, shownContactId: null }, { ...agentStates, preferredChannel })
      ?.ContactId;
  const call = (ContactId: string | null, fields: Partial<AgentContact> = {}) =>
    contact('VOICE-INBOUND-CONNECTED', { ContactId, ...fields });

  it('is of the preferred channel, however it is spelled', () => {
    const voice = call('v', { StateStartTimestamp: instant(9) });
    const chat = contact('chat-API-CONNECTED', { ContactId: 'c' });
    expect(choose([chat, voice])).toBe('v');
    expect(choose([voice, chat], 'chat')).toBe('c');
  });

  it('is the one that began first, by when the agent took it rather than by its state', () => {
    const early = call('b', { StateStartTimestamp: instant(1) });
    const late = call('a', { StateStartTimestamp: instant(2) });
    expect(choose([late, early])).toBe('b');
    const takenLater = call('b', { StateStartTimestamp: instant(1), ConnectedToAgentTimestamp: instant(5) });
    expect(choose([takenLater, late])).toBe('a');
  });

  it('is not one whose start cannot be read', () => {
    expect(choose([call('a', { StateStartTimestamp: 'soon' }), call('b', { StateStartTimestamp: instant(99) })])).toBe(
      'b',
    );
    expect(choose([call('a', { StateStartTimestamp: null }), call('b')])).toBe('b');
  });

  it('is the one with the lower ID, and one without an ID comes first', () => {
    expect(choose([call('b'), call('a'), call('c')])).toBe('a');
    expect(choose([call('a'), call(null)])).toBeNull();
  });
});

describe('a status', () => {
  const read = (AgentStatus: object, contacts: AgentContact[] = []) =>
    readSnapshotState({ ...snapshot(null, contacts), AgentStatus: { Name: 'X', ...AgentStatus } }, null, rules);

  it.each([
    [{ Name: ' OFFLINE ' }, true, 'Closed'],
    [{ Name: 'Break' }, false, 'Closed'],
    [{ Name: 'Available' }, false, 'Open'],
    [{ Name: 'Unknown' }, false, 'Open'],
    [{ Name: 'Unknown', Type: 'custom' }, false, 'Closed'],
    [{ Name: 'Unknown', Type: 'offline' }, true, 'Closed'],
    [{ Name: 'Unknown', Type: 'routable' }, false, 'Open'],
    [{ Name: 'Offline', Type: 'ROUTABLE' }, false, 'Closed'],
  ])('%j of an old or a new event has the type it must have', (status, isOffline, shown) => {
    expect(read(status)).toMatchObject({ isOffline, words: { status: shown } });
  });

  it('of an old event without a type is closed where the table says so: it hides a missed call', () => {
    const missed = [contact('VOICE-INBOUND-MISSED')];
    expect(read({ Name: 'Break' }, missed)?.words.eventId).toBe('Break');
    expect(read({ Name: 'Available' }, missed)?.words.eventId).toBe('VOICE-INBOUND-MISSED');
    expect(read({ Name: 'Break', Type: 'ROUTABLE' }, missed)?.words.eventId).toBe('VOICE-INBOUND-MISSED');
  });

  it('is found in the table whatever blanks and capitals it is written with', () => {
    expect(read({ Name: ' break ' })?.words).toMatchObject({ eventId: 'Break', mapped: true });
  });

  it.each(['x2026-11-22T12:00:00.000Z', '2026-11-22', 'noon', null])('does not begin at %j', (StartTimestamp) => {
    expect(readStartMs(read({ StartTimestamp })!)).toBeNull();
    expect(readStartMs(read({ StartTimestamp: instant(7) })!)).toBe(dayStartMs + 7000);
  });

  it('is not there: a contact stands alone, with UNKNOWN for the way it began', () => {
    const alone = readSnapshotState(
      snapshot(null, [contact('VOICE-x-MISSED', { InitiationMethod: null })]),
      null,
      rulesWith({
        table: [{ eventId: 'VOICE-UNKNOWN-MISSED', activityCode: 'M', status: 'Open', eventReason: 'why' }],
      }),
    );
    expect(alone?.words).toMatchObject({ eventId: 'VOICE-UNKNOWN-MISSED', activityCode: 'M', eventReason: 'why' });
  });

  it('of a contact of a further channel has no media type', () => {
    const all = rulesWith({ channels: ['VOICE', 'CHAT', 'TASK'] });
    const task = readSnapshotState(snapshot('Available', [contact('TASK-API-CONNECTED')]), null, all);
    expect(task?.words).toMatchObject({ eventId: 'TASK-API-CONNECTED', mediaType: null });
  });
});

describe('a LOGIN or LOGOUT that no table lists', () => {
  it.each([
    ['LOGIN', 'Open'],
    ['LOGOUT', 'Closed'],
  ] as const)('%s is %s and without an activity code', (eventId, status) => {
    const unlisted = toLoginState(eventId, { ...rules, findRow: () => undefined });
    expect(unlisted).toMatchObject({ eventId, status, activityCode: null, mapped: false });
  });
});

describe('isSameState', () => {
  const state: ShownState = {
    ...{ agentValue: 'a', agentId: '1', eventId: 'Break', eventReason: '', activityCode: 'Break' },
    ...{ status: 'Closed', mapped: true, mediaType: null },
  };

  it.each([
    { agentValue: 'b' },
    { agentId: '2' },
    { eventId: 'Lunch' },
    { eventReason: 'x' },
    { activityCode: null },
    { status: 'Open' as const },
    { mapped: false },
    { mediaType: 'voice' as const },
  ])('is false for a difference in %j alone', (difference) => {
    expect(isSameState(state, { ...state })).toBe(true);
    expect(isSameState(state, { ...state, ...difference })).toBe(false);
  });
});

describe('positions', () => {
  const at = (atMs: number, sequenceNumber: string) => ({ atMs, sequenceNumber });

  it.each([
    ['an earlier time', at(1, '9'), at(2, '1'), -1],
    ['a lower number of the same length', at(1, '1'), at(1, '2'), -1],
    ['a shorter number', at(1, '9'), at(1, '10'), -1],
    ['a number that Kinesis never gives', at(1, '2'), at(1, `1${'0'.repeat(60)}`), -1],
    ['the same number behind zeros', at(1, '007'), at(1, '7'), 0],
    ['what is no number', at(1, '12x'), at(1, '0'), 0],
    ['what only ends in one', at(1, 'x12'), at(1, '0'), 0],
  ])('compare %s', (_what, left, right, sign) => {
    expect(Math.sign(comparePositions(left, right))).toBe(sign);
    expect(Math.sign(comparePositions(right, left))).toBe(sign === 0 ? 0 : 1);
  });

  it('become digits of one length, which sort as text', () => {
    expect(toTransitionSequence('007', 3)).toBe(`${'0'.repeat(55)}703`);
    expect(toTransitionSequence('x', 0)).toBe('0'.repeat(58));
  });
});

describe('the bodies of the real-time calls', () => {
  const unpack = (body: Uint8Array): unknown => JSON.parse(gunzipSync(body).toString());

  it('carry the transitions in their envelope, under a key that follows from ACD and content', () => {
    const { sent } = playEvents([agentEvent({ id: 'e1', current: snapshot('Break') })]);
    const { batchId, body } = encodeAgentStates('acd', sent);
    expect(unpack(body)).toEqual({ acdType: 'AMAZON_CONNECT', reportVersion: '1', batchId, stateData: sent });
    expect(batchId).toMatch(/^[0-9a-f]{40}$/);
    expect(encodeAgentStates('acd', sent).batchId).toBe(batchId);
    expect(encodeAgentStates('other', sent).batchId).not.toBe(batchId);
    expect(encodeAgentStates('acd', [...sent, ...sent]).batchId).not.toBe(batchId);
  });

  it('have a key of their own in each replay, and the same transitions', () => {
    const { sent } = playEvents([agentEvent({ current: snapshot('Break') })]);
    const [first, again, other] = [undefined, 'replay-1', 'replay-2'].map((id) => encodeAgentStates('acd', sent, id));
    expect(new Set([first, again, other].map((encoded) => encoded!.batchId)).size).toBe(3);
    expect(unpack(again!.body)).toMatchObject({ batchId: again!.batchId, stateData: sent });
    expect(encodeAgentStates('acd', sent, 'replay-1')).toEqual(again);
  });

  it('carry the facts of a heartbeat, under a key of its own', () => {
    const facts = { sentAt: instant(0), lastReportInterval: null, lastAgentEvent: instant(0), staleAgentCount: 2 };
    const { batchId, body } = encodeFeedHeartbeat('acd', facts);
    expect(unpack(body)).toEqual({ acdType: 'AMAZON_CONNECT', reportVersion: '1', ...facts });
    expect(batchId).toMatch(/^[0-9a-f]{40}$/);
    expect(encodeFeedHeartbeat('other', facts).batchId).not.toBe(batchId);
    expect(encodeFeedHeartbeat('acd', { ...facts, staleAgentCount: 3 }).batchId).not.toBe(batchId);
  });
});
