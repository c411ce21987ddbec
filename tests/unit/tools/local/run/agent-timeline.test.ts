import { describe, expect, it } from '@jest/globals';
import { toCountText, toDeadLetterLines, toFailureLines } from '../../../../../tools/local/run/agent-event-report.ts';
import { toTimelineLines, toTimelines } from '../../../../../tools/local/run/agent-timeline.ts';
import { chooseColors } from '../../../../../tools/local/run/colors.ts';
import { noAgentEvents } from '../../../../../tools/local/run/run-agent-events.ts';
import { buildState } from './agent-run-builders.ts';

const plain = chooseColors(false, {});
const linesOf = (...states: ReturnType<typeof buildState>[]) => toTimelineLines(toTimelines(states), plain);

describe('toTimelineLines', () => {
  it('draws a minute a character over the hour, and lists every state with its start', () => {
    const lines = linesOf(
      buildState('anna', '08:10:00', 'Available'),
      buildState('ben', '08:00:00', 'Team meeting', { mapped: false, status: 'Closed' }),
      buildState('anna', '08:20:00', 'VOICE-INBOUND-CONNECTED', { mediaType: 'voice' }),
      buildState('anna', '08:30:00', 'Break', { status: 'Closed' }),
    );
    expect(lines).toEqual([
      'Agent states of 2026-11-21 (UTC)',
      `       08:00${' '.repeat(50)}09:00`,
      ` anna  ${' '.repeat(10)}${'▒'.repeat(10)}${'█'.repeat(10)}${'·'.repeat(30)}`,
      '   08:10:00 Available  08:20:00 VOICE-INBOUND-CONNECTED  08:30:00 Break',
      ` ben   ${'?'.repeat(60)}`,
      '   08:00:00 Team meeting (unmapped, Closed)',
      '',
      ' █ contact   ▒ open, no contact   · closed   ? unmapped',
    ]);
  });

  it('names the day of a state that is not of the first day', () => {
    const nextDay = { startTime: '2026-11-22T00:30:00.000Z' };
    const lines = linesOf(
      buildState('anna', '23:30:00', 'Available'),
      buildState('anna', '00:30:00', 'Break', nextDay),
    );
    expect(lines).toContain('   23:30:00 Available  11-22 00:30:00 Break');
    expect(lines[1]).toMatch(/^ {7}23:00 +01:00$/);
  });

  it('shows what would move the cursor as a question mark', () => {
    expect(linesOf(buildState('anna\u001B', '08:00:00', 'Bre\nak')).join('|')).toMatch(
      / anna\? .*\| {3}08:00:00 Bre\?ak/,
    );
  });

  it('cuts after 25 agents and 40 states, and says how many are left', () => {
    const agents = Array.from({ length: 26 }, (_, n) => buildState(`agent ${n + 10}`, '08:00:00', 'Available'));
    const changes = Array.from({ length: 42 }, (_, n) => buildState('a', `08:${n + 10}:00`, `State ${n}`));
    const text = linesOf(...agents, ...changes).join('\n');
    expect(text).toContain('… and 2 more agents');
    expect(text).toContain('State 39  … and 2 more');
    expect(text).not.toContain('State 40');
  });

  it('is empty without states', () => {
    expect(linesOf()).toEqual([]);
  });
});

describe('toCountText', () => {
  it('names unmapped events as a part of the delivered', () => {
    const counts = { ...noAgentEvents.counts, received: 3, delivered: 2, unmapped: 1, duplicates: 1 };
    expect(toCountText(counts)).toBe(
      '3 agent events: 2 delivered (1 unmapped), 0 unchanged, 0 out of scope, 1 duplicate, 0 stale, 0 dead-lettered',
    );
  });

  it('counts what came to no end', () => {
    expect(toCountText({ ...noAgentEvents.counts, received: 1 })).toMatch(/^1 agent event: .*, 1 NOT DELIVERED$/);
  });
});

describe('toDeadLetterLines', () => {
  it('gives the place, the reason and the beginning of the payload', () => {
    const letter = { file: 'a.jsonl', line: 3, fault: 'json', reason: 'no\tJSON', payload: 'x'.repeat(200) };
    expect(toDeadLetterLines([{ ...letter, sequenceNumber: '17' }], plain)).toEqual([
      'Agent event DLQ',
      ' a.jsonl, line 3, sequence number 17',
      '   no?JSON',
      `   ${'x'.repeat(90)}…`,
    ]);
  });
});

describe('toFailureLines', () => {
  it('says FAILED with the reason, and nothing when all is well', () => {
    expect(toFailureLines({ failure: 'HubUnavailableError: down' }, plain)).toEqual([
      'FAILED HubUnavailableError: down',
    ]);
    expect(toFailureLines({ failure: null }, plain)).toEqual([]);
  });
});
