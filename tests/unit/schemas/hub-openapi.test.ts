import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { TSchema } from 'typebox';
import { parse } from 'yaml';
import * as agentStates from '../../../schemas/agent-states.ts';
import * as messages from '../../../schemas/hub-messages.ts';
import * as records from '../../../schemas/hub-records.ts';
import { hubReportPaths } from '../../../schemas/report-kind.ts';

type Json = Record<string, unknown>;
const text = readFileSync(new URL('../../../schemas/hub.openapi.yaml', import.meta.url), 'utf8');
const document = parse(text) as Json & { paths: Record<string, Json>; components: { schemas: Record<string, Json> } };

function resolve(reference: string): unknown {
  const parts = reference.replace(/^#\//, '').split('/');
  return parts.reduce<unknown>((node, part) => (node as Json | undefined)?.[part], document);
}

/** One spelling for what JSON Schema can say in two: references, words for people, `anyOf` of constants or with null. */
function normalise(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(normalise);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...fields } = schema as Json;
  for (const word of ['description', 'examples']) Reflect.deleteProperty(fields, word);
  if (typeof $ref === 'string') return normalise({ ...(resolve($ref) as Json), ...fields });
  if ('enum' in fields) return { enum: fields['enum'] };
  const options = fields['anyOf'];
  if (Array.isArray(options)) {
    if (options.every((option: Json) => 'const' in option))
      return { enum: options.map((option: Json) => option['const']) };
    const [schemaOrNull] = (options as Json[]).map((option) => normalise(option) as Json);
    if ('enum' in schemaOrNull!) return { enum: [...(schemaOrNull['enum'] as unknown[]), null] };
    return normalise({ ...schemaOrNull, type: [schemaOrNull!['type'], 'null'] });
  }
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      key === 'properties'
        ? normaliseProperties(value as Json)
        : key === 'required'
          ? [...(value as string[])].sort()
          : normalise(value),
    ]),
  );
}

function normaliseProperties(properties: Json): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, normalise(schema)]));
}

const pairs: [string, TSchema][] = [
  ['QueueRecord', records.queueRecordSchema],
  ['AgentQueueRecord', records.agentQueueRecordSchema],
  ['AgentSystemRecord', records.agentSystemRecordSchema],
  ['QueueReport', messages.queueReportSchema],
  ['AgentQueueReport', messages.agentQueueReportSchema],
  ['AgentSystemReport', messages.agentSystemReportSchema],
  ['AgentState', agentStates.agentStateRecordSchema],
  ['AgentStates', agentStates.agentStatesSchema],
  ['Heartbeat', agentStates.feedHeartbeatSchema],
  ['Acknowledgement', messages.acknowledgementSchema],
  ['RejectedRecord', messages.rejectedRecordSchema],
  ['TokenAnswer', messages.tokenAnswerSchema],
];

describe('hub.openapi.yaml', () => {
  it.each(pairs)('describes %s exactly as the TypeBox schema does', (name, schema) => {
    expect(normalise(document.components.schemas[name])).toEqual(normalise(JSON.parse(JSON.stringify(schema))));
  });

  it.each(pairs.slice(0, 3))('lists the fields of %s in the order in which they are sent', (name, schema) => {
    const properties = (schema as unknown as { properties: Json }).properties;
    expect(Object.keys(document.components.schemas[name]!['properties'] as Json)).toEqual(Object.keys(properties));
  });

  it('has no reference that leads nowhere', () => {
    const references = [...text.matchAll(/\$ref: '(.+?)'/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([]);
  });

  it('documents every answer the client tells apart, for each report path', () => {
    for (const path of Object.values(hubReportPaths)) {
      const post = document.paths[`/wfm-hub/v1/acds/{acdName}/reports/${path}`]!['post'] as { responses: Json };
      const answers = [
        '202',
        '400',
        '401',
        '403',
        '404',
        '405',
        '408',
        '409',
        '413',
        '415',
        '422',
        '425',
        '429',
        '500',
        '503',
      ];
      expect(Object.keys(post.responses)).toEqual(answers);
    }
  });

  it('gives every answer a meaning for the sender', () => {
    const responses = resolve('#/components/responses') as Record<string, { description?: string }>;
    expect(Object.values(responses).filter(({ description }) => (description ?? '').length < 30)).toEqual([]);
  });
});
