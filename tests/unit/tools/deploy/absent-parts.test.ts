import { describe, expect, it } from '@jest/globals';
import { absent, removeAbsentParts } from '../../../../tools/deploy/absent-parts.ts';

describe('removeAbsentParts', () => {
  it('takes absent entries out of lists and absent properties out of objects, at every depth', () => {
    const value = {
      kept: { Ref: 'StagingBucket' },
      gone: { ...absent },
      Statement: [{ Action: 's3:GetObject' }, { ...absent }, { Action: 'sqs:SendMessage', Condition: { ...absent } }],
    };
    removeAbsentParts(value);
    expect(value).toEqual({
      kept: { Ref: 'StagingBucket' },
      Statement: [{ Action: 's3:GetObject' }, { Action: 'sqs:SendMessage' }],
    });
  });

  it('keeps what merely is empty: null, false, 0, empty text, empty list', () => {
    const value = { none: null, off: false, zero: 0, text: '', list: [] };
    removeAbsentParts(value);
    expect(value).toEqual({ none: null, off: false, zero: 0, text: '', list: [] });
  });

  it('comes to the same for a part that stands in two places', () => {
    const shared = { Policies: [{ ...absent }, 1] };
    const value = { one: shared, other: shared };
    removeAbsentParts(value);
    expect(value).toEqual({ one: { Policies: [1] }, other: { Policies: [1] } });
  });
});
