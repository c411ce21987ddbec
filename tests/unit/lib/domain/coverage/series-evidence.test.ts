import { describe, expect, it } from '@jest/globals';
import { createIntervalJudge } from '../../../../../functions/lib/domain/coverage/interval-coverage.ts';
import { undeliveredOutcomes } from '../../../../../functions/lib/domain/coverage/missing-intervals.ts';
import {
  toSeriesEvidence,
  type KnownArrival,
  type SeriesFacts,
} from '../../../../../functions/lib/domain/coverage/series-evidence.ts';
import type { CoverageStatus } from '../../../../../schemas/checkpoint-items.ts';

const at = (clock: string) => `2026-11-22T${clock}:00.000Z`;
const version = (uploadedAt: string) => `${uploadedAt}|${uploadedAt}|${uploadedAt}`;
const arrival = (
  clock: string,
  status: CoverageStatus,
  verdict: KnownArrival['spacing']['verdict'] = 'next',
): KnownArrival => ({
  ...{ runTime: at(clock), status, sourceVersion: version(at(clock)) },
  spacing: { verdict, missing: [], missingCount: 0 },
});
const rows = (clock: string, uploadedClock: string, isDelivered = true, series = 'QR') => ({
  ...{ intervalStart: at(clock), series, isDelivered, sourceVersion: version(at(uploadedClock)) },
});
const judge = (clock: string, changes: Partial<SeriesFacts>) =>
  createIntervalJudge(
    toSeriesEvidence({
      ...{ series: 'QR', isOnlySeries: true, lookBackMinutes: 15, arrivals: [], intervals: [], otherFiles: [] },
      nowMs: Date.parse(at('12:00')),
      ...changes,
    }),
    undeliveredOutcomes,
  )(Date.parse(at(clock)));

describe('the judge of an interval, by what the ledgers tell', () => {
  it('tells an own file with rows from one without', () => {
    const arrivals = [arrival('10:15', 'DELIVERED')];
    expect(judge('10:00', { arrivals })).toBe('empty');
    expect(judge('10:00', { arrivals, intervals: [rows('10:00', '10:15')] })).toBe('delivered');
  });

  it('tells an own file that came behind later ones, and one that was reloaded', () => {
    const intervals = [rows('10:00', '10:15')];
    expect(judge('10:00', { arrivals: [arrival('10:15', 'DELIVERED', 'backfill')], intervals })).toBe('late');
    expect(judge('10:00', { arrivals: [arrival('10:15', 'DELIVERED', 'reload')], intervals })).toBe('reloaded');
    expect(judge('10:00', { arrivals: [arrival('10:15', 'RECEIVED', 'backfill')] })).toBe('arrived');
  });

  it('takes rows of a delivered file for there, also where the hub refused some of them', () => {
    const facts = { arrivals: [arrival('10:45', 'DELIVERED')], intervals: [rows('10:00', '10:45', false)] };
    expect(judge('10:00', facts)).toBe('healed');
  });

  it('heals by the look-back of a later delivered file, and not by one under way', () => {
    expect(judge('10:00', { arrivals: [arrival('10:45', 'DELIVERED')], lookBackMinutes: 60 })).toBe('healed');
    expect(judge('10:00', { arrivals: [arrival('10:45', 'RECEIVED')], lookBackMinutes: 60 })).toBe('missing');
  });

  it('believes a file to be under way for as long as an execution can run', () => {
    expect(judge('10:00', { arrivals: [arrival('10:15', 'RECEIVED')] })).toBe('arrived');
    const facts = { arrivals: [arrival('10:15', 'RECEIVED')], nowMs: Date.parse('2026-11-22T23:16:00.000Z') };
    expect(judge('10:00', facts)).toBe('missing');
  });

  it('believes rows of an undelivered later file to be under way for as long', () => {
    const intervals = [rows('10:00', '10:45', false)];
    expect(judge('10:00', { intervals })).toBe('arrived');
    expect(judge('10:00', { intervals, nowMs: Date.parse('2026-11-23T00:00:00.000Z') })).toBe('missing');
  });

  it('tells a file that was quarantined from one under way, however long ago', () => {
    const arrivals = [arrival('10:15', 'QUARANTINED')];
    expect(judge('10:00', { arrivals })).toBe('quarantined');
    expect(judge('10:00', { arrivals, nowMs: Date.parse('2026-11-23T12:00:00.000Z') })).toBe('quarantined');
  });

  it('does not take rows of a quarantined file for there', () => {
    const facts = { arrivals: [arrival('10:45', 'QUARANTINED')], intervals: [rows('10:00', '10:45', false)] };
    expect(judge('10:00', { ...facts, nowMs: Date.parse('2026-11-23T12:00:00.000Z') })).toBe('missing');
  });

  it('hears of files that never reached the ledger', () => {
    const otherFiles = [{ runTime: at('10:15'), outcome: 'failed' }] as const;
    expect(judge('10:00', { otherFiles })).toBe('failed');
    expect(judge('10:00', { otherFiles, arrivals: [arrival('10:15', 'RECEIVED')] })).toBe('failed');
    expect(judge('10:00', { otherFiles, arrivals: [arrival('10:15', 'DELIVERED')] })).toBe('empty');
  });

  it('takes a reload file for the figures of the only series of its kind', () => {
    const intervals = [rows('10:00', '11:00', true, '(reload)'), rows('10:00', '11:00', true, 'QR-Sales')];
    expect(judge('10:00', { intervals })).toBe('reloaded');
    expect(judge('10:00', { intervals, isOnlySeries: false })).toBe('missing');
  });
});
