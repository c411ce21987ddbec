// Names, keys and causes come from outside: nothing in them may move the cursor, recolour the terminal or reorder a line.

// C0 and C1 controls, DEL, and the marks that turn the direction of writing.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const toEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One line of text: line breaks and tabs become blanks, everything else unprintable its `\u` escape. */
export function toPlainText(text: string): string {
  return text.replaceAll(/\r\n|[\r\n\t]/g, ' ').replaceAll(unprintable, toEscape);
}

/** The same value with every text in it made plain. */
export function toPlainValue<T>(value: T): T;
export function toPlainValue(value: unknown): unknown {
  if (typeof value === 'string') return toPlainText(value);
  if (Array.isArray(value)) return value.map((inner: unknown) => toPlainValue(inner));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [toPlainText(key), toPlainValue(inner)]),
  );
}

/** JSON that means the same and is safe on a terminal: what JSON leaves as it is although it is unprintable is escaped. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(unprintable, (character) =>
    character === '\n' ? character : toEscape(character),
  );
}
