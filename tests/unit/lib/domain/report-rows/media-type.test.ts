import { describe, expect, it } from '@jest/globals';
import { mapRows, noteCodes, qrRow, without } from './report-case.ts';

const later = { StartInterval: '2026-11-22T10:15:00.000Z', EndInterval: '2026-11-22T10:30:00.000Z' };
const mediaTypes = (...args: Parameters<typeof mapRows>) =>
  mapRows(...args).records.map((record) => ('mediaType' in record ? record.mediaType : null));

describe('media type of a queue', () => {
  it('is voice where nothing says otherwise', () => {
    expect(mediaTypes([qrRow])).toEqual(['voice']);
  });

  it('is what the settings say, before any column', () => {
    const queues = [{ name: 'Sales', mediaType: 'voice' as const }];
    expect(mediaTypes([{ ...qrRow, Channel: 'CHAT', 'API contacts': 5 }], { queues })).toEqual(['voice']);
  });

  it('is the Channel column, in any case of letters', () => {
    expect(mediaTypes([{ Channel: 'chat', ...qrRow }])).toEqual(['chat']);
    expect(mediaTypes([{ Channel: 'VOICE', ...qrRow, 'API contacts': 5 }])).toEqual(['voice']);
  });

  it('is chat in every interval where one row of the file has API contacts, with a note to list the queue', () => {
    const report = mapRows([
      { ...qrRow, 'API contacts handled': 0 },
      { ...qrRow, ...later, 'API contacts handled': 3 },
    ]);
    expect(report.records).toMatchObject([{ mediaType: 'chat' }, { mediaType: 'chat' }]);
    expect(report.notes.find(({ code }) => code === 'taken-for-chat')?.message).toContain('"Sales"');
  });

  it('is chat where more were handled than incoming + outbound + callback, if all four columns are there', () => {
    const row = { ...qrRow, 'Contacts handled': 8, 'Contacts handled incoming': 1, 'Contacts handled outbound': 0 };
    expect(mediaTypes([{ ...row, 'Callback contacts': '-' }])).toEqual(['chat']);
    expect(mediaTypes([row])).toEqual(['voice']);
  });

  it('is decided queue by queue', () => {
    expect(
      mediaTypes([{ ...qrRow, 'API contacts': 2, Queue: 'Web' }, qrRow].map((row) => ({ 'API contacts': 0, ...row }))),
    ).toEqual(['voice', 'chat']);
  });

  it('goes by the channel of the row in a queue with voice and chat in different intervals', () => {
    expect(
      mediaTypes([
        { Channel: 'VOICE', ...qrRow },
        { Channel: 'CHAT', ...qrRow, ...later },
      ]),
    ).toEqual(['voice', 'chat']);
  });

  it('is the channel of the queue’s other rows where the cell is blank', () => {
    expect(
      mediaTypes([
        { Channel: '', ...qrRow },
        { Channel: 'CHAT', ...qrRow, ...later },
      ]),
    ).toEqual(['chat', 'chat']);
  });

  it('decides the handled contacts of agent queue rows too', () => {
    const row = { Channel: 'CHAT', 'Contacts handled': 4, 'Contacts handled incoming': 1 };
    expect(mapRows([row], { kind: 'AQR' }).records).toMatchObject([{ contactsHandled: 4 }]);
    expect(mapRows([{ ...row, Channel: 'VOICE' }], { kind: 'AQR' }).records).toMatchObject([{ contactsHandled: 1 }]);
  });

  it('leaves a chat queue without Contacts handled null, with a note naming the column', () => {
    const row = without(qrRow, 'Contacts handled');
    const report = mapRows([{ Channel: 'CHAT', ...row, 'Contacts handled incoming': 0 }]);
    expect(report.records).toMatchObject([{ handledShort: null, handledLong: null }]);
    const isNoted = ({ code, message }: { code: string; message: string }) =>
      code === 'absent-column' && message.startsWith('Contacts handled of chat queue "Sales" are null');
    expect(report.notes.filter(isNoted)).toHaveLength(1);
    expect(noteCodes(report)).toContain('absent-column');
    const chatWithAll = mapRows([{ Channel: 'CHAT', ...qrRow, 'Contacts handled incoming': 0 }]);
    const voice = mapRows([{ Channel: 'VOICE', ...row, 'Contacts handled incoming': 0 }]);
    expect([chatWithAll, voice].flatMap(({ notes }) => notes.filter(isNoted))).toEqual([]);
  });
});
