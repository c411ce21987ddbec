// The shape of a customer file (schemas/customer.ts) and its mistakes in words an administrator understands.
import { Ajv, type ErrorObject } from 'ajv';
import { customerSchema, type CustomerFile } from '../../schemas/customer.ts';
import { isRecord, type CustomerFinding } from './customer-document.ts';
import { findNearestWord } from './nearest-word.ts';

/** Parameters of the guide that an installation without EC2 has no use for; docs/components.md says why. */
const guideOnlyParameters = ['AvailabilityZone1', 'AvailabilityZone2', 'InstanceType'];

const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, keywords: ['patternErrorMessage'] });
const schema: unknown = JSON.parse(JSON.stringify(customerSchema));
if (!isRecord(schema)) throw new Error('The schema of a customer file is no object');
const check = ajv.compile<CustomerFile>(schema);

const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);
const listText = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

/** A value as the file's author would recognise it; long ones are cut. */
function describeFound(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of settings';
  if (typeof value !== 'string') return `the ${typeof value} ${String(value)}`;
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}

/** What a place of the schema wants, to be read after "expected". */
function describeExpected(shape: Readonly<Record<string, unknown>>): string {
  // `true` and `false` beside words are there for other tools' YAML.
  const allowed = Array.isArray(shape['enum']) ? shape['enum'] : [];
  const texts = allowed.filter((word) => typeof word === 'string');
  const words = listText(texts.length > 0 ? texts : allowed);
  if (words.length > 0) return `one of ${words.join(', ')}`;
  const [minimum, maximum] = [numberOf(shape['minimum']), numberOf(shape['maximum'])];
  if (minimum !== undefined && maximum !== undefined) return `a whole number from ${minimum} to ${maximum}`;
  if (typeof shape['patternErrorMessage'] === 'string') return shape['patternErrorMessage'];
  switch (shape['type']) {
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list (lines that begin with a dash)';
    case 'object':
      return 'a group of settings (indented lines below it)';
    default:
      return 'a text that is not empty';
  }
}

function suggest(typed: unknown, known: readonly string[]): string {
  const nearest = typeof typed === 'string' ? findNearestWord(typed, known) : undefined;
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** Dotted names of all settings with this last word: for a key that stands at the wrong place. */
function listPlaces(shape: unknown, key: string, path: readonly string[] = []): string[] {
  if (!isRecord(shape) || !isRecord(shape['properties'])) return [];
  return Object.entries(shape['properties']).flatMap(([name, child]) => [
    ...(name === key ? [[...path, name].join('.')] : []),
    ...listPlaces(child, key, [...path, name]),
  ]);
}

function describeUnknownKey(key: string, shape: Readonly<Record<string, unknown>>): string {
  if (guideOnlyParameters.includes(key))
    return 'no counterpart here (it belongs to the form of the integration that runs on EC2); remove the line';
  const known = isRecord(shape['properties']) ? Object.keys(shape['properties']) : [];
  const suggestion = suggest(key, known);
  if (suggestion !== '') return `no such setting${suggestion}`;
  const [place] = listPlaces(schema, key);
  if (place !== undefined) return `no such setting here; did you mean ${place}?`;
  return `no such setting; expected one of ${known.join(', ')}`;
}

/** The secret itself, pasted where its ARN belongs, must not reach the screen or a build log. */
function hidesValue(path: readonly string[], value: unknown): boolean {
  return path[0] === 'HubSecretArn' && !(typeof value === 'string' && value.startsWith('arn:'));
}

function toFinding({ instancePath, keyword, params, parentSchema, data, message }: ErrorObject): CustomerFinding {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const shape: Readonly<Record<string, unknown>> = isRecord(parentSchema) ? parentSchema : {};
  const given: Readonly<Record<string, unknown>> = isRecord(params) ? params : {};
  if (keyword === 'additionalProperties') {
    const key = String(given['additionalProperty']);
    return { path: [...path, key], message: describeUnknownKey(key, shape) };
  }
  if (keyword === 'required') {
    const key = String(given['missingProperty']);
    const wanted = isRecord(shape['properties']) ? shape['properties'][key] : undefined;
    return { path: [...path, key], message: `missing; expected ${describeExpected(isRecord(wanted) ? wanted : {})}` };
  }
  if (!['type', 'enum', 'pattern', 'minimum', 'maximum'].includes(keyword))
    return { path, message: `${message ?? keyword}; found ${describeFound(data)}` };
  const found = hidesValue(path, data) ? 'something else (not shown, it may be a secret)' : describeFound(data);
  const quotes =
    keyword === 'type' && shape['type'] === 'string' && ['number', 'boolean'].includes(typeof data)
      ? '; put it in quotes'
      : '';
  return {
    path,
    message: `expected ${describeExpected(shape)}; found ${found}${suggest(data, listText(shape['enum']))}${quotes}`,
  };
}

export interface CheckedShape {
  /** The file with every default filled in; undefined when the shape is wrong. */
  readonly file: CustomerFile | undefined;
  /** The same as far as it goes, for the rules that look at several settings. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly findings: readonly CustomerFinding[];
}

/** Checks the shape, finding every mistake: at most one at a place. The values given are left as they are. */
export function checkCustomerShape(given: Readonly<Record<string, unknown>>): CheckedShape {
  const values = structuredClone(given);
  if (check(values)) return { file: values, values, findings: [] };
  const byPlace = new Map<string, CustomerFinding>();
  // A wrong type often breaks the list of allowed words as well: of the two the words say more.
  const errors = (check.errors ?? []).toSorted(
    (one, other) => Number(other.keyword === 'enum') - Number(one.keyword === 'enum'),
  );
  for (const finding of errors.map(toFinding)) {
    const place = finding.path.join('.');
    if (!byPlace.has(place)) byPlace.set(place, finding);
  }
  return { file: undefined, values, findings: [...byPlace.values()] };
}
