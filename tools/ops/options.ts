// Values of options that are more than words.
import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers within bounds, for commander. */
export function parseCount(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : NaN;
    if (count >= minimum && count <= maximum) return count;
    throw new InvalidArgumentError(`Expected a whole number from ${minimum} to ${maximum}.`);
  };
}
