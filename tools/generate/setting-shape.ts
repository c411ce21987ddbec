// A schema as the plain JSON Schema it is; TypeBox's types say less of it.

export interface SettingShape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SettingShape>>;
  readonly required?: readonly string[];
  readonly items?: SettingShape;
}

/** @throws {Error} when the schema is no object */
export function toSettingShape(schema: unknown): SettingShape {
  const shape: unknown = JSON.parse(JSON.stringify(schema));
  if (typeof shape !== 'object' || shape === null) throw new Error('The schema is no object');
  return shape;
}
