import { describe, expect, it } from '@jest/globals';
import { readSnapshotState, toLoginState } from '../../../../../functions/lib/domain/agent-states/agent-state.ts';
import { defaultAgentStates } from '../../../../../schemas/agent-state-table.ts';
import { contact, rulesWith, snapshot } from '../../../agent-event-builder.ts';

const rules = rulesWith();
const read = (...[status, contacts, fields]: Parameters<typeof snapshot>) =>
  readSnapshotState(snapshot(status, contacts, fields), null, rules);
const contactRows = defaultAgentStates.filter(({ eventId }) => /^(VOICE|CHAT)-/.test(eventId));

describe('readSnapshotState', () => {
  it('makes nothing of spaces around the words of a contact', () => {
    const padded = {
      ...contact('VOICE-INBOUND-CONNECTED'),
      Channel: 'VOICE ',
      InitiationMethod: ' INBOUND',
      State: ' CONNECTED ',
    };
    const shown = (given: object) =>
      readSnapshotState(snapshot('Available', [{ ...padded, ...given }]), null, rules)?.words;
    expect(shown({})).toMatchObject({ eventId: 'VOICE-INBOUND-CONNECTED', mapped: true });
    expect(shown({ InitiationMethod: ' ' })).toMatchObject({ eventId: 'VOICE-UNKNOWN-CONNECTED' });
  });

  it('has 25 default states', () => {
    expect(defaultAgentStates).toHaveLength(25);
    expect(contactRows).toHaveLength(20);
  });

  it.each(contactRows)('reaches $eventId from a contact', ({ eventId, activityCode, status }) => {
    const mediaType = eventId.startsWith('VOICE') ? 'voice' : 'chat';
    const found = read('Available', [contact(eventId)]);
    expect(found?.words).toEqual({ eventId, eventReason: '', activityCode, status, mapped: true, mediaType });
    expect(found?.contactId).toBe(`contact-${mediaType.toUpperCase()}`);
  });

  it.each([
    ['Available', 'Open', 'Open'],
    ['Break', 'Break', 'Closed'],
    ['Offline', 'Logoff', 'Closed'],
  ])('reaches %s from an agent status', (name, activityCode, status) => {
    const words = { eventId: name, eventReason: '', activityCode, status, mapped: true, mediaType: null };
    expect(read(name)?.words).toEqual(words);
  });

  it.each([
    ['LOGIN', 'Open', 'Open'],
    ['LOGOUT', 'Logoff', 'Closed'],
  ] as const)('reaches %s from its event type', (eventId, activityCode, status) => {
    expect(toLoginState(eventId, rules)).toMatchObject({ eventId, activityCode, status, mapped: true });
  });

  const listed = new Set(defaultAgentStates.map(({ eventId }) => eventId));
  const methods = [
    'INBOUND',
    'TRANSFER',
    'CALLBACK',
    'API',
    'WEBRTC_API',
    'QUEUE_TRANSFER',
    'DISCONNECT',
    'FLOW',
    'NEW',
  ];
  const states = [
    'INCOMING',
    'PENDING',
    'CONNECTING',
    'CONNECTED',
    'CONNECTED_ONHOLD',
    'MISSED',
    'PAUSED',
    'REJECTED',
    'ERROR',
    'ENDED',
    'NEWSTATE',
  ];
  const unlisted = ['VOICE', 'CHAT']
    .flatMap((channel) => methods.flatMap((method) => states.map((state) => `${channel}-${method}-${state}`)))
    .filter((eventId) => !listed.has(eventId));

  it('passes every unlisted combination on as open, unmapped, under its own name', () => {
    expect(unlisted).toHaveLength(2 * 9 * 11 - 18);
    for (const eventId of unlisted) {
      expect(read('Available', [contact(eventId)])?.words).toMatchObject({
        eventId,
        activityCode: null,
        status: 'Open',
        mapped: false,
      });
    }
  });

  it.each(['TASK-API-CONNECTED', 'TASKS-API-CONNECTED', 'EMAIL-INBOUND-CONNECTED', 'SMS-API-CONNECTED'])(
    'shows the agent status instead of %s',
    (eventId) => {
      expect(read('Break', [contact(eventId)])?.words.eventId).toBe('Break');
    },
  );

  it.each(['OUTBOUND', 'EXTERNAL_OUTBOUND', 'CAMPAIGN_PREVIEW', 'AGENT_REPLY', 'MONITOR'])(
    'shows the agent status instead of a contact begun by %s',
    (method) => {
      expect(read('Available', [contact(`VOICE-${method}-CONNECTED`)])?.words.eventId).toBe('Available');
    },
  );

  it.each([
    ['CUSTOM', 'Closed', null],
    ['OFFLINE', 'Closed', 'Logoff'],
    ['ROUTABLE', 'Open', null],
    [undefined, 'Open', null],
    ['SOMETHING_NEW', 'Open', null],
  ])('takes an unlisted status of type %s as %s with activity code %s', (Type, status, activityCode) => {
    expect(read('Training', [], { Type })?.words).toMatchObject({
      eventId: 'Training',
      status,
      activityCode,
      mapped: false,
    });
  });

  it('matches whatever the case and sends the spelling of the table', () => {
    expect(read('bREAK')?.words).toMatchObject({ eventId: 'Break', mapped: true });
    expect(read('Available', [contact('Voice-Inbound-Connected')])?.words).toMatchObject({
      eventId: 'VOICE-INBOUND-CONNECTED',
      mediaType: 'voice',
    });
  });

  it('knows Offline of an old event without a type by its name', () => {
    expect(read('Offline', [], { Type: undefined })).toMatchObject({ isOffline: true, words: { status: 'Closed' } });
  });

  it('finds nothing to show in a snapshot without status and contacts', () => {
    expect(read(null)).toBeNull();
    expect(readSnapshotState({}, null, rules)).toBeNull();
  });

  it('lets the settings replace and add rows', () => {
    const own = rulesWith({
      table: [
        { eventId: 'break', activityCode: 'Pause', status: 'Open', eventReason: 'coffee' },
        { eventId: 'Training', activityCode: 'Training', status: 'Closed' },
      ],
    });
    expect(readSnapshotState(snapshot('Break'), null, own)?.words).toMatchObject({
      eventId: 'break',
      activityCode: 'Pause',
      status: 'Open',
      eventReason: 'coffee',
    });
    expect(readSnapshotState(snapshot('Training'), null, own)?.words).toMatchObject({ mapped: true, status: 'Closed' });
  });

  it('refuses a table that lists an event ID twice', () => {
    const row = { eventId: 'Lunch', activityCode: 'Lunch', status: 'Closed' };
    expect(() => rulesWith({ table: [row, { ...row, eventId: 'LUNCH' }] })).toThrow('found "LUNCH" twice');
  });
});
