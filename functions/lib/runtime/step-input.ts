// A step checks its input once, at the door.
import type { Check } from '../../../schemas/check.ts';
import { StateInputError } from '../domain/errors.ts';

/**
 * The input, known to have the shape the check describes.
 * @throws {StateInputError} saying where it differs
 */
export function parseStepInput<T>(check: Check<T>, input: unknown): T {
  if (check(input)) return input;
  const finding = check.errors?.[0];
  throw new StateInputError(
    `The step's input is not usable: ${finding?.instancePath || 'input'} ${finding?.message ?? ''}. ` +
      'Start the execution again with the input of the original execution',
  );
}
