import { describe, expect, it } from '@jest/globals';
import { matchesPattern, objectCreatedPattern } from '../../../../../tools/local/aws/event-rule.ts';

const createEvent = (bucket: string, key: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: bucket }, object: { key, size: 1 } },
});

describe('matchesPattern', () => {
  const pattern = objectCreatedPattern('reports', 'connect/demo/Reports/');

  it('takes a new object of the bucket below the prefix', () => {
    expect(matchesPattern(pattern, createEvent('reports', 'connect/demo/Reports/QR.csv'))).toBe(true);
  });

  it.each([
    ['another bucket', createEvent('other', 'connect/demo/Reports/QR.csv')],
    ['another prefix', createEvent('reports', 'connect/demo/Recordings/QR.csv')],
    [
      'another kind of event',
      { ...createEvent('reports', 'connect/demo/Reports/QR.csv'), 'detail-type': 'Object Deleted' },
    ],
    ['an event without detail', { source: 'aws.s3', 'detail-type': 'Object Created' }],
  ])('leaves %s', (_what, event) => {
    expect(matchesPattern(pattern, event)).toBe(false);
  });

  it('knows suffix and exists', () => {
    expect(matchesPattern({ key: [{ suffix: '.csv' }] }, { key: 'a.csv' })).toBe(true);
    expect(matchesPattern({ error: [{ exists: false }] }, { key: 'a.csv' })).toBe(true);
    expect(matchesPattern({ error: [{ exists: true }] }, { key: 'a.csv' })).toBe(false);
  });

  it('refuses an operator it does not know instead of matching nothing', () => {
    expect(() => matchesPattern({ key: [{ 'anything-but': 'x' }] }, { key: 'a' })).toThrow(/anything-but/);
  });
});
