import { describe, expect, it } from '@jest/globals';
import {
  findMissingIntervals,
  type MissingEntry,
  type SeriesLook,
  type WatchedState,
} from '../../../../../functions/lib/domain/coverage/missing-intervals.ts';
import type { MissingStatus } from '../../../../../schemas/checkpoint-items.ts';

const dayMs = Date.parse('2026-11-22T00:00:00.000Z');
const startMs = (quarter: number) => dayMs + quarter * 900_000;
const start = (quarter: number) => new Date(startMs(quarter)).toISOString();
const now = '2026-11-22T12:00:00.000Z';
const entry = (quarter: number, status: MissingStatus, healedAt: string | null = null): MissingEntry => ({
  ...{ intervalStart: start(quarter), status, firstNoticedAt: '2026-11-22T01:00:00.000Z', healedAt },
});

/** Quarters 4 to 9 are expected; states by quarter, delivered where none is given. */
function look(
  states: Record<number, WatchedState>,
  entries: readonly MissingEntry[] = [],
  changes: Partial<SeriesLook> = {},
) {
  return findMissingIntervals({
    range: { fromMs: startMs(4), untilMs: startMs(10) },
    watchStartMs: startMs(0),
    judge: (ms) => states[(ms - dayMs) / 900_000] ?? 'delivered',
    entries,
    nowMs: Date.parse(now),
    ...changes,
  });
}

describe('findMissingIntervals', () => {
  it('enters a hole with the instant it was noticed first', () => {
    const { missing, changes } = look({ 5: 'missing', 7: 'missing' });
    expect(missing).toEqual([start(5), start(7)]);
    expect(changes).toEqual(
      [5, 7].map((quarter) => ({
        ...{ intervalStart: start(quarter), status: 'MISSING', firstNoticedAt: now, healedAt: null },
      })),
    );
  });

  it('writes nothing when nothing has changed', () => {
    const { missing, changes } = look({ 5: 'missing' }, [entry(5, 'MISSING')]);
    expect([missing, changes]).toEqual([[start(5)], []]);
  });

  it.each(['delivered', 'empty', 'late', 'reloaded', 'healed'] as const)('closes a hole that is %s now', (state) => {
    const { missing, changes } = look({ 5: state }, [entry(5, 'MISSING')]);
    expect(missing).toEqual([]);
    expect(changes).toEqual([{ ...entry(5, 'HEALED', now) }]);
  });

  it('tells a file that came and was not delivered from a missing one, and enters only what was missing before', () => {
    const states = { 4: 'arrived', 5: 'failed', 6: 'quarantined', 7: 'quarantined' } as const;
    const found = look(states, [entry(7, 'MISSING')]);
    expect(found).toMatchObject({ missing: [], arrivedCount: 1, failedCount: 1, quarantinedCount: 2 });
    expect(found.uncovered).toEqual([4, 5, 6, 7].map(start));
    expect(found.changes).toEqual([entry(7, 'QUARANTINED')]);
  });

  it('misses the interval of a quarantined file once its message has left the queue, after 14 days', () => {
    const nowMs = Date.parse(start(6)) + 14 * 86_400_000;
    const found = look({ 4: 'quarantined', 5: 'quarantined', 6: 'quarantined' }, [], { nowMs });
    expect(found).toMatchObject({ missing: [start(4)], quarantinedCount: 2 });
  });

  it('opens an entry again whose file failed and is gone', () => {
    expect(look({ 5: 'missing' }, [entry(5, 'FAILED')]).changes).toEqual([entry(5, 'MISSING')]);
  });

  it('leaves a healed interval healed, whatever a newer upload does to it', () => {
    const found = look({ 5: 'missing', 6: 'failed' }, [entry(5, 'HEALED', now), entry(6, 'HEALED', now)]);
    expect(found).toMatchObject({ missing: [], changes: [], uncovered: [], failedCount: 0 });
  });

  it('closes what became too old, and what the settings do not expect any more', () => {
    const { missing, changes } = look(
      { 1: 'missing', 3: 'missing', 12: 'missing' },
      [entry(1, 'MISSING'), entry(3, 'MISSING'), entry(12, 'MISSING')],
      { watchStartMs: startMs(2) },
    );
    expect(missing).toEqual([]);
    expect(changes).toEqual([entry(1, 'TOO_OLD'), entry(3, 'NOT_EXPECTED'), entry(12, 'NOT_EXPECTED')]);
  });

  it('does not judge again what was too old before', () => {
    const entries = [entry(1, 'TOO_OLD'), entry(2, 'TOO_OLD')];
    const { changes } = look({ 1: 'delivered', 2: 'delivered' }, entries, { watchStartMs: startMs(2) });
    expect(changes).toEqual([entry(2, 'HEALED', now)]);
  });

  it('says of no interval that a file has to come which is too old or not expected', () => {
    const entries = [entry(1, 'MISSING'), entry(2, 'MISSING'), entry(10, 'MISSING')];
    const found = look({ 1: 'missing', 2: 'missing', 10: 'missing' }, entries, { watchStartMs: startMs(2) });
    expect(found.uncovered).toEqual([]);
    expect(found.changes).toEqual([entry(1, 'TOO_OLD'), entry(2, 'NOT_EXPECTED'), entry(10, 'NOT_EXPECTED')]);
  });

  it('closes a hole outside the watched time that is filled now', () => {
    const { changes } = look({}, [entry(1, 'MISSING')], { watchStartMs: startMs(2) });
    expect(changes).toEqual([entry(1, 'HEALED', now)]);
  });

  it('opens an entry again that the settings expect after all', () => {
    const { missing, changes } = look({ 5: 'missing' }, [entry(5, 'NOT_EXPECTED')]);
    expect([missing, changes]).toEqual([[start(5)], [entry(5, 'MISSING')]]);
  });

  it('opens an entry again that was too old until the watch looked further back', () => {
    const { missing, changes } = look({ 5: 'missing' }, [entry(5, 'TOO_OLD')]);
    expect([missing, changes]).toEqual([[start(5)], [entry(5, 'MISSING')]]);
  });
});
