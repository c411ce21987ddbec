import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { customerSchema } from '../../../schemas/customer.ts';
import { describeConfiguration } from '../../../tools/generate/configuration.ts';
import { describeCustomerSchema } from '../../../tools/generate/customer-schema.ts';
import { toSettingShape, type SettingShape } from '../../../tools/generate/setting-shape.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

function listSettings(shape: SettingShape, path: readonly string[] = []): { name: string; shape: SettingShape }[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, child]) => {
    const name = [...path, key].join('.');
    if (child.properties !== undefined) return listSettings(child, [...path, key]);
    const entries = child.items === undefined ? [] : listSettings(child.items, [...path, `${key}[]`]);
    return [{ name, shape: child }, ...entries];
  });
}

const settings = listSettings(toSettingShape(customerSchema));

describe('schemas/customer.schema.json', () => {
  const check = new Ajv({ keywords: ['patternErrorMessage'], allErrors: true }).compile(
    JSON.parse(read('schemas/customer.schema.json')) as object,
  );

  it('is what `npm run generate` writes', async () => {
    expect(read('schemas/customer.schema.json')).toBe(await describeCustomerSchema());
  });

  it.each(readdirSync(join(root, 'customers')))(
    'accepts customers/%s as an editor reads it, without its defaults',
    (name) => {
      expect([check(parse(read(`customers/${name}`))), check.errors]).toEqual([true, null]);
    },
  );

  it('asks only for what has no default', () => {
    check({});
    expect((check.errors ?? []).map(({ params }) => params['missingProperty'] as unknown)).toEqual([
      ...['AmazonConnectS3BucketName', 'AmazonConnectS3FolderPrefix'],
      ...['AmazonConnectKinesisStreamARN', 'AmazonConnectKinesisStreamName', 'EnableCloudWatchAlarms'],
      ...['HubSecretArn', 'acd', 'hub'],
    ]);
  });
});

describe('docs/configuration.md', () => {
  it('is what `npm run generate` writes', async () => {
    expect(read('docs/configuration.md')).toBe(await describeConfiguration());
  });

  it.each(settings)('explains $name', ({ name, shape }) => {
    expect(shape.description).toMatch(/^.{10,}[.}]$/s);
    expect(read('docs/configuration.md')).toContain(`- **\`${name}\`**`);
  });
});

describe('every pattern of a customer file', () => {
  it.each(settings.filter(({ shape }) => shape.pattern !== undefined && shape.pattern !== '\\S'))(
    'says of $name in words what it wants, and its examples fit it',
    ({ shape }) => {
      expect(shape.patternErrorMessage).toMatch(/\w{3,}/);
      for (const example of shape.examples ?? []) expect(example).toMatch(new RegExp(shape.pattern!, 'u'));
    },
  );
});
