// The corners of applying events: what is remembered, what a heartbeat heals, what makes a record poison.
import { describe, expect, it } from '@jest/globals';
import { foldBatch } from '../../../../../functions/lib/domain/agent-states/agent-batch.ts';
import { decodeAgentRecord } from '../../../../../functions/lib/domain/agent-states/agent-record.ts';
import { applyEvent } from '../../../../../functions/lib/domain/agent-states/agent-transitions.ts';
import { countCutOffAgents } from '../../../../../functions/lib/domain/agent-states/stale-agents.ts';
import type { AgentContact, AgentEvent } from '../../../../../schemas/agent-event.ts';
import {
  agentEvent,
  arnOf,
  contact,
  dayStartMs,
  instant,
  playEvents,
  received,
  rulesWith,
  snapshot,
  streamRecord,
} from '../../../agent-event-builder.ts';

const rules = rulesWith();

describe('what is remembered of an agent', () => {
  it('begins with nothing known: not logged out, not Offline, nothing shown', () => {
    const { last } = playEvents([agentEvent({ id: 'e1', current: null, type: 'STATE_CHANGE' })]);
    expect(last).toMatchObject({ outcome: 'unchanged', transitions: [], isNameGuessed: true });
    expect(last.agentState).toMatchObject({
      ...{ agentValue: null, shown: null, shownContactId: null, isLoggedOut: false, isOffline: false },
      ...{ snapshotKey: '', hiddenContactsKey: '', recentEventIds: ['e1'] },
    });
  });

  it('lasts through events without a snapshot', () => {
    const call = [contact('VOICE-INBOUND-CONNECTED', { ContactId: 'c1' }), contact('TASK-API-CONNECTED')];
    const { last } = playEvents([
      agentEvent({ current: snapshot('Offline', call) }),
      agentEvent({ seconds: 1, current: null, type: 'NEW_TYPE' }),
    ]);
    expect(last.outcome).toBe('unchanged');
    expect(last.agentState).toMatchObject({ shownContactId: 'c1', isOffline: true, agentValue: 'anna' });
    expect(last.agentState?.hiddenContactsKey).not.toBe('');
  });

  it('keeps the last 16 event IDs and no more', () => {
    const { last } = playEvents(Array.from({ length: 20 }, (_, n) => agentEvent({ id: `e${n}`, seconds: n })));
    expect(last.agentState?.recentEventIds).toEqual(Array.from({ length: 16 }, (_, n) => `e${n + 4}`));
  });

  it('stays logged out without a snapshot, until somebody logs in', () => {
    const logout = agentEvent({ type: 'LOGOUT', seconds: 1, previous: snapshot('Available') });
    const events = [agentEvent(), logout, agentEvent({ seconds: 2, current: null })];
    expect(playEvents(events).last.agentState?.isLoggedOut).toBe(true);
    const login = agentEvent({ seconds: 3, type: 'LOGIN', current: null });
    expect(playEvents([...events, login]).last).toMatchObject({
      agentState: { isLoggedOut: false },
      transitions: [{ eventId: 'LOGIN' }],
    });
  });

  it('knows after a LOGOUT by the snapshot before it that nothing has happened since', () => {
    const logout = agentEvent({ type: 'LOGOUT', seconds: 1, current: null, previous: snapshot('Lunch') });
    const configuration = agentEvent({ seconds: 2, current: snapshot('Lunch') });
    const back = agentEvent({ seconds: 3, current: snapshot('Break', [], { StartTimestamp: instant(3) }) });
    const { steps } = playEvents([agentEvent(), logout, configuration, back]);
    expect(steps.map(({ transitions }) => transitions.map(({ eventId }) => eventId))).toEqual([
      ['Available'],
      ['LOGOUT'],
      [],
      ['Break'],
    ]);
    expect(steps[2]?.agentState?.isLoggedOut).toBe(true);
    expect(steps[3]?.agentState?.isLoggedOut).toBe(false);
  });

  it('ignores a heartbeat after a LOGOUT, also one that shows another state', () => {
    const logout = agentEvent({ type: 'LOGOUT', seconds: 1, previous: snapshot('Available') });
    const heartbeat = agentEvent({ type: 'HEART_BEAT', seconds: 2, current: snapshot('Lunch') });
    const { last } = playEvents([agentEvent(), logout, heartbeat]);
    expect(last).toMatchObject({
      outcome: 'unchanged',
      agentState: { isLoggedOut: true, shown: { eventId: 'LOGOUT' } },
    });
  });

  it('takes the same time and sequence number for stale', () => {
    const event = agentEvent({ seconds: 1 });
    const first = applyEvent(null, received(event, 1), rules);
    const again = applyEvent(first.agentState, received({ ...event, EventId: 'other' }, 1), rules);
    expect(again).toMatchObject({ outcome: 'stale', agentState: first.agentState, isNameGuessed: false });
  });

  it('takes a login of blanks for none', () => {
    expect(playEvents([agentEvent({ login: ' ' })]).last).toMatchObject({
      isNameGuessed: true,
      transitions: [{ agentValue: 'id- ' }],
    });
  });

  it('notices a contact that is out of scope when it comes, changes and goes, and no other', () => {
    const task = (State: string, ContactId: string | null = 't') => contact(`TASK-API-${State}`, { ContactId });
    const event = (seconds: number, contacts: AgentContact[]) =>
      agentEvent({ seconds, current: snapshot('Available', contacts) });
    const call = contact('VOICE-INBOUND-CONNECTED');
    const { steps } = playEvents([
      event(0, [call]),
      event(1, [call, task('CONNECTED')]),
      event(2, [task('CONNECTED'), call]),
      event(3, [call, task('ENDED')]),
      event(4, [call, task('ENDED', null)]),
      event(5, [call, task('ENDED', null), contact('EMAIL-API-ENDED', { ContactId: null })]),
      event(6, [call, contact('EMAIL-API-ENDED', { ContactId: null }), task('ENDED', null)]),
      event(7, [call]),
    ]);
    expect(steps.map(({ outcome }) => outcome)).toEqual([
      ...['delivered', 'outOfScope', 'unchanged', 'outOfScope', 'outOfScope', 'outOfScope', 'unchanged', 'outOfScope'],
    ]);
  });
});

describe('the time of a state that a heartbeat heals', () => {
  const heal = (startSeconds: number) =>
    playEvents([
      agentEvent({ seconds: 10 }),
      agentEvent({
        type: 'HEART_BEAT',
        seconds: 100,
        current: snapshot('Break', [], { StartTimestamp: instant(startSeconds) }),
      }),
    ]).sent.at(-1);

  it.each([
    [50, 50],
    [100, 100],
    [11, 11],
    [10, 100],
    [9, 100],
    [101, 100],
  ])('is, where the snapshot says %d s, second %d', (startSeconds, shownSeconds) => {
    expect(heal(startSeconds)).toMatchObject({
      eventId: 'Break',
      startTime: instant(shownSeconds),
      eventTime: instant(100),
    });
  });

  it('is the snapshot’s own for the first event of an agent too', () => {
    const current = snapshot('Break', [], { StartTimestamp: instant(3) });
    expect(playEvents([agentEvent({ type: 'HEART_BEAT', seconds: 9, current })]).sent[0]?.startTime).toBe(instant(3));
    expect(playEvents([agentEvent({ seconds: 9, current })]).sent[0]?.startTime).toBe(instant(9));
  });
});

describe('a batch', () => {
  const decoded = (event: AgentEvent, position: number) => ({ received: received(event, position) });

  it('goes on behind an event the rules fail on, which is poison with the reason', () => {
    const failing = {
      ...rules,
      agentIdOf: (login: string) => {
        if (login === 'ben') throw new Error('no such agent');
        return login;
      },
    };
    const batch = [agentEvent({ seconds: 1 }), agentEvent({ login: 'ben' }), agentEvent({ login: 'cid' })].map(decoded);
    const { results, transitions } = foldBatch(batch, new Map(), failing, -Infinity);
    expect(results.map(({ outcome }) => outcome)).toEqual(['delivered', 'deadLettered', 'delivered']);
    expect(results[1]).toEqual({
      ...{ outcome: 'deadLettered', isUnmapped: false, isNameGuessed: false },
      poison: { fault: 'rule', reason: 'The rules cannot apply this event: no such agent' },
    });
    expect(results[0]).toEqual({ outcome: 'delivered', isUnmapped: false, isNameGuessed: false, poison: null });
    expect(transitions).toHaveLength(2);
  });

  it('knows its newest applied event, whatever came behind it', () => {
    const events = [
      agentEvent({ seconds: 5 }),
      agentEvent({ seconds: 9, login: 'ben' }),
      agentEvent({ seconds: 7, login: 'cid' }),
    ];
    const fold = (list: readonly AgentEvent[]) => foldBatch(list.map(decoded), new Map(), rules, -Infinity);
    expect(fold(events).newestEventMs).toBe(dayStartMs + 9000);
    expect(fold([...events, agentEvent({ seconds: 6, login: 'ben' })]).newestEventMs).toBe(dayStartMs + 9000);
    expect(fold([]).newestEventMs).toBeNull();
  });

  it('counts an event as unmapped when one of its transitions is', () => {
    const login = agentEvent({ type: 'LOGIN', current: snapshot('Lunch') });
    const { results } = foldBatch([decoded(login, 0)], new Map(), rules, -Infinity);
    expect(results).toMatchObject([{ outcome: 'delivered', isUnmapped: true }]);
  });
});

describe('why a record is poison', () => {
  const limits = { maxEventBytes: 100_000, maxAheadSeconds: 60 };
  const reasonOf = (content: Parameters<typeof streamRecord>[0], more: Partial<typeof limits> = {}) =>
    decodeAgentRecord(streamRecord(content, 0), { ...limits, ...more }).poison?.reason;
  const arrivedSeconds = 3600;

  it.each([
    ['', 'Expected an agent event as one JSON object, found nothing.'],
    ['{no', 'Expected an agent event as one JSON object, found 3 bytes that are no JSON.'],
    ['5', 'This is no agent event: it must be object.'],
    [JSON.stringify({ ...agentEvent(), EventId: 5 }), 'This is no agent event: /EventId must be string.'],
  ])('is said of %j', (content, reason) => {
    expect(reasonOf(content)).toBe(reason);
  });

  it('is its size from the first byte above the limit', () => {
    const text = JSON.stringify(agentEvent());
    expect(reasonOf(text, { maxEventBytes: text.length })).toBeUndefined();
    expect(reasonOf(text, { maxEventBytes: text.length - 1 })).toContain(`found ${text.length}`);
  });

  it('is its time from the first moment above the limit', () => {
    expect(reasonOf(agentEvent({ seconds: arrivedSeconds + 60 }))).toBeUndefined();
    expect(reasonOf(agentEvent({ seconds: arrivedSeconds + 61 }))).toContain('more than 60 s after the arrival');
  });
});

describe('countCutOffAgents', () => {
  const stale = rulesWith({ staleAfterSeconds: 600 });
  const agent = (seconds: number) => ({
    agentArn: arnOf('a'),
    state: playEvents([agentEvent({ seconds })]).last.agentState!,
  });
  const count = (agentSeconds: readonly number[], lastSeconds: number | null, nowSeconds: number) =>
    countCutOffAgents(
      agentSeconds.map(agent),
      lastSeconds === null ? null : dayStartMs + lastSeconds * 1000,
      stale,
      dayStartMs + nowSeconds * 1000,
    );

  it('counts the agents that fell silent with the stream, not those silent before', () => {
    expect(count([10_000, 9_500, 9_400, 9_399], 10_000, 10_601)).toBe(3);
  });

  it('counts none while events come, or where none ever came', () => {
    expect(count([10_000], 10_000, 10_600)).toBe(0);
    expect(count([10_000], null, 99_999)).toBe(0);
  });
});
