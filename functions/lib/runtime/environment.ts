// What a function is told by its environment: names of resources, never secrets.
import { ConfigError } from '../domain/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {ConfigError} naming the variable */
export function requireVariable(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') {
    throw new ConfigError(`The environment variable ${name} is missing: the stack was not deployed completely`);
  }
  return value;
}
