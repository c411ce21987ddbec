// EventBridge's rule: picks events by pattern.
import { isJsonObject, type JsonValue } from './json-value.ts';

function matchesValue(wanted: JsonValue, value: JsonValue | undefined): boolean {
  if (!isJsonObject(wanted)) return value === wanted;
  const [[operator, operand] = ['', null], ...others] = Object.entries(wanted);
  if (others.length > 0) throw new Error(`Event pattern: expected one operator, found ${JSON.stringify(wanted)}`);
  if (operator === 'exists') return (value !== undefined) === operand;
  if (operator === 'anything-but' && Array.isArray(operand)) return value !== undefined && !operand.includes(value);
  if (typeof operand === 'string') {
    if (operator === 'prefix') return typeof value === 'string' && value.startsWith(operand);
    if (operator === 'suffix') return typeof value === 'string' && value.endsWith(operand);
  }
  throw new Error(
    `Event pattern: the local stack knows exact values, prefix, suffix, exists and lists of anything-but; found ${JSON.stringify(wanted)}`,
  );
}

/**
 * Every field of the pattern must match one of its listed values; fields the pattern does not name are not looked at. Of the
 * patterns below `$or` one is enough.
 * @throws Error for an operator that EventBridge has and the local stack has not
 */
export function matchesPattern(pattern: JsonValue, event: JsonValue | undefined): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? event : [event];
    return pattern.some((wanted) => values.some((value) => matchesValue(wanted, value)));
  }
  if (!isJsonObject(pattern)) throw new Error(`Event pattern: expected a list, found ${JSON.stringify(pattern)}`);
  const fields = isJsonObject(event) ? event : {};
  return Object.entries(pattern).every(([field, inner]) =>
    field === '$or' && Array.isArray(inner)
      ? inner.some((alternative) => matchesPattern(alternative, fields))
      : matchesPattern(inner, fields[field]),
  );
}

/** The connector's rule: new objects of one bucket below one prefix. */
export function objectCreatedPattern(bucket: string, prefix: string): JsonValue {
  return {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [bucket] }, object: { key: [{ prefix }] } },
  };
}
