import { describe, expect, it } from '@jest/globals';
import { noteVanishedRecords } from '../../../../../functions/lib/domain/delivery/vanished-records.ts';

const interval = (hour: number, vanishedRecordCount: number) => ({
  ...{ intervalStart: `2026-11-22T${hour}:00:00.000Z`, contentHash: 'h', recordCount: 1, action: 'send' as const },
  vanishedRecordCount,
});

describe('noteVanishedRecords', () => {
  it('says nothing when no interval has fewer records than before', () => {
    expect(noteVanishedRecords([interval(10, 0), interval(11, 0)])).toEqual([]);
  });

  it('counts the records and names the first interval', () => {
    const [note] = noteVanishedRecords([interval(10, 0), interval(11, 2), interval(12, 1)]);
    expect(note).toMatchObject({ code: 'vanished-records', count: 3 });
    expect(note?.message).toContain('2 intervals, the first 2026-11-22T11:00:00.000Z');
  });
});
