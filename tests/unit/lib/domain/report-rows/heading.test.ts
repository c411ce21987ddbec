import { describe, expect, it } from '@jest/globals';
import { normalizeHeading, parseThresholdHeading } from '../../../../../functions/lib/domain/report-rows/heading.ts';

describe('normalizeHeading', () => {
  it.each([
    ['Nonproductive time', 'Non-productive time'],
    ['Contacts queued', '  CONTACTS  QUEUED '],
    ['StartInterval', 'Start Interval'],
    ['Contacts queued', '\uFEFFContacts queued'],
    ['Contacts queued (enqueue timestamp)', 'Contacts queued enqueue-timestamp'],
    ['Contacts queued', 'Ｃｏｎｔａｃｔｓ queued'],
  ])('takes %j and %j for one heading', (a, b) => {
    expect(normalizeHeading(a)).toBe(normalizeHeading(b));
  });

  it('keeps the newer variant with a time stamp apart from the plain heading', () => {
    expect(normalizeHeading('Contacts queued (enqueue timestamp)')).not.toBe(normalizeHeading('Contacts queued'));
  });
});

describe('parseThresholdHeading', () => {
  it.each([
    ['Contacts answered in 20 seconds', 'answered', 20],
    ['Contacts abandoned in 15 seconds', 'abandoned', 15],
    ['contacts ANSWERED 20 seconds', 'answered', 20],
    ['Contacts answered in 2 minutes', 'answered', 120],
    ['Contacts abandoned 1 hour', 'abandoned', 3600],
    ['Contacts answered in 1 minute', 'answered', 60],
    ['Service level 30 seconds', 'serviceLevel', 30],
  ])('reads %j', (heading, measure, thresholdSeconds) => {
    expect(parseThresholdHeading(heading)).toMatchObject({ measure, thresholdSeconds });
  });

  it.each([
    'Contacts answered in X seconds',
    'Contacts answered in 0 seconds',
    'Contacts answered in 1.5 minutes',
    'Contacts answered',
    'Contacts transferred in 20 seconds',
    'Average contacts answered in 20 seconds',
  ])('does not take %j for a threshold', (heading) => {
    expect(parseThresholdHeading(heading)).toBeNull();
  });
});
