import { describe, expect, it } from '@jest/globals';
import { decodeAgentRecord } from '../../../../../functions/lib/domain/agent-states/agent-record.ts';
import { listAgentDifferences } from '../../../../../tools/local/demo/demo-agent-check.ts';
import { createDemoHour } from '../../../../../tools/local/demo/demo-agents.ts';
import { demoAgents } from '../../../../../tools/local/demo/demo-traffic.ts';
import { settingsWith, streamRecord } from '../../../agent-event-builder.ts';
import { buildState } from '../run/agent-run-builders.ts';

const hour = createDemoHour(Date.parse('2026-11-21T00:00:00Z'));
const texts = hour.lines.map(({ bytes }) => Buffer.from(bytes).toString());

/** What the designed hour looks like in the end. */
const designed = {
  counts: hour.design.counts,
  deadLetters: [{ file: 'f', line: 1, fault: 'json', reason: 'no JSON', payload: hour.design.poison }],
  failure: null,
  states: Object.entries(hour.design.timelines).flatMap(([login, states]) =>
    states.map((state) => buildState(login, state.slice(0, 8), state.slice(9))),
  ),
};

describe('createDemoHour', () => {
  it('is the same each time', () => {
    expect(createDemoHour(Date.parse('2026-11-21T00:00:00Z'))).toEqual(hour);
  });

  it('has one line that is no agent event, and counts that add up', () => {
    const poison = texts.filter((text, n) => {
      const { agentStates } = settingsWith();
      return decodeAgentRecord(streamRecord(text, n), agentStates).poison !== undefined;
    });
    expect(poison).toEqual([hour.design.poison]);
    const { received, delivered, unchanged, outOfScope, duplicates, stale, deadLettered } = hour.design.counts;
    expect(received).toBe(texts.length);
    expect(delivered + unchanged + outOfScope + duplicates + stale + deadLettered).toBe(received);
  });

  it('has one event twice and one that is overtaken', () => {
    expect(texts.length - new Set(texts).size).toBe(1);
    const times = texts.map((text) => /"EventTimestamp":"([^"]+)"/.exec(text)?.[1] ?? '').filter((time) => time !== '');
    expect(times.filter((time, n) => time < (times[n - 1] ?? ''))).toEqual(['2026-11-21T08:15:00.000Z']);
  });

  it('has agents of the bundled day at work', () => {
    const atWork = demoAgents.filter(({ startsAtHour }) => startsAtHour <= 8).map(({ login }) => login);
    expect(atWork).toEqual(Object.keys(hour.design.timelines));
  });
});

describe('listAgentDifferences', () => {
  it('finds none in the hour as designed', () => {
    expect(listAgentDifferences(hour, designed)).toEqual([]);
  });

  it.each([
    [{ failure: 'HubUnavailableError: down' }, 'end of the agent events: expected none missing, found HubUnavailable'],
    [{ counts: { ...designed.counts, stale: 2 } }, 'found 1 deadLettered, 1 duplicates, 2 stale'],
    [{ states: designed.states.slice(1) }, 'states of agent-01@example.com: expected 08:00:00 Available, 08:04:10'],
    [{ states: [...designed.states, buildState('x', '08:00:00', 'y')] }, 'states of x: expected , found 08:00:00 y'],
    [{ deadLetters: [] }, 'payloads of the agent event DLQ'],
  ])('names what is different in %j', (change, difference) => {
    const differences = listAgentDifferences(hour, { ...designed, ...change });
    expect(differences).toHaveLength(1);
    expect(differences[0]).toContain(difference);
  });
});
