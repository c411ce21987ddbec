import { describe, expect, it } from '@jest/globals';
import { findNearestWord } from '../../../../tools/deploy/nearest-word.ts';

const known = ['SubnetId1', 'SubnetId2', 'VpcId', 'keep', 'reports', 'timeoutSeconds'];

describe('findNearestWord', () => {
  it.each([
    ['a letter too few', 'report', 'reports'],
    ['two letters exchanged', 'rpeorts', 'reports'],
    ['other capitals', 'VPCID', 'VpcId'],
    ['the beginning alone', 'timeout', 'timeoutSeconds'],
    ['the very word among similar ones', 'SubnetId2', 'SubnetId2'],
  ])('finds a word with %s', (_, typed, nearest) => {
    expect(findNearestWord(typed, known)).toBe(nearest);
  });

  it.each(['colour', 'x', ''])('finds nothing near "%s"', (typed) => {
    expect(findNearestWord(typed, known)).toBeUndefined();
  });
});
