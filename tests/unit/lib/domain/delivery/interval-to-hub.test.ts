import { describe, expect, it } from '@jest/globals';
import {
  toIntervalToHubSeconds,
  type DeliveredFile,
} from '../../../../../functions/lib/domain/delivery/interval-to-hub.ts';

const runTime = '2026-11-20T12:00:00.000Z';
const newest = '2026-11-20T11:45:00.000Z';
const older = '2026-11-20T11:30:00.000Z';
const file = (changes: Partial<DeliveredFile> = {}): DeliveredFile => ({
  runTime,
  uploadedAt: '2026-11-20T12:15:09.000Z',
  isResend: false,
  intervals: [
    { intervalStart: older, action: 'unchanged' },
    { intervalStart: newest, action: 'send' },
  ],
  ...changes,
});
const nowMs = Date.parse('2026-11-20T12:15:20.500Z');

describe('toIntervalToHubSeconds', () => {
  it('counts from the end of the newest interval', () => {
    expect(toIntervalToHubSeconds(file(), nowMs)).toBe(920.5);
  });

  it('is not spoilt by older intervals a look-back corrects', () => {
    const corrected = { intervalStart: older, action: 'send' } as const;
    expect(toIntervalToHubSeconds(file({ intervals: [corrected] }), nowMs)).toBeNull();
    const both = [corrected, { intervalStart: newest, action: 'send' } as const];
    expect(toIntervalToHubSeconds(file({ intervals: both }), nowMs)).toBe(920.5);
    const unchanged = [corrected, { intervalStart: newest, action: 'unchanged' } as const];
    expect(toIntervalToHubSeconds(file({ intervals: unchanged }), nowMs)).toBeNull();
  });

  it('says nothing of reload files, re-sends, empty files and history uploaded later than a day', () => {
    expect(toIntervalToHubSeconds(file({ runTime: null }), nowMs)).toBeNull();
    expect(toIntervalToHubSeconds(file({ isResend: true }), nowMs)).toBeNull();
    expect(toIntervalToHubSeconds(file({ intervals: [] }), nowMs)).toBeNull();
    expect(toIntervalToHubSeconds(file({ uploadedAt: '2026-11-21T12:00:00.001Z' }), nowMs)).toBeNull();
  });

  it('counts a file that waited two days for a redrive with all of its delay', () => {
    expect(toIntervalToHubSeconds(file(), Date.parse('2026-11-22T12:00:00.000Z'))).toBe(172_800);
  });
});
