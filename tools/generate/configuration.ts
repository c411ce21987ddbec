// Writes docs/configuration.md: every setting with its values, default and meaning, from schemas/settings.ts.
import { writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { settingsSchema } from '../../schemas/settings.ts';

interface SettingShape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SettingShape>>;
  readonly required?: readonly string[];
  readonly items?: SettingShape;
}

interface SettingRow {
  readonly name: string;
  readonly values: string;
  readonly preset: string;
  readonly meaning: string;
}

function describeValues(shape: SettingShape): string {
  if (shape.enum !== undefined) return shape.enum.map((word) => `\`${word}\``).join(', ');
  if (shape.minimum !== undefined && shape.maximum !== undefined) return `${shape.minimum} … ${shape.maximum}`;
  if (shape.type === 'boolean') return '`true`, `false`';
  if (shape.type === 'array') return 'list';
  if (shape.type === 'object') return 'map';
  return 'text';
}

function describeDefault(shape: SettingShape, isRequired: boolean): string {
  if (shape.default !== undefined) return `\`${JSON.stringify(shape.default)}\``;
  return isRequired ? '**required**' : '–';
}

/** One row a setting; a list's own row is followed by its entries' fields. */
function listRows(shape: SettingShape, path: string): SettingRow[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, child]) => {
    const name = path === '' ? key : `${path}.${key}`;
    if (child.properties !== undefined) return listRows(child, name);
    const isRequired = shape.required?.includes(key) ?? false;
    const row: SettingRow = {
      name,
      values: describeValues(child),
      preset: describeDefault(child, isRequired),
      meaning: child.description ?? '',
    };
    return child.items === undefined ? [row] : [row, ...listRows(child.items, `${name}[]`)];
  });
}

const escapeCell = (text: string) => text.replaceAll('|', '\\|');

/** As the plain JSON Schema it is; TypeBox's types say less of it. */
function toSettingShape(schema: unknown): SettingShape {
  const shape: unknown = JSON.parse(JSON.stringify(schema));
  if (typeof shape !== 'object' || shape === null) throw new Error('The settings schema is no object');
  return shape;
}

/** Text of docs/configuration.md. */
export function describeConfiguration(): Promise<string> {
  const rows = listRows(toSettingShape(settingsSchema), '');
  const table = rows.map(
    ({ name, values, preset, meaning }) =>
      `| \`${name}\` | ${escapeCell(values)} | ${escapeCell(preset)} | ${escapeCell(meaning)} |`,
  );
  const text = [
    '# Settings',
    '',
    '<!-- Written by `npm run generate` from schemas/settings.ts; do not edit. -->',
    '',
    'A settings file is YAML or JSON. Only the hub address and the ACD name are needed (the local stack fills in both); everything',
    'else has the default below. A wrong key or value is refused with the key, what was expected and the allowed values.',
    '',
    '```yaml',
    'acd: { name: acme-connect }',
    'hub: { url: https://hub.example.com }',
    'queues:',
    '  - { name: Web chat, mediaType: chat }',
    'figures:',
    '  mixedDirection: inboundOnly',
    '```',
    '',
    'Locally: `npm start -- --input DIR --settings FILE`.',
    '',
    '| Setting | Values | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...table,
    '',
  ].join('\n');
  return format(text, { parser: 'markdown', printWidth: 120 });
}

if (import.meta.main) {
  await writeFile(new URL('../../docs/configuration.md', import.meta.url), await describeConfiguration());
  console.log('wrote docs/configuration.md');
}
