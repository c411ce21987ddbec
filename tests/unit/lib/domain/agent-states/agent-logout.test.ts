// What is believed after a LOGOUT: the hub shows the agent as gone until an event tells of something new.
import { describe, expect, it } from '@jest/globals';
import type { AgentContact, AgentSnapshot } from '../../../../../schemas/agent-event.ts';
import { agentEvent, contact, instant, playEvents, snapshot } from '../../../agent-event-builder.ts';

/** A status begun at that second. */
const status = (name: string, seconds: number, contacts: AgentContact[] = []) =>
  snapshot(name, contacts, { StartTimestamp: instant(seconds) });
const ended = contact('VOICE-INBOUND-ENDED', { ContactId: 'c1' });

/** What is sent for a change of state that comes after an Available and a LOGOUT from `before`. */
function sendAfterLogout(before: AgentSnapshot, current: AgentSnapshot, type = 'STATE_CHANGE') {
  const logout = agentEvent({ type: 'LOGOUT', seconds: 10, previous: before, current: null });
  const { last } = playEvents([
    agentEvent({ current: status('Available', 0) }),
    logout,
    agentEvent({ type, seconds: 20, current }),
  ]);
  return last.transitions.map(({ eventId }) => eventId);
}

describe('after a LOGOUT', () => {
  it('the snapshot from before it tells nothing new', () => {
    expect(sendAfterLogout(status('Lunch', 9), status('Lunch', 9))).toEqual([]);
    expect(sendAfterLogout(status('Lunch', 9, [ended]), status('Lunch', 9, [ended]))).toEqual([]);
  });

  it('the same status begun later is new', () => {
    expect(sendAfterLogout(status('Lunch', 9), status('Lunch', 15))).toEqual(['Lunch']);
  });

  it('a status without a start is known by its name', () => {
    const undated = (name: string) => snapshot(name, [], { StartTimestamp: null });
    expect(sendAfterLogout(undated('Lunch'), undated('Lunch'))).toEqual([]);
    expect(sendAfterLogout(undated('Lunch'), undated('Break'))).toEqual(['Break']);
  });

  it('a contact that comes, changes or is another one is new', () => {
    const connected = contact('VOICE-INBOUND-CONNECTED', { ContactId: 'c1' });
    const next = contact('VOICE-INBOUND-ENDED', { ContactId: 'c2' });
    const before = status('Available', 9, [ended]);
    expect(sendAfterLogout(status('Available', 9), before)).toEqual(['VOICE-INBOUND-ENDED']);
    expect(sendAfterLogout(before, status('Available', 9, [connected]))).toEqual(['VOICE-INBOUND-CONNECTED']);
    expect(sendAfterLogout(before, status('Available', 9, [next]))).toEqual(['VOICE-INBOUND-ENDED']);
    expect(sendAfterLogout(before, status('Available', 9))).toEqual(['Available']);
  });

  it('a heartbeat is no news, whatever it shows', () => {
    expect(sendAfterLogout(status('Lunch', 9), status('Break', 15), 'HEART_BEAT')).toEqual([]);
  });

  it('a LOGIN is news, whatever it shows', () => {
    expect(sendAfterLogout(status('Lunch', 9), status('Lunch', 9), 'LOGIN')).toEqual(['LOGIN', 'Lunch']);
  });

  it('an event without a snapshot does not make the next one news by what was before it', () => {
    const { last } = playEvents([
      agentEvent({ type: 'LOGOUT', seconds: 10, previous: status('Lunch', 9), current: null }),
      agentEvent({ seconds: 15, previous: status('Break', 12), current: null }),
      agentEvent({ seconds: 20, current: status('Lunch', 9) }),
    ]);
    expect(last).toMatchObject({ transitions: [], agentState: { isLoggedOut: true } });
  });
});

describe('between two events', () => {
  it('the contact shown stays the one shown, although another one began earlier', () => {
    const call = (ContactId: string, seconds: number) =>
      contact('VOICE-INBOUND-CONNECTED', { ContactId, StateStartTimestamp: instant(seconds) });
    const { last } = playEvents([
      agentEvent({ seconds: 5, current: status('Available', 0, [call('late', 5)]) }),
      agentEvent({ seconds: 6, current: status('Available', 0, [call('early', 1), call('late', 5)]) }),
    ]);
    expect(last).toMatchObject({ outcome: 'unchanged', agentState: { shownContactId: 'late' } });
  });

  it('a contact in scope that is not shown changes nothing, one out of scope is noticed by its ID', () => {
    const call = contact('VOICE-INBOUND-CONNECTED');
    const task = (ContactId: string) => contact('TASK-API-CONNECTED', { ContactId });
    const { steps } = playEvents(
      [
        [call, contact('CHAT-API-CONNECTING')],
        [call, contact('CHAT-API-ENDED')],
        [call, task('t1')],
        [call, task('t2')],
      ].map((contacts, seconds) => agentEvent({ seconds, current: status('Available', 0, contacts) })),
    );
    expect(steps.map(({ outcome }) => outcome)).toEqual(['delivered', 'unchanged', 'outOfScope', 'outOfScope']);
  });

  it('the login of a snapshot without a configuration is the one known before', () => {
    const unnamed = {
      ...agentEvent({ seconds: 5 }),
      CurrentAgentSnapshot: { ...status('Break', 5), Configuration: null },
    };
    const { last } = playEvents([agentEvent(), unnamed]);
    expect(last).toMatchObject({ isNameGuessed: false, transitions: [{ agentValue: 'anna', eventId: 'Break' }] });
  });
});
