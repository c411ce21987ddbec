import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toWord } from '../../../../../functions/lib/domain/agent-states/event-word.ts';

describe('toWord', () => {
  it('makes spaces around a word and its case no difference, the first time and ever after', () => {
    for (const text of ['LOGIN', ' login', 'Login\t', 'LOGIN']) expect(toWord(text)).toBe('login');
  });

  it('is the same for more words than are remembered, short and long', () => {
    const texts = fc.oneof(fc.string(), fc.string({ minLength: 90, maxLength: 120 }));
    fc.assert(
      fc.property(texts, fc.nat(5000), (text, others) => {
        for (let other = 0; other < others; other += 1) toWord(`Word ${other}`);
        expect(toWord(text)).toBe(text.trim().toLowerCase());
      }),
    );
  });
});
