// Short names for content: the same content always has the same one.
import { createHash } from 'node:crypto';

/** First `length` hex digits of the SHA-256 over the parts; a separator keeps ('ab','c') apart from ('a','bc'). */
export function fingerprint(parts: readonly string[], length = 32): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\u0000');
  return hash.digest('hex').slice(0, length);
}
