import { describe, expect, it } from '@jest/globals';
import { mapRows, qrRow } from './report-case.ts';

const rejectsOf = (...input: Parameters<typeof mapRows>) =>
  mapRows(...input).rejects.map(({ lineNumber, rule, reason, column, value }) => ({
    ...{ lineNumber, rule, reason, column, value },
  }));

describe('rows of one interval that do not go together are rejected', () => {
  it('for two channels, with the lines and the column', () => {
    const rows = ['VOICE', 'CHAT'].map((Channel) => ({ Channel, ...qrRow }));
    const reason = 'expected one channel in an interval, found voice and chat in lines 2, 3';
    expect(rejectsOf(rows)).toEqual(
      [2, 3].map((lineNumber) => ({ lineNumber, rule: 'mixed-channel', reason, column: 'Channel', value: null })),
    );
  });

  it('for two channels in an agent report too', () => {
    const rows = ['VOICE', 'CHAT'].map((Channel) => ({ Channel, 'Contacts handled': 1 }));
    expect(rejectsOf(rows, { kind: 'AQR' }).map(({ rule }) => rule)).toEqual(['mixed-channel', 'mixed-channel']);
  });

  it('not where one of them leaves the channel blank', () => {
    const rows = ['CHAT', ''].map((Channel, index) => ({ Channel, 'Routing Profile': `P${index}`, ...qrRow }));
    const report = mapRows(rows);
    expect(report.rejects).toEqual([]);
    expect(report.records).toMatchObject([{ mediaType: 'chat', contactsReceived: 20 }]);
  });

  it('for voice and chat queues under one name, with the lines', () => {
    const queues = [
      { name: 'Sales', hubQueue: 'All', mediaType: 'voice' as const },
      { name: 'Web', hubQueue: 'All', mediaType: 'chat' as const },
    ];
    const reason = 'the settings map voice and chat queues to the one hub queue "All": lines 2, 3';
    expect(rejectsOf([qrRow, { ...qrRow, Queue: 'Web' }], { queues })).toEqual(
      [2, 3].map((lineNumber) => ({ lineNumber, rule: 'mixed-media-type', reason, column: null, value: null })),
    );
  });

  it.each([
    [10, '2, 3, 4, 5, 6, 7, 8, 9, 10, 11'],
    [11, '2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …'],
  ])('of %d rows with the first ten lines', (count, lines) => {
    const rows = Array.from({ length: count }, (_, index) => ({
      ...{ Channel: index === 0 ? 'VOICE' : 'CHAT', 'Routing Profile': `P${index}`, ...qrRow },
    }));
    expect(rejectsOf(rows)[0]?.reason).toBe(
      `expected one channel in an interval, found voice and chat in lines ${lines}`,
    );
  });

  it('for a second direction, with what to do about it', () => {
    const [fault] = rejectsOf([{ ...qrRow, 'Contacts handled outbound': 2, 'Callback contacts': 1 }]);
    expect(fault).toEqual({
      ...{ lineNumber: 2, rule: 'mixed-direction', column: 'Contacts handled outbound', value: '2' },
      reason:
        'queue "Sales" has 2 outbound and 1 callback contacts in this interval; the hub takes one direction per queue: give them a queue of their own, or set figures.mixedDirection to inboundOnly',
    });
  });

  it('for a second direction, noted once a queue that has it, and counted by queue', () => {
    const later = { StartInterval: '2026-11-22T10:15:00.000Z', EndInterval: '2026-11-22T10:30:00.000Z' };
    const mixed = { ...qrRow, 'Contacts handled outbound': 2 };
    const report = mapRows([mixed, { ...mixed, ...later }, { ...mixed, Queue: 'Web' }, { ...qrRow, Queue: 'Shop' }]);
    expect(report).toMatchObject({ recordCount: 1, mixedDirectionQueues: ['Sales', 'Web'] });
    expect(report.notes.filter(({ code }) => code === 'mixed-direction')).toEqual([
      {
        ...{ code: 'mixed-direction', count: 2 },
        message: 'Queue "Sales" has outbound or callback contacts: its rows with them are rejected.',
      },
      {
        ...{ code: 'mixed-direction', count: 1 },
        message: 'Queue "Web" has outbound or callback contacts: its rows with them are rejected.',
      },
    ]);
  });

  it('for another reason without a word of directions', () => {
    const report = mapRows(['VOICE', 'CHAT'].map((Channel) => ({ Channel, ...qrRow })));
    expect(report).toMatchObject({ recordCount: 0, mixedDirectionQueues: [] });
    expect(report.notes.map(({ code }) => code)).not.toContain('mixed-direction');
  });
});
