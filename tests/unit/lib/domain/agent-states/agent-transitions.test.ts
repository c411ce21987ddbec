import { describe, expect, it } from '@jest/globals';
import { applyEvent, type AgentState } from '../../../../../functions/lib/domain/agent-states/agent-transitions.ts';
import type { AgentEvent } from '../../../../../schemas/agent-event.ts';
import { agentEvent, arnOf, contact, instant, received, rulesWith, snapshot } from '../../../agent-event-builder.ts';

/** Applies events in order; the outcome and event IDs sent, of each. */
function play(events: AgentEvent[], rules = rulesWith()) {
  let state: AgentState | null = null;
  return events.map((event, position) => {
    const applied = applyEvent(state, received(event, position), rules);
    state = applied.agentState;
    return { ...applied, sent: applied.transitions.map(({ eventId }) => eventId) };
  });
}

const summary = (events: AgentEvent[]) => play(events).map(({ outcome, sent }) => [outcome, ...sent].join(' '));
const status = (name: string, seconds: number, rest: object = {}) =>
  agentEvent({ seconds, current: snapshot(name, [], { StartTimestamp: instant(seconds) }), ...rest });
const onContact = (eventId: string, seconds: number) =>
  agentEvent({ seconds, current: snapshot('Available', [contact(eventId)]) });

describe('applyEvent', () => {
  it('makes a whole transition', () => {
    const rules = rulesWith({}, [{ login: 'anna', agentId: '4711' }]);
    const event = agentEvent({ id: 'e1', seconds: 5, current: snapshot('Break') });
    expect(play([event], rules)[0]?.transitions).toEqual([
      {
        agentValue: 'anna',
        agentId: '4711',
        eventId: 'Break',
        eventReason: '',
        activityCode: 'Break',
        status: 'Closed',
        mapped: true,
        mediaType: null,
        startTime: instant(5),
        eventTime: instant(5),
        sourceEventId: 'e1',
        sequence: `4959${'0'.repeat(54)}`,
      },
    ]);
  });

  it('follows a call through its states and back to the agent status', () => {
    const call = ['CONNECTING', 'CONNECTED', 'CONNECTED_ONHOLD', 'CONNECTED', 'ENDED'];
    const events = [status('Available', 0), ...call.map((state, n) => onContact(`VOICE-INBOUND-${state}`, n + 1))];
    expect(summary([...events, status('Available', 60)])).toEqual([
      'delivered Available',
      ...call.map((state) => `delivered VOICE-INBOUND-${state}`),
      'delivered Available',
    ]);
  });

  it('sends nothing for an unchanged state', () => {
    expect(summary([status('Break', 0), status('Break', 1)])).toEqual(['delivered Break', 'unchanged']);
  });

  it('[fault 19] drops a duplicate by its EventId and an older event as stale', () => {
    const first = status('Available', 10, { id: 'same' });
    const events = [first, { ...first }, status('Break', 9), status('Break', 11), { ...first }];
    expect(summary(events)).toEqual(['delivered Available', 'duplicate', 'stale', 'delivered Break', 'duplicate']);
  });

  it('orders equal timestamps by sequence number', () => {
    const rules = rulesWith();
    const [first] = play([status('Available', 1)]);
    const next = status('Break', 1);
    expect(applyEvent(first!.agentState, received(next, 1), rules).outcome).toBe('delivered');
    const later = applyEvent(first!.agentState, received(next, 1), rules).agentState;
    expect(applyEvent(later, received(status('Available', 1), 0), rules).outcome).toBe('stale');
  });

  it('compares sequence numbers as numbers, not as text', () => {
    const rules = rulesWith();
    const at = (sequenceNumber: string) => ({ ...received(status('Break', 1), 0), sequenceNumber });
    const { agentState } = applyEvent(null, at('99'), rules);
    expect(applyEvent(agentState, at('100'), rules).outcome).toBe('unchanged');
    expect(applyEvent(agentState, at('9'), rules).outcome).toBe('stale');
  });

  it('heals by a heartbeat, with the start the snapshot gives', () => {
    const current = snapshot('Break', [], { StartTimestamp: instant(30) });
    const [, healed] = play([status('Available', 0), agentEvent({ type: 'HEART_BEAT', seconds: 120, current })]);
    expect(healed?.transitions[0]).toMatchObject({ eventId: 'Break', startTime: instant(30), eventTime: instant(120) });
  });

  it.each([-30, 500])('does not believe a start %i s from the last event when a heartbeat heals', (seconds) => {
    const current = snapshot('Break', [], { StartTimestamp: instant(seconds) });
    const [, healed] = play([status('Available', 0), agentEvent({ type: 'HEART_BEAT', seconds: 120, current })]);
    expect(healed?.transitions[0]?.startTime).toBe(instant(120));
  });

  it('sends LOGIN and then the state of its snapshot, as two places in one event', () => {
    const [login] = play([agentEvent({ type: 'LOGIN', current: snapshot('Break') })]);
    expect(login?.sent).toEqual(['LOGIN', 'Break']);
    expect(login?.transitions.map(({ sequence }) => sequence.slice(-2))).toEqual(['00', '01']);
  });

  it('sends LOGIN alone when it has no snapshot', () => {
    expect(summary([agentEvent({ type: 'LOGIN', current: null })])).toEqual(['delivered LOGIN']);
  });

  it('ignores heartbeats and configuration changes after LOGOUT until something happens', () => {
    const current = snapshot('Available');
    const events = [
      agentEvent({ seconds: 0, current }),
      agentEvent({ type: 'LOGOUT', seconds: 1, current: null, previous: current }),
      agentEvent({ type: 'HEART_BEAT', seconds: 2, current }),
      agentEvent({ seconds: 3, current }),
      agentEvent({ type: 'HEART_BEAT', seconds: 4, current }),
      status('Offline', 5),
      agentEvent({ type: 'HEART_BEAT', seconds: 6, current: snapshot('Break') }),
    ];
    expect(summary(events)).toEqual([
      'delivered Available',
      'delivered LOGOUT',
      'unchanged',
      'unchanged',
      'unchanged',
      'delivered Offline',
      'delivered Break',
    ]);
  });

  it('goes on after LOGOUT with the next LOGIN', () => {
    const current = snapshot('Available');
    const events = [
      agentEvent({ type: 'LOGOUT', seconds: 1, current }),
      agentEvent({ type: 'LOGIN', seconds: 2, current }),
    ];
    expect(summary(events)).toEqual(['delivered LOGOUT', 'delivered LOGIN Available']);
  });

  it('counts contacts that are not shown once for each change', () => {
    const task = (state: string, seconds: number) => onContact(`TASK-API-${state}`, seconds);
    const events = [status('Available', 0), task('CONNECTED', 1), task('CONNECTED', 2), task('ENDED', 3)];
    expect(summary([...events, status('Available', 4)])).toEqual([
      'delivered Available',
      'outOfScope',
      'unchanged',
      'outOfScope',
      'outOfScope',
    ]);
  });

  it('reads an unknown event type like a change of state', () => {
    expect(summary([agentEvent({ type: 'SOMETHING_NEW', current: snapshot('Break') })])).toEqual(['delivered Break']);
  });

  it('keeps the last known name when both snapshots are null', () => {
    const events = [status('Available', 0), agentEvent({ type: 'LOGOUT', seconds: 1, current: null })];
    expect(play(events)[1]).toMatchObject({ isNameGuessed: false, transitions: [{ agentValue: 'anna' }] });
  });

  it('falls back to the last part of the ARN for an agent nobody has named, and says so', () => {
    const [applied] = play([{ ...agentEvent({ type: 'LOGOUT', current: null }), AgentARN: arnOf('x') }]);
    expect(applied).toMatchObject({ isNameGuessed: true, transitions: [{ agentValue: 'id-x', agentId: 'id-x' }] });
  });

  it('sends the state again under a new name', () => {
    const renamed = {
      ...status('Break', 1),
      CurrentAgentSnapshot: { ...snapshot('Break'), Configuration: { Username: 'ann' } },
    };
    expect(play([status('Break', 0), renamed])[1]?.transitions).toMatchObject([
      { agentValue: 'ann', eventId: 'Break' },
    ]);
  });
});
