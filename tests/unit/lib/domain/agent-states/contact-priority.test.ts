import { describe, expect, it } from '@jest/globals';
import { chooseContact } from '../../../../../functions/lib/domain/agent-states/contact-priority.ts';
import { contact, instant, settingsWith } from '../../../agent-event-builder.ts';

const { agentStates } = settingsWith();
const choose = (
  ids: string[],
  question: { isStatusClosed?: boolean; shownContactId?: string } = {},
  settings: object = {},
) => {
  const contacts = ids.map((id, index) => contact(id, { ContactId: `c${index}` }));
  const asked = { contacts, isStatusClosed: false, shownContactId: null, ...question };
  return chooseContact(asked, { ...agentStates, ...settings })?.ContactId ?? 'status';
};

describe('chooseContact', () => {
  const ladder = [
    ['CONNECTED', 'CONNECTED_ONHOLD', 'PAUSED'],
    ['CONNECTING', 'INCOMING', 'PENDING'],
    ['ENDED'],
    ['MISSED', 'REJECTED', 'ERROR'],
  ];
  const pairs = ladder.flatMap((higher, rank) =>
    ladder.slice(rank + 1).flatMap((lower) => higher.flatMap((high) => lower.map((low) => [high, low] as const))),
  );

  it.each(pairs)('prefers %s to %s', (high, low) => {
    expect(choose([`VOICE-INBOUND-${low}`, `CHAT-API-${high}`])).toBe('c1');
  });

  it.each(['CONNECTED', 'CONNECTING', 'ENDED', 'FUTURE'])('prefers %s to a closed status', (state) => {
    expect(choose([`VOICE-INBOUND-${state}`], { isStatusClosed: true })).toBe('c0');
  });

  it.each(['MISSED', 'REJECTED', 'ERROR'])('prefers a closed status to %s, but %s to an open one', (state) => {
    expect(choose([`VOICE-INBOUND-${state}`], { isStatusClosed: true })).toBe('status');
    expect(choose([`VOICE-INBOUND-${state}`])).toBe('c0');
  });

  it('stays with the contact shown before among equals', () => {
    const ids = ['VOICE-INBOUND-CONNECTED', 'CHAT-API-CONNECTED'];
    expect(choose(ids, { shownContactId: 'c1' })).toBe('c1');
    expect(choose(['VOICE-INBOUND-CONNECTED', 'CHAT-API-ENDED'], { shownContactId: 'c1' })).toBe('c0');
  });

  it('takes voice before chat among equals, or what the settings prefer', () => {
    const ids = ['CHAT-API-CONNECTED', 'VOICE-INBOUND-CONNECTED'];
    expect(choose(ids)).toBe('c1');
    expect(choose(ids, {}, { preferredChannel: 'chat' })).toBe('c0');
  });

  it('takes the earliest start among contacts of one channel', () => {
    const at = (id: string, seconds: number) =>
      contact('CHAT-API-CONNECTED', { ContactId: id, StateStartTimestamp: instant(seconds) });
    const contacts = [at('late', 9), at('early', 1), at('later', 99)];
    const chosen = chooseContact({ contacts, isStatusClosed: false, shownContactId: null }, agentStates);
    expect(chosen?.ContactId).toBe('early');
  });

  it('never shows a rank the settings leave out before the status', () => {
    expect(choose(['VOICE-INBOUND-MISSED'], {}, { priority: ['connected'] })).toBe('status');
  });
});
