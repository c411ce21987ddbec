import { describe, expect, it } from '@jest/globals';
import { mapQueue, mapRows, noteCodes, qrRow } from './report-case.ts';

const talkHoldAndWork = { handleTime: 'talkHoldAndWork' } as const;

describe('handle time', () => {
  it('is talk + hold without after-contact work', () => {
    const row = { 'Agent interaction time': 600, 'Customer hold time': 30, 'After contact work time': 90 };
    expect(mapQueue(row).handleTimeSeconds).toBe(630);
    expect(mapQueue(row, { figures: talkHoldAndWork }).handleTimeSeconds).toBe(720);
  });

  it('is contact handle time less after-contact work where a column of talk + hold is absent', () => {
    const row = { 'Agent interaction time': 600, 'Contact handle time': 700, 'After contact work time': 90 };
    expect(mapQueue(row).handleTimeSeconds).toBe(610);
    expect(mapQueue(row, { figures: talkHoldAndWork }).handleTimeSeconds).toBe(700);
  });

  it('is contact handle time less after-contact work where talk and hold are blank', () => {
    const row = {
      'Agent interaction time': '',
      'Customer hold time': '-',
      'Contact handle time': 700,
      'After contact work time': '',
    };
    expect(mapQueue(row).handleTimeSeconds).toBe(700);
  });

  it('counts a blank hold time as nothing beside a talk time', () => {
    expect(mapQueue({ 'Agent interaction time': 600, 'Customer hold time': '-' }).handleTimeSeconds).toBe(600);
  });

  it('is null where all its columns are blank', () => {
    expect(mapQueue({ 'Agent interaction time': '-', 'Customer hold time': '' }).handleTimeSeconds).toBeNull();
    expect(mapQueue({ 'Contact handle time': '', 'After contact work time': 5 }).handleTimeSeconds).toBeNull();
  });

  it('is null where after-contact work cannot be taken out', () => {
    expect(mapQueue({ 'Contact handle time': 700 }).handleTimeSeconds).toBeNull();
  });

  it('does not go below 0, with a note', () => {
    const report = mapRows([{ ...qrRow, 'Contact handle time': 50, 'After contact work time': 90 }]);
    expect(report.records[0]).toMatchObject({ handleTimeSeconds: 0 });
    expect(noteCodes(report)).toContain('raised-to-zero');
    expect(report.notes.map(({ message }) => message)).toContain(
      'The handle time less after-contact work of queue "Sales" would be below 0 and is sent as 0.',
    );
  });

  it('is not said to be below 0 where it is 0, or below it by the noise of binary fractions', () => {
    for (const [handle, work] of [
      [90, 90],
      [0.3, 0.30000000000000004],
    ]) {
      const row = { ...qrRow, 'Contact handle time': handle!, 'After contact work time': work! };
      const report = mapRows([row]);
      expect(report.records).toMatchObject([{ handleTimeSeconds: 0 }]);
      expect(noteCodes(report)).not.toContain('raised-to-zero');
    }
  });

  it('may exceed the interval', () => {
    expect(mapQueue({ 'Agent interaction time': 5000, 'Customer hold time': 0 }).handleTimeSeconds).toBe(5000);
  });
});

describe('hold time', () => {
  it('is its own column first', () => {
    const row = { 'Customer hold time': 33, 'Average customer hold time': 9, 'Contacts put on hold': 2 };
    expect(mapQueue(row).holdTimeSeconds).toBe(33);
  });

  it('is the average of held contacts times the contacts put on hold, not times all handled', () => {
    expect(mapQueue({ 'Average customer hold time': 9, 'Contacts put on hold': 2 }).holdTimeSeconds).toBe(18);
    expect(mapQueue({ 'Average customer hold time': 9 }).holdTimeSeconds).toBeNull();
  });

  it('is the average over all contacts times the handled ones', () => {
    expect(mapQueue({ 'Average customer hold time all contacts': 4 }).holdTimeSeconds).toBe(32);
  });
});

describe('work time', () => {
  it('is its own column, else its average times the handled contacts', () => {
    expect(mapQueue({ 'After contact work time': 90, 'Average after contact work time': 1 }).workTimeSeconds).toBe(90);
    expect(mapQueue({ 'Average after contact work time': 12.25 }).workTimeSeconds).toBe(98);
  });

  it('is 0 with no contacts and a blank average, but null with contacts and a blank average', () => {
    const idle = { 'Contacts handled': 0, 'Contacts answered in 20 seconds': 0 };
    expect(mapQueue({ ...idle, 'Average after contact work time': '' }).workTimeSeconds).toBe(0);
    expect(mapQueue({ 'Average after contact work time': '' }).workTimeSeconds).toBeNull();
  });
});

describe('sums over extra dimensions', () => {
  it('weights averages row by row before the sum', () => {
    const record = mapQueue([
      { 'Routing Profile': 'A', 'Contacts handled': 8, 'Average queue answer time': 10 },
      {
        'Routing Profile': 'B',
        'Contacts handled': 2,
        'Contacts answered in 20 seconds': 1,
        'Average queue answer time': 50,
      },
    ]);
    expect(record).toMatchObject({
      contactsReceived: 20,
      handledShort: 7,
      handledLong: 3,
      abandonedShort: 2,
      queueDelayTimeSeconds: 180,
    });
  });

  it('clamps after the sum, not row by row', () => {
    const record = mapQueue([
      { 'Phone Number': '1', 'Contacts handled': 0, 'Contacts answered in 20 seconds': 1 },
      { 'Phone Number': '2', 'Contacts handled': 8, 'Contacts answered in 20 seconds': 6 },
    ]);
    expect(record).toMatchObject({ handledShort: 7, handledLong: 1 });
  });

  it('counts a blank cell of one row as nothing', () => {
    const record = mapQueue([
      { 'Routing Profile': 'A', 'Customer hold time': '-' },
      { 'Routing Profile': 'B', 'Customer hold time': 12 },
    ]);
    expect(record.holdTimeSeconds).toBe(12);
  });

  it('is null where a row has contacts but no average: the rest would be a part only', () => {
    const record = mapQueue([
      { 'Routing Profile': 'A', 'Average queue answer time': 10 },
      { 'Routing Profile': 'B', 'Average queue answer time': '-' },
    ]);
    expect(record.queueDelayTimeSeconds).toBeNull();
  });
});
