import { describe, expect, it } from '@jest/globals';
import { toJsonText, toPlainText, toPlainValue } from '../../../../tools/ops/plain-text.ts';

describe('toPlainText', () => {
  it('shows what would steer a terminal instead of sending it there', () => {
    expect(toPlainText('a\u001b[2Jb\u0007\u009b31m')).toBe(String.raw`a\u001b[2Jb\u0007\u009b31m`);
    expect(toPlainText('QR\u202egnp.exe\u2066')).toBe(String.raw`QR\u202egnp.exe\u2066`);
  });

  it('keeps a text on one line, and letters of every language as they are', () => {
    expect(toPlainText('a\r\nb\tc\nd')).toBe('a b c d');
    expect(toPlainText('Größe 顧客 –')).toBe('Größe 顧客 –');
  });
});

describe('toPlainValue', () => {
  it('reaches every text of a value, keys too, and leaves the rest alone', () => {
    const value = { list: [{ name: '\u001b[0m', count: 3, none: null }], 'k\u001b': true };
    expect(toPlainValue<unknown>(value)).toEqual({
      list: [{ name: String.raw`\u001b[0m`, count: 3, none: null }],
      [String.raw`k\u001b`]: true,
    });
  });
});

describe('toJsonText', () => {
  it('means the same value and holds nothing a terminal would act on', () => {
    const value = { name: 'x\u009b31m\u202e\n\u007f' };
    const text = toJsonText(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).not.toMatch(/[\u007f-\u009f\u202e]/);
  });
});
