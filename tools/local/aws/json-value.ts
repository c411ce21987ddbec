// JSON as the local services pass it on: parsed, measured and narrowed without type assertions.

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;

/** Step Functions' limit for the input or output of a state, and for the input of an execution, in bytes of UTF-8. */
export const maxStateBytes = 262_144;

/** True for what JSON.parse can return; the inner values are taken on trust. */
export function isJsonValue(value: unknown): value is JsonValue {
  return value === null || ['boolean', 'number', 'string', 'object'].includes(typeof value);
}

/** @throws SyntaxError when the text is no JSON */
export function parseJson(text: string): JsonValue {
  const value: unknown = JSON.parse(text);
  return isJsonValue(value) ? value : null;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as it looks after a trip over the wire: own copy, no undefined, dates as text; `undefined` becomes null. */
export function copyJson(value: unknown): JsonValue {
  return value === undefined ? null : parseJson(JSON.stringify(value));
}

/** Size of the value as JSON, in bytes of UTF-8. */
export function countJsonBytes(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}
