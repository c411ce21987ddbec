import { describe, expect, it } from '@jest/globals';
import type { TimelineState } from '../../../../../functions/lib/domain/agent-states/agent-timeline-pages.ts';
import { sumLooks, toAgentDays } from '../../../../../tools/ops/coverage-page/agent-days.ts';

const from = Date.parse('2026-11-21T00:00:00Z');
const until = from + 86_400_000;

const state = (time: string, eventId: string, rest: Partial<TimelineState> = {}): TimelineState => ({
  ...{
    agentValue: 'ada',
    startTime: time,
    eventId,
    activityCode: 'Open',
    status: 'Open',
    mapped: true,
    mediaType: null,
  },
  ...rest,
});
const signedOut = { activityCode: 'Logoff', status: 'Closed' } as const;

describe('toAgentDays', () => {
  it('lets a state last until the next one, and the last one until the end', () => {
    const states = [
      state('2026-11-21T08:00:00.000Z', 'LOGIN'),
      state('2026-11-21T08:00:00.000Z', 'Available'),
      state('2026-11-21T09:00:00.000Z', 'VOICE-INBOUND-CONNECTED', { mediaType: 'voice' }),
      state('2026-11-21T09:05:00.000Z', 'Lunch?', { mapped: false, activityCode: null }),
      state('2026-11-21T10:00:00.000Z', 'LOGOUT', signedOut),
    ];
    const [day] = toAgentDays(states, from, until);
    expect(day!.segments.map(({ eventId, look }) => `${eventId} ${look}`)).toEqual([
      ...['Available open', 'VOICE-INBOUND-CONNECTED contact', 'Lunch? unmapped', 'LOGOUT closed'],
    ]);
    expect(sumLooks(day!.segments)).toEqual({ open: 3600, contact: 300, unmapped: 3300, closed: 14 * 3600 });
  });

  it('begins a day in the last state of the day before', () => {
    const [day] = toAgentDays([state('2026-11-20T22:00:00.000Z', 'Available')], from, until);
    expect(day!.segments).toEqual([expect.objectContaining({ eventId: 'Available', startMs: from, endMs: until })]);
  });

  it('leaves out an agent who was signed out all day', () => {
    expect(toAgentDays([state('2026-11-20T22:00:00.000Z', 'LOGOUT', signedOut)], from, until)).toEqual([]);
  });

  it('counts a state once that a repeated batch has kept twice', () => {
    const once = state('2026-11-21T08:00:00.000Z', 'Available');
    const [day] = toAgentDays([once, state('2026-11-21T08:30:00.000Z', 'Break'), { ...once }], from, until);
    expect(day!.segments.map(({ eventId }) => eventId)).toEqual(['Available', 'Break']);
  });

  it('ends at the present on a day that is not over', () => {
    const now = Date.parse('2026-11-21T09:00:00Z');
    const [day] = toAgentDays([state('2026-11-21T08:00:00.000Z', 'Available')], from, now);
    expect(day!.segments.at(-1)!.endMs).toBe(now);
  });
});
