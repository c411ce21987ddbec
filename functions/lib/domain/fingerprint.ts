// Short names for content: the same content always has the same one.
import { createHash } from 'node:crypto';

export interface Fingerprint {
  add(part: string): void;
  /** First `length` hex digits; nothing can be added afterwards. */
  finish(length?: number): string;
}

/** SHA-256 over the parts as they come; a separator keeps ('ab','c') apart from ('a','bc'). */
export function createFingerprint(): Fingerprint {
  const hash = createHash('sha256');
  return {
    add(part) {
      hash.update(part).update('\u0000');
    },
    finish: (length = 32) => hash.digest('hex').slice(0, length),
  };
}

/** The same over parts that are there already. */
export function fingerprint(parts: readonly string[], length?: number): string {
  const whole = createFingerprint();
  for (const part of parts) whole.add(part);
  return whole.finish(length);
}
