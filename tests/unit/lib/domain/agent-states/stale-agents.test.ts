import { describe, expect, it } from '@jest/globals';
import { applyEvent } from '../../../../../functions/lib/domain/agent-states/agent-transitions.ts';
import {
  isFeedSilent,
  listStaleAgents,
  toOfflineAgents,
} from '../../../../../functions/lib/domain/agent-states/stale-agents.ts';
import { agentEvent, arnOf, dayStartMs, instant, received, rulesWith, snapshot } from '../../../agent-event-builder.ts';

const rules = rulesWith({ staleAfterSeconds: 600 });
const known = (fields: Parameters<typeof agentEvent>[0]) => ({
  agentArn: arnOf('anna'),
  state: applyEvent(null, received(agentEvent(fields), 1), rules).agentState!,
});
const staleAt = (fields: Parameters<typeof agentEvent>[0], seconds: number) =>
  listStaleAgents([known(fields)], rules, dayStartMs + seconds * 1000).length;

describe('listStaleAgents', () => {
  it('counts an agent from the first moment after the configured silence', () => {
    expect(staleAt({ current: snapshot('Available') }, 600)).toBe(0);
    expect(staleAt({ current: snapshot('Available') }, 601)).toBe(1);
  });

  it('expects no heartbeats of agents who are logged out or Offline', () => {
    expect(staleAt({ type: 'LOGOUT' }, 9999)).toBe(0);
    expect(staleAt({ current: snapshot('Offline') }, 9999)).toBe(0);
  });
});

describe('isFeedSilent', () => {
  it('holds when the newest event of all agents is as old, or when there never was one', () => {
    expect(isFeedSilent(dayStartMs, rules, dayStartMs + 600_000)).toBe(false);
    expect(isFeedSilent(dayStartMs, rules, dayStartMs + 600_001)).toBe(true);
    expect(isFeedSilent(null, rules, dayStartMs)).toBe(true);
  });
});

describe('toOfflineAgents', () => {
  const agent = known({ id: 'last', current: snapshot('Available') });
  const [offline] = toOfflineAgents([agent], rules);

  it('puts Offline directly behind the last event, begun when the agent became stale', () => {
    expect(offline?.transition).toMatchObject({
      agentValue: 'anna',
      eventId: 'Offline',
      status: 'Closed',
      startTime: instant(600),
      eventTime: instant(0),
      sourceEventId: 'last',
    });
    expect(offline?.transition.sequence.slice(-2)).toBe('99');
  });

  it('is healed by the next heartbeat', () => {
    const heartbeat = agentEvent({ type: 'HEART_BEAT', seconds: 700, current: snapshot('Available') });
    const healed = applyEvent(offline!.offline, received(heartbeat, 2), rules);
    expect(healed.transitions).toMatchObject([{ eventId: 'Available', eventTime: instant(700) }]);
  });

  it('is not stale a second time', () => {
    expect(listStaleAgents([{ ...agent, state: offline!.offline }], rules, dayStartMs + 9e6)).toEqual([]);
  });
});
