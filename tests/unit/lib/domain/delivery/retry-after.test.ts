import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseHttpDate, readRetryAfterSeconds } from '../../../../../functions/lib/domain/delivery/retry-after.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const read = (retryAfter?: string, date?: string) => readRetryAfterSeconds({ 'retry-after': retryAfter, date }, nowMs);

describe('readRetryAfterSeconds', () => {
  it.each([
    ['0', 0],
    ['120', 120],
    [' 7 ', 7],
    ['1.5', 1.5],
    ['99999999999999999999999', Number.MAX_SAFE_INTEGER],
  ])('reads %j as %d seconds', (text, seconds) => {
    expect(read(text)).toBe(seconds);
  });

  it.each([
    '',
    'soon',
    '-5',
    '+5',
    '1e3',
    '0x10',
    '5 s',
    'Infinity',
    'NaN',
    '2026-11-22T12:00:30Z',
    'Sun, 22 Nov 2026 12:00:30',
    'Sun, 31 Feb 2026 12:00:30 GMT',
    'Sun, 22 Foo 2026 12:00:30 GMT',
    'Sun, 22 Nov 2026 25:00:30 GMT',
  ])('takes %j for absent', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is absent without the header', () => {
    expect(read()).toBeUndefined();
  });

  it('[fault 21] measures a date against the Date of the answer, whatever our clock shows', () => {
    expect(read('Sun, 22 Nov 2026 12:10:30 GMT', 'Sun, 22 Nov 2026 12:10:00 GMT')).toBe(30);
    expect(read('Sun, 22 Nov 2026 11:50:30 GMT', 'Sun, 22 Nov 2026 11:50:00 GMT')).toBe(30);
  });

  it('measures a date against our clock when the answer has no Date or an unreadable one', () => {
    expect(read('Sun, 22 Nov 2026 12:00:30 GMT')).toBe(30);
    expect(read('Sun, 22 Nov 2026 12:00:30 GMT', 'yesterday')).toBe(30);
  });

  it('[fault 21] gives 0, nothing negative, for a date that has passed', () => {
    expect(read('Sun, 22 Nov 2026 11:00:00 GMT')).toBe(0);
  });

  it('never gives a negative or infinite number, whatever the header says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (retryAfter, date) => {
        const seconds = read(retryAfter, date);
        expect(seconds === undefined || (Number.isFinite(seconds) && seconds >= 0)).toBe(true);
      }),
    );
  });
});

describe('parseHttpDate', () => {
  it('reads the three legal forms as the same instant', () => {
    const instantMs = Date.parse('1994-11-06T08:49:37.000Z');
    expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT', nowMs)).toBe(instantMs);
    expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', nowMs)).toBe(instantMs);
    expect(parseHttpDate('Sun Nov  6 08:49:37 1994', nowMs)).toBe(instantMs);
  });

  it('reads back every instant that Date#toUTCString writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_799 }), (epochSeconds) => {
        const date = new Date(epochSeconds * 1000);
        expect(parseHttpDate(date.toUTCString(), nowMs)).toBe(date.getTime());
      }),
    );
  });

  it('takes a two-digit year more than 50 years ahead for the past century', () => {
    expect(parseHttpDate('Friday, 06-Nov-76 08:49:37 GMT', nowMs)).toBe(Date.parse('2076-11-06T08:49:37Z'));
    expect(parseHttpDate('Sunday, 06-Nov-77 08:49:37 GMT', nowMs)).toBe(Date.parse('1977-11-06T08:49:37Z'));
  });
});
