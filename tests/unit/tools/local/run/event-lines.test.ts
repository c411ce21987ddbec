import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitEventLines } from '../../../../../tools/local/run/event-lines.ts';

const textsOf = (text: string) =>
  splitEventLines('f', Buffer.from(text)).map(({ bytes }) => Buffer.from(bytes).toString());

describe('splitEventLines', () => {
  it.each([
    ['a\nb\n', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a\r\r\nb', ['a\r', 'b']],
    ['a\rb', ['a\rb']],
    ['a\r', ['a']],
    ['\n\r\n a \n', [' a ']],
    ['', []],
  ])('cuts %j', (text, lines) => {
    expect(textsOf(text)).toEqual(lines);
  });

  it('counts empty lines', () => {
    expect(splitEventLines('f', Buffer.from('\n\na')).map(({ file, line }) => [file, line])).toEqual([['f', 3]]);
  });

  it('keeps bytes that are no text', () => {
    const lines = splitEventLines('f', Uint8Array.of(0xff, 0x00, 0x0a, 0xfe));
    expect(lines.map(({ bytes }) => [...bytes])).toEqual([[0xff, 0x00], [0xfe]]);
  });

  it('gives back whatever lines were joined, as long as none is empty or ends in CR', () => {
    const line = fc
      .uint8Array({ minLength: 1, maxLength: 8 })
      .filter((bytes) => !bytes.includes(0x0a) && bytes.at(-1) !== 0x0d);
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), (given, end) => {
        const joined = Buffer.concat(given.flatMap((bytes) => [bytes, Buffer.from(end)]));
        expect(splitEventLines('f', joined).map(({ bytes }) => [...bytes])).toEqual(given.map((bytes) => [...bytes]));
      }),
    );
  });
});
