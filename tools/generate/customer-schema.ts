// Writes schemas/customer.schema.json: what an editor needs to complete, explain and check a customer file.
import { writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { customerSchema } from '../../schemas/customer.ts';
import { toSettingShape, type SettingShape } from './setting-shape.ts';

/** A setting with a default need not be given: only the check, which fills defaults in first, may ask for it. */
function releaseDefaults(shape: SettingShape): SettingShape {
  const { properties, required, items, ...rest } = shape;
  const needed = (required ?? []).filter((key) => properties?.[key]?.default === undefined);
  return {
    ...rest,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, child]) => [key, releaseDefaults(child)]),
          ),
        }),
    ...(needed.length === 0 ? {} : { required: needed }),
    ...(items === undefined ? {} : { items: releaseDefaults(items) }),
  };
}

/** Text of schemas/customer.schema.json. */
export function describeCustomerSchema(): Promise<string> {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: 'Written by `npm run generate` from schemas/customer.ts; do not edit.',
    title: 'Customer of the Amazon Connect connector',
    ...releaseDefaults(toSettingShape(customerSchema)),
  };
  return format(JSON.stringify(schema), { parser: 'json', printWidth: 120 });
}

if (import.meta.main) {
  await writeFile(new URL('../../schemas/customer.schema.json', import.meta.url), await describeCustomerSchema());
  console.log('wrote schemas/customer.schema.json');
}
