// Writes docs/configuration.md: every setting with its values, default and meaning, from schemas/customer.ts and settings.ts.
import { writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { customerSchema, customerSections } from '../../schemas/customer.ts';
import { settingsSchema } from '../../schemas/settings.ts';
import { maxStageLength } from '../deploy/customer-folder.ts';
import { toSettingShape, type SettingShape } from './setting-shape.ts';

type Properties = Readonly<Record<string, SettingShape>>;

const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** More words than this do not stand in brackets before the meaning. */
const fewWords = 6;

/** Words that may be given; `true` and `false` beside words are there for other tools' YAML. */
function listWords(shape: SettingShape): readonly unknown[] {
  const words = shape.enum ?? [];
  const texts = words.filter((word) => typeof word === 'string');
  return texts.length > 0 ? texts : words;
}

/** What fits into brackets: a range or a few words. */
function describeRange(shape: SettingShape): readonly string[] {
  const words = listWords(shape);
  if (words.length > 0) return words.length > fewWords ? [] : [words.map(code).join(', ')];
  if (shape.minimum !== undefined && shape.maximum !== undefined) return [`${shape.minimum} … ${shape.maximum}`];
  if (shape.type === 'boolean') return ['`true`, `false`'];
  if (shape.type === 'array') return ['list'];
  if (shape.type === 'object') return ['map'];
  return shape.patternErrorMessage === undefined ? ['text'] : [];
}

/** What does not: long lists of words, rules for a text, an example. */
function describeForm({ patternErrorMessage, examples = [], ...shape }: SettingShape): string {
  const words = listWords(shape.items ?? shape);
  return [
    ...(words.length > fewWords || (shape.items !== undefined && words.length > 0)
      ? [` One of ${words.map(code).join(', ')}.`]
      : []),
    ...(patternErrorMessage === undefined ? [] : [` Expected: ${patternErrorMessage}.`]),
    ...examples.map((example) => ` Example: ${code(example)}.`),
  ].join('');
}

function describePreset(shape: SettingShape, isRequired: boolean): string {
  if (shape.default !== undefined) return `default ${code(shape.default)}`;
  return isRequired ? '**required**' : 'optional';
}

/** One line a setting; a list's own line is followed by its entries' fields. */
function listLines(name: string, shape: SettingShape, isRequired: boolean): string[] {
  const { properties, items, description = '' } = shape;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, child]) =>
      listLines(`${name}.${key}`, child, shape.required?.includes(key) ?? false),
    );
  }
  const facts = [...describeRange(shape), describePreset(shape, isRequired)].join('; ');
  const line = `- **\`${name}\`** (${facts}): ${description}${describeForm(shape)}`;
  return items?.properties === undefined ? [line] : [line, ...listLines(`${name}[]`, items, false)];
}

function describeGroup(shape: SettingShape, keys: readonly string[]): string[] {
  const properties: Properties = shape.properties ?? {};
  const groups = keys.map((key) => {
    const child = properties[key] ?? {};
    const lines = listLines(key, child, shape.required?.includes(key) ?? false);
    return { key, lines, hasHeading: child.properties !== undefined || child.items !== undefined };
  });
  const single = groups.filter(({ hasHeading }) => !hasHeading).flatMap(({ lines }) => lines);
  const sections = groups
    .filter(({ hasHeading, lines }) => hasHeading && lines.length > 0)
    .flatMap(({ key, lines }) => [`### ${key}`, '', ...lines, '']);
  return [...single, '', ...sections];
}

/** Text of docs/configuration.md. */
export function describeConfiguration(): Promise<string> {
  const shape = toSettingShape(customerSchema);
  const text = [
    '# Settings',
    '',
    '<!-- Written by `npm run generate` from schemas/customer.ts and schemas/settings.ts; do not edit. -->',
    '',
    'Everything that differs between two customers stands in `customers/<stage>.yml`. What is **required** has to be given, everything',
    'else has the default named here. The stage is the name of the file: lower-case letters, digits and dashes, at most ' +
      `${maxStageLength} characters.`,
    'It becomes part of the names of the stack, its functions and queues.',
    '',
    'An editor that knows YAML completes, explains and checks the file by its first line:',
    '',
    '```yaml',
    '# yaml-language-server: $schema=../schemas/customer.schema.json',
    '```',
    '',
    'The file is checked before anything is packaged, and by `npm run check:customers` for all customers. Each mistake is named with',
    'its line, what was expected and what was found. An empty value counts as not given. Texts that look like a number, `true` or',
    '`false` stand in quotes. Start from [customers/harbour-travel.yml](../customers/harbour-travel.yml), the smallest file, or',
    '[customers/larkfield-bank.yml](../customers/larkfield-bank.yml), with a VPC and alarms.',
    '',
    "## The guide's parameters",
    '',
    ...describeGroup(shape, Object.keys(customerSections.guideParameters)),
    '## Deployment',
    '',
    ...describeGroup(shape, Object.keys(customerSections.deploymentSettings)),
    '## Connector',
    '',
    'What the functions read while they run. `npm start -- --settings FILE` and `npm run local` take a file of these sections alone; there',
    '`acd.name` and `hub.url` have local defaults, and `http://` is accepted on 127.0.0.1.',
    '',
    ...describeGroup(shape, Object.keys(settingsSchema.properties)),
  ].join('\n');
  return format(text, { parser: 'markdown', printWidth: 120, proseWrap: 'always' });
}

if (import.meta.main) {
  await writeFile(new URL('../../docs/configuration.md', import.meta.url), await describeConfiguration());
  console.log('wrote docs/configuration.md');
}
