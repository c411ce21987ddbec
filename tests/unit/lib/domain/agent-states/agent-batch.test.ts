import { describe, expect, it } from '@jest/globals';
import { foldBatch } from '../../../../../functions/lib/domain/agent-states/agent-batch.ts';
import { decodeAgentRecord } from '../../../../../functions/lib/domain/agent-states/agent-record.ts';
import type { AgentState } from '../../../../../functions/lib/domain/agent-states/agent-transitions.ts';
import type { AgentEvent } from '../../../../../schemas/agent-event.ts';
import { agentEvent, arnOf, dayStartMs, rulesWith, snapshot, streamRecord } from '../../../agent-event-builder.ts';

interface Given {
  readonly settings?: object;
  readonly known?: ReadonlyMap<string, AgentState>;
  readonly installedAtSeconds?: number;
}

function fold(contents: (AgentEvent | string)[], { settings = {}, known = new Map(), installedAtSeconds }: Given = {}) {
  const rules = rulesWith(settings);
  const records = contents.map((content, n) => decodeAgentRecord(streamRecord(content, n), rules.settings));
  const installedAtMs = installedAtSeconds === undefined ? -Infinity : dayStartMs + installedAtSeconds * 1000;
  const folded = foldBatch(records, known, rules, installedAtMs);
  return {
    ...folded,
    sent: folded.transitions.map(({ state }) => `${state.agentValue} ${state.eventId}`),
    outcomes: folded.results.map(({ outcome }) => outcome),
  };
}

const at = (seconds: number, name: string, login = 'anna') =>
  agentEvent({ seconds, login, current: snapshot(name, [], { StartTimestamp: null }) });

describe('foldBatch', () => {
  it('keeps the order of arrival across agents', () => {
    const { sent } = fold([at(9, 'Break'), at(1, 'Break', 'ben'), at(10, 'Available'), at(2, 'Available', 'ben')]);
    expect(sent).toEqual(['anna Break', 'ben Break', 'anna Available', 'ben Available']);
  });

  it('goes on behind poison and keeps its reason', () => {
    const { sent, outcomes, results, firstTransitionIndex } = fold(['no JSON', at(1, 'Break'), '{}']);
    expect(sent).toEqual(['anna Break']);
    expect(outcomes).toEqual(['deadLettered', 'delivered', 'deadLettered']);
    expect(results.map(({ poison }) => poison?.fault ?? null)).toEqual(['json', null, 'shape']);
    expect(firstTransitionIndex).toBe(1);
  });

  it('starts from what is known of an agent and returns only agents an event was applied to', () => {
    const before = fold([at(5, 'Break'), at(5, 'Break', 'ben')]);
    const after = fold([at(6, 'Break'), at(4, 'Available', 'ben')], { known: before.states });
    expect(after.outcomes).toEqual(['unchanged', 'stale']);
    expect([...after.states.keys()]).toEqual([arnOf('anna')]);
    expect(after.newestEventMs).toBe(dayStartMs + 6000);
  });

  it('marks unmapped states and unnamed agents', () => {
    const unnamed = agentEvent({ login: 'x', type: 'LOGOUT', current: null });
    const { results } = fold([at(1, 'Training'), unnamed]);
    expect(results).toMatchObject([
      { isUnmapped: true, isNameGuessed: false },
      { isUnmapped: false, isNameGuessed: true },
    ]);
  });

  it('leaves out states shorter than the settings ask for, but never the last one of an agent', () => {
    const events = [at(0, 'Available'), at(10, 'Break'), at(11, 'Lunch'), at(20, 'Available'), at(21, 'Break')];
    const { sent, outcomes } = fold(events, { settings: { minimumSeconds: 3 } });
    expect(sent).toEqual(['anna Available', 'anna Lunch', 'anna Break']);
    expect(outcomes).toEqual(['delivered', 'coalesced', 'delivered', 'coalesced', 'delivered']);
  });

  it('sends all states by default, however short', () => {
    expect(fold([at(0, 'Available'), at(0, 'Break'), at(1, 'Available')]).sent).toHaveLength(3);
  });

  it('does not repeat a state when the short one between is left out', () => {
    const events = [at(0, 'Available'), at(10, 'Break'), at(11, 'Available')];
    const { sent, outcomes, states } = fold(events, { settings: { minimumSeconds: 3 } });
    expect(sent).toEqual(['anna Available']);
    expect(outcomes).toEqual(['delivered', 'coalesced', 'coalesced']);
    expect(states.get(arnOf('anna'))?.shown?.eventId).toBe('Available');
  });

  it('keeps LOGIN beside the state that follows at once', () => {
    const login = agentEvent({ type: 'LOGIN', current: snapshot('Available') });
    expect(fold([login], { settings: { minimumSeconds: 3 } }).sent).toEqual(['anna LOGIN', 'anna Available']);
  });

  it('sends only the newest state of each agent from before the installation, and everything after it', () => {
    const backlog = [at(0, 'Available'), at(1, 'Available', 'ben'), at(2, 'Break'), at(3, 'Lunch', 'ben')];
    const { sent, outcomes } = fold([...backlog, at(100, 'Available'), at(101, 'Break')], { installedAtSeconds: 50 });
    expect(sent).toEqual(['ben Lunch', 'anna Available', 'anna Break']);
    expect(outcomes).toEqual(['coalesced', 'coalesced', 'coalesced', 'delivered', 'delivered', 'delivered']);
  });
});
