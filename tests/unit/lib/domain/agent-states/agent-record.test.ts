import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeAgentRecord } from '../../../../../functions/lib/domain/agent-states/agent-record.ts';
import { agentEvent, contact, settingsWith, snapshot, streamRecord } from '../../../agent-event-builder.ts';

const { agentStates } = settingsWith();
const decode = (content: Parameters<typeof streamRecord>[0]) =>
  decodeAgentRecord(streamRecord(content, 1), agentStates);
const faultOf = (content: Parameters<typeof streamRecord>[0]) => decode(content).poison?.fault;
const event = agentEvent({ current: snapshot('Available', [contact('VOICE-INBOUND-CONNECTED')]) });
const without = (field: keyof typeof event) =>
  JSON.stringify(Object.fromEntries(Object.entries(event).filter(([name]) => name !== field)));

describe('decodeAgentRecord', () => {
  it('reads an event with its time and sequence number', () => {
    expect(decode(event).received).toMatchObject({ event, atMs: Date.parse(event.EventTimestamp) });
  });

  it('lets unknown fields, types and words pass, and what is null or absent', () => {
    const current = {
      AgentStatus: { Name: 'X', Type: 'NEW', Colour: 1 },
      Contacts: [{ Channel: 'HOLOGRAM', State: 'NEW' }],
      NextAgentStatus: null,
    };
    expect(
      faultOf(JSON.stringify({ ...event, EventType: 'NEW', More: {}, CurrentAgentSnapshot: current })),
    ).toBeUndefined();
    const bare = { ...event, CurrentAgentSnapshot: null, PreviousAgentSnapshot: undefined };
    expect(faultOf(JSON.stringify(bare))).toBeUndefined();
  });

  it.each([
    ['json', ''],
    ['json', 'no JSON'],
    ['json', '{"AgentARN":'],
    ['json', `${JSON.stringify(event)}\n${JSON.stringify(event)}`],
    ['shape', 'null'],
    ['shape', '[]'],
    ['shape', '{}'],
    ['shape', without('AgentARN')],
    ['shape', without('EventId')],
    ['shape', without('EventType')],
    ['shape', without('EventTimestamp')],
    ['shape', JSON.stringify({ ...event, EventTimestamp: 'yesterday' })],
    ['shape', JSON.stringify({ ...event, CurrentAgentSnapshot: 'Available' })],
    ['shape', JSON.stringify({ ...event, CurrentAgentSnapshot: { Contacts: {} } })],
    ['shape', JSON.stringify({ ...event, CurrentAgentSnapshot: { Contacts: [{ Channel: 'VOICE' }] } })],
    ['time', JSON.stringify({ ...event, EventTimestamp: '2026-13-45T12:00:00Z' })],
    ['time', JSON.stringify({ ...event, EventTimestamp: '2036-11-22T12:00:00Z' })],
    ['encoding', Buffer.from([0x7b, 0xff, 0x7d])],
    ['oversize', Buffer.alloc(131_073, 32)],
  ] as const)('[fault 18] finds the fault %s in %.40s', (fault, content) => {
    expect(faultOf(content)).toBe(fault);
    expect(decode(content).poison?.reason).toMatch(/^[A-Z].*\.$/);
  });

  it('takes the character for what cannot be read as any other where it was sent', () => {
    const current = snapshot('\uFFFD', []);
    expect(decode({ ...event, CurrentAgentSnapshot: current }).received?.event.CurrentAgentSnapshot).toMatchObject(
      current,
    );
  });

  it('finds in each record its own bytes, whatever the length of the one before', () => {
    const named = (name: string) => ({ ...event, CurrentAgentSnapshot: snapshot(name, []) });
    for (const length of [1, 90_000, 3, 120_000, 40]) {
      const name = 'n'.repeat(length);
      expect(decode(named(name)).received?.event.CurrentAgentSnapshot?.AgentStatus?.Name).toBe(name);
      expect(faultOf('{')).toBe('json');
    }
  });

  it('keeps the snapshot before only where the current one does not name the agent', () => {
    const previous = { ...snapshot('Break'), Configuration: { Username: 'ben' } };
    const keeps = (current: object | null) => {
      const content = JSON.stringify({ ...event, CurrentAgentSnapshot: current, PreviousAgentSnapshot: previous });
      return decode(content).received?.event.PreviousAgentSnapshot?.Configuration?.Username ?? null;
    };
    expect(keeps({ ...snapshot('Available'), Configuration: { Username: 'anna' } })).toBeNull();
    for (const current of [null, {}, { Configuration: null }, { Configuration: { Username: ' ' } }]) {
      expect(keeps(current)).toBe('ben');
    }
  });

  it('refuses a broken snapshot before where it is read, and not where nobody asks it', () => {
    const broken = { ...event, PreviousAgentSnapshot: { Contacts: [{ Channel: 'VOICE' }] } };
    const read = decode(JSON.stringify({ ...broken, CurrentAgentSnapshot: null }));
    expect(read.poison).toEqual({
      fault: 'shape',
      reason: "This is no agent event: /PreviousAgentSnapshot/Contacts/0 must have required property 'State'.",
    });
    expect(faultOf(JSON.stringify({ ...broken, CurrentAgentSnapshot: null, PreviousAgentSnapshot: 'Break' }))).toBe(
      'shape',
    );
    const current = { ...snapshot('Available'), Configuration: { Username: 'anna' } };
    expect(faultOf(JSON.stringify({ ...broken, CurrentAgentSnapshot: current }))).toBeUndefined();
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const { received, poison } = decode(bytes);
          return (received === undefined) !== (poison === undefined);
        },
      ),
    );
  });
});
