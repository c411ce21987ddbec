import { describe, expect, it } from '@jest/globals';
import { Value } from 'typebox/value';
import { queueRecordSchema } from '../../../../../schemas/hub-records.ts';
import { mapQueue, mapRows, noteCodes, qrRow, start, without } from './report-case.ts';

describe('toQueueRecord', () => {
  it('maps a full row to every field of the record, in the order of the schema', () => {
    const record = mapQueue({
      'Agent interaction time': 1500.5,
      'Customer hold time': 45,
      'After contact work time': 310,
      'Average queue answer time': 12.5,
    });
    expect(record).toEqual({
      queueValue: 'Sales',
      mediaType: 'voice',
      mediaClassification: 'immediate',
      intervalStart: start,
      serviceLevelSeconds: 20,
      contactsReceived: 10,
      handledShort: 6,
      handledLong: 2,
      abandonedShort: 1,
      abandonedLong: 1,
      handleTimeSeconds: 1545.5,
      holdTimeSeconds: 45,
      workTimeSeconds: 310,
      queueDelayTimeSeconds: 100,
      serviceLevelPercent: 60,
      backlog: null,
      backlogExpired: null,
      backlogUnexpired: null,
      rightPartyContacts: null,
      rightPartyTalkTimeSeconds: null,
      rightPartyWorkTimeSeconds: null,
      wrongPartyContacts: null,
      wrongPartyTalkTimeSeconds: null,
      wrongPartyWorkTimeSeconds: null,
      active: null,
    });
    expect(Object.keys(record)).toEqual(Object.keys(queueRecordSchema.properties));
    expect(Value.Check(queueRecordSchema, record)).toBe(true);
  });

  it('sends zeros for figures Connect cannot supply where the settings ask for it', () => {
    const record = mapQueue({}, { figures: { missingFigures: 'zero' } });
    expect(record).toMatchObject({ backlog: 0, rightPartyContacts: 0, wrongPartyWorkTimeSeconds: 0, active: null });
    expect(Value.Check(queueRecordSchema, record)).toBe(true);
  });

  it('sends null, not zero, for columns the report lacks', () => {
    expect(mapQueue({})).toMatchObject({
      handleTimeSeconds: null,
      holdTimeSeconds: null,
      workTimeSeconds: null,
      queueDelayTimeSeconds: null,
    });
  });

  it('names each column to add for a figure that is null', () => {
    const { records, notes } = mapRows([without(qrRow, 'Contacts queued')]);
    expect(records[0]).toMatchObject({ contactsReceived: null, serviceLevelPercent: null, handledShort: 6 });
    expect(notes.filter(({ code }) => code === 'absent-column').map(({ message }) => message)).toEqual([
      'contactsReceived, serviceLevelPercent are null: add "Contacts queued" to the report.',
      'handleTimeSeconds is null: add "Agent interaction time" and "Customer hold time" to the report.',
      'holdTimeSeconds is null: add "Customer hold time" to the report.',
      'workTimeSeconds is null: add "After contact work time" to the report.',
      'queueDelayTimeSeconds is null: add "Average queue answer time" to the report.',
    ]);
  });

  it('sends null for the contacts abandoned late where those abandoned in time are not told, or all of them', () => {
    expect(mapQueue({ 'Contacts abandoned in 20 seconds': '-' })).toMatchObject({
      ...{ abandonedShort: null, abandonedLong: null },
    });
    expect(mapQueue({ 'Contacts abandoned': '-' })).toMatchObject({ abandonedShort: null, abandonedLong: null });
  });

  it('says which contacts in time are more than all of them', () => {
    const { notes } = mapRows([
      { ...qrRow, 'Contacts answered in 20 seconds': 9, 'Contacts abandoned in 20 seconds': 3 },
    ]);
    const beginning = 'Queue "Sales" has more contacts';
    expect(notes.map(({ code, message }) => [code, message])).toEqual(
      expect.arrayContaining([
        [
          'answered-in-time-above-all',
          `${beginning} answered within the service level than handled at all: sent as all of them.`,
        ],
        [
          'abandoned-in-time-above-all',
          `${beginning} abandoned within the service level than abandoned at all: sent as all of them.`,
        ],
      ]),
    );
  });

  it('prefers incoming contacts for voice', () => {
    const row = { 'Contacts handled incoming': 7, 'Average queue answer time': 10 };
    expect(mapQueue(row)).toMatchObject({ handledShort: 6, handledLong: 1, queueDelayTimeSeconds: 70 });
  });

  it('counts all handled contacts for chat, since new chats are not incoming', () => {
    const row = { Channel: 'CHAT', 'Contacts handled incoming': 0 };
    expect(mapQueue(row)).toMatchObject({
      mediaType: 'chat',
      mediaClassification: 'deferrable',
      handledShort: 6,
      handledLong: 2,
    });
  });

  it('raises contacts received to handled + abandoned, with a note of likely causes', () => {
    const report = mapRows([{ ...qrRow, 'Contacts queued': 9 }]);
    expect(report.records[0]).toMatchObject({ contactsReceived: 10 });
    const note = report.notes.find(({ code }) => code === 'received-raised');
    expect(note?.message).toContain('callbacks, transfers out of the queue');
  });

  it('can take handled + abandoned for contacts received', () => {
    const figures = { contactsReceived: 'handledPlusAbandoned' } as const;
    expect(mapQueue({ 'Contacts queued': 30 }, { figures }).contactsReceived).toBe(10);
  });

  it('sends at most all contacts as answered or abandoned in time, with notes', () => {
    const report = mapRows([{ ...qrRow, 'Contacts answered in 20 seconds': 9, 'Contacts abandoned in 20 seconds': 3 }]);
    expect(report.records[0]).toMatchObject({ handledShort: 8, handledLong: 0, abandonedShort: 2, abandonedLong: 0 });
    expect(noteCodes(report)).toEqual(
      expect.arrayContaining(['answered-in-time-above-all', 'abandoned-in-time-above-all']),
    );
  });

  it.each([
    ['handledShortOfReceived', 60],
    ['handledShortOfReceivedLessAbandonedShort', 66.6667],
    ['handledAndAbandonedShortOfReceived', 70],
  ] as const)('rates the service level as %s', (serviceLevel, percent) => {
    expect(mapQueue({}, { figures: { serviceLevel } }).serviceLevelPercent).toBe(percent);
  });

  it('rates no service level where nothing was received', () => {
    const nothing = Object.fromEntries(Object.keys(qrRow).map((heading) => [heading, 0]));
    expect(mapQueue(nothing)).toMatchObject({ contactsReceived: 0, handledShort: 0, serviceLevelPercent: null });
    const figures = { serviceLevel: 'handledShortOfReceivedLessAbandonedShort' } as const;
    const allAbandoned = {
      'Contacts queued': 2,
      'Contacts handled': 0,
      'Contacts answered in 20 seconds': 0,
      'Contacts abandoned in 20 seconds': 2,
    };
    expect(mapQueue(allAbandoned, { figures }).serviceLevelPercent).toBeNull();
  });

  it('keeps a blank count blank and does not take it for zero', () => {
    expect(mapQueue({ 'Contacts answered in 20 seconds': '-' })).toMatchObject({
      handledShort: null,
      handledLong: null,
      serviceLevelPercent: null,
      abandonedShort: 1,
    });
    expect(mapQueue({ 'Contacts queued': '' })).toMatchObject({ contactsReceived: null, serviceLevelPercent: null });
  });

  it('rounds seconds to the millisecond', () => {
    expect(mapQueue({ 'Contacts handled': 3, 'Average queue answer time': 0.1 }).queueDelayTimeSeconds).toBe(0.3);
  });
});
