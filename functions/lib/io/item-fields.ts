// Reads attributes of our own table's items, and says which one is not as we wrote it.
import { ConfigError } from '../domain/errors.ts';

type Item = Readonly<Record<string, unknown>>;

function broken(item: Item, name: string, expected: string): ConfigError {
  return new ConfigError(
    `The checkpoint item ${String(item['pk'])} / ${String(item['sk'])} has no ${expected} in "${name}": it was changed by hand or by another program`,
    { context: { attribute: name } },
  );
}

/** @throws {ConfigError} */
export function readText(item: Item, name: string): string {
  const value = item[name];
  if (typeof value !== 'string') throw broken(item, name, 'text');
  return value;
}

/** @throws {ConfigError} */
export function readCount(item: Item, name: string): number {
  const value = item[name];
  if (typeof value !== 'number') throw broken(item, name, 'number');
  return value;
}

/** @throws {ConfigError} */
export function readFlag(item: Item, name: string): boolean {
  const value = item[name];
  if (typeof value !== 'boolean') throw broken(item, name, 'true or false');
  return value;
}

/** @throws {ConfigError} */
export function readTexts(item: Item, name: string): string[] {
  const value = item[name];
  if (!Array.isArray(value)) throw broken(item, name, 'list');
  return value.filter((text) => typeof text === 'string');
}

/** One of the words given. @throws {ConfigError} */
export function readWord<T extends string>(item: Item, name: string, words: readonly T[]): T {
  const word = words.find((known) => known === item[name]);
  if (word === undefined) throw broken(item, name, `one of ${words.join(', ')}`);
  return word;
}
