import { describe, expect, it } from '@jest/globals';
import { createFingerprint, fingerprint } from '../../../../functions/lib/domain/fingerprint.ts';

describe('fingerprint', () => {
  it('is the same for the same parts, by whichever way they are added', () => {
    const parts = createFingerprint();
    for (const part of ['a', 'b']) parts.add(part);
    expect(parts.finish()).toBe(fingerprint(['a', 'b']));
    expect(fingerprint(['a', 'b'])).toMatch(/^[0-9a-f]{32}$/);
  });

  it('tells the same text in other parts apart', () => {
    const seen = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], []].map((parts) => fingerprint(parts));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('has the length asked for, and a longer one begins with a shorter one', () => {
    expect(fingerprint(['a'], 12)).toBe(fingerprint(['a'], 64).slice(0, 12));
    expect(fingerprint(['a'], 64)).toHaveLength(64);
  });
});
