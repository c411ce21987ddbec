import { describe, expect, it } from '@jest/globals';
import { mapAgentQueue, mapQueue, mapRows, noteCodes, qrRow, without, type Row } from './report-case.ts';

const inboundOnly = { figures: { mixedDirection: 'inboundOnly' } } as const;
const mixed: Row = {
  ...qrRow,
  'Contacts handled': 10,
  'Contacts handled outbound': 2,
  'Agent interaction time': 1000,
  'Customer hold time': 40,
  'After contact work time': 300,
  'Average outbound agent interaction time': 90,
  'Average outbound after contact work time': 20,
};

describe('mixed direction, rejected by default', () => {
  it('rejects the rows of the queue and interval and names both counts', () => {
    const report = mapRows([mixed, { ...mixed, Queue: 'Support', 'Contacts handled outbound': 0 }]);
    expect(report.records).toMatchObject([{ queueValue: 'Support' }]);
    expect(report.rejects).toMatchObject([
      { rule: 'mixed-direction', lineNumber: 2, column: 'Contacts handled outbound', value: '2' },
    ]);
    expect(report.rejects[0]?.reason).toContain('queue "Sales" has 2 outbound and 0 callback contacts');
    expect(noteCodes(report)).toContain('mixed-direction');
  });

  it('rejects every row of the interval where only one of them has outbound contacts', () => {
    const report = mapRows([
      { 'Routing Profile': 'A', ...mixed },
      { 'Routing Profile': 'B', ...mixed, 'Contacts handled outbound': 0 },
    ]);
    expect(report.records).toEqual([]);
    expect(report.rejects.map(({ lineNumber, rule }) => [lineNumber, rule])).toEqual([
      [2, 'mixed-direction'],
      [3, 'mixed-direction'],
    ]);
  });

  it('takes callbacks for another direction too', () => {
    const { rejects } = mapRows([{ ...qrRow, 'Callback contacts': 1 }]);
    expect(rejects).toMatchObject([{ rule: 'mixed-direction', column: 'Callback contacts', value: '1' }]);
  });

  it('rejects agent queue rows by agent, queue and interval', () => {
    const rows = [
      { 'Contacts handled': 3, 'Contacts handled outbound': 1 },
      { 'Contacts handled': 3, 'Contacts handled outbound': 0, Agent: 'ben@example.com' },
    ];
    const report = mapRows(rows, { kind: 'AQR' });
    expect(report.records).toMatchObject([{ agentValue: 'ben@example.com' }]);
    expect(report.rejects).toHaveLength(1);
  });

  it('never quarantines a file for it', () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({ ...mixed, Queue: `Queue ${index}` }));
    expect(mapRows(rows).rejects).toHaveLength(40);
  });

  it('says which columns are needed to see the direction', () => {
    const note = mapRows([qrRow]).notes.find(({ code }) => code === 'direction-unseen');
    expect(note?.message).toContain('"Contacts handled outbound" and "Callback contacts handled"');
  });
});

describe('mixed direction, inbound only', () => {
  it('subtracts outbound count × average talk and work, with a note', () => {
    const report = mapRows([mixed], inboundOnly);
    expect(report.records[0]).toMatchObject({
      handledShort: 6,
      handledLong: 2,
      handleTimeSeconds: 860,
      workTimeSeconds: 260,
      holdTimeSeconds: 40,
    });
    expect(noteCodes(report)).toContain('inbound-only');
  });

  it('subtracts outbound work from a handle time that includes work', () => {
    const figures = { mixedDirection: 'inboundOnly', handleTime: 'talkHoldAndWork' } as const;
    expect(mapQueue(mixed, { figures }).handleTimeSeconds).toBe(1120);
  });

  it('weights the outbound average row by row', () => {
    const rows = [
      { 'Routing Profile': 'A', ...mixed },
      {
        'Routing Profile': 'B',
        ...mixed,
        'Contacts handled outbound': 1,
        'Average outbound agent interaction time': 300,
      },
    ];
    expect(mapQueue(rows, inboundOnly).handleTimeSeconds).toBe(2080 - 180 - 300);
  });

  it.each(['Average outbound agent interaction time', 'Average outbound after contact work time'])(
    'sends null, with a note, where %j is blank for outbound contacts',
    (heading) => {
      const report = mapRows([{ ...mixed, [heading]: '-' }], inboundOnly);
      const field = heading.includes('work') ? 'workTimeSeconds' : 'handleTimeSeconds';
      expect(report.records[0]).toMatchObject({ [field]: null });
      expect(noteCodes(report)).toContain('outbound-not-separable');
    },
  );

  it.each(['Average outbound agent interaction time', 'Average outbound after contact work time'])(
    'sends no handle time that includes work where %j is blank: it would hold outbound contacts',
    (heading) => {
      const figures = { mixedDirection: 'inboundOnly', handleTime: 'talkHoldAndWork' } as const;
      expect(mapQueue({ ...mixed, [heading]: '-' }, { figures }).handleTimeSeconds).toBeNull();
    },
  );

  it('says for each queue what is sent, what cannot be told apart, and which columns to add', () => {
    const messages = (row: Row) => mapRows([row], inboundOnly).notes.map(({ message }) => message);
    const inbound =
      'Queue "Sales" had outbound contacts: only the inbound part is sent. Hold time of outbound contacts';
    expect(messages(mixed)).toContain(`${inbound} cannot be told apart and stays in.`);
    const withCallbacks = messages({ ...mixed, 'Callback contacts handled': 1 });
    expect(withCallbacks).toContain(
      `${inbound} cannot be told apart and stays in; callbacks may stand in the queued and answered counts.`,
    );
    for (const time of ['handle time', 'after-contact work time']) {
      expect(withCallbacks).toContain(
        `The ${time} of queue "Sales" is null where it had outbound or callback contacts: their part cannot be told apart. Add "Average outbound agent interaction time" and "Average outbound after contact work time" to the report; callbacks have no such column.`,
      );
    }
  });

  it('says which time would be below 0 without its outbound part', () => {
    const { notes, records } = mapRows([{ ...mixed, 'Average outbound agent interaction time': 9000 }], inboundOnly);
    expect(records).toMatchObject([{ handleTimeSeconds: 0 }]);
    expect(notes.map(({ message }) => message)).toContain(
      'The handle time less outbound of queue "Sales" would be below 0 and is sent as 0.',
    );
  });

  it('sends null times, with a note, where the average columns are absent', () => {
    const row = without(mixed, 'Average outbound agent interaction time', 'Average outbound after contact work time');
    const report = mapRows([row], inboundOnly);
    expect(report.records[0]).toMatchObject({ handleTimeSeconds: null, workTimeSeconds: null });
    expect(noteCodes(report)).toContain('outbound-not-separable');
  });

  it('sends null times for callbacks, which have no average of their own', () => {
    const report = mapRows([{ ...mixed, 'Callback contacts handled': 1 }], inboundOnly);
    expect(report.records[0]).toMatchObject({
      handledShort: 6,
      handledLong: 1,
      handleTimeSeconds: null,
      workTimeSeconds: null,
    });
    expect(noteCodes(report)).toContain('outbound-not-separable');
  });

  it('takes outbound work out of an average over contacts of both directions', () => {
    const row = without(mixed, 'After contact work time');
    expect(mapQueue({ ...row, 'Average after contact work time': 30 }, inboundOnly).workTimeSeconds).toBe(260);
  });

  it('leaves rows without outbound contacts as they are, even with blank averages', () => {
    const row = { ...mixed, 'Contacts handled outbound': 0, 'Average outbound agent interaction time': '-' };
    const report = mapRows([row], inboundOnly);
    expect(report.records[0]).toMatchObject({ handleTimeSeconds: 1040, workTimeSeconds: 300 });
    expect(noteCodes(report)).not.toContain('inbound-only');
  });

  it('works on agent queue rows alike', () => {
    expect(mapAgentQueue(mixed, inboundOnly)).toMatchObject({ contactsHandled: 8, handleTimeSeconds: 860 });
  });
});
