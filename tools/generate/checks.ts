// Writes schemas/checks/*.ts: the schemas compiled to plain functions, so that no schema library reaches a Lambda bundle.
import { mkdir, writeFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { TSchema } from 'typebox';
import * as agentEvent from '../../schemas/agent-event.ts';
import * as hubMessages from '../../schemas/hub-messages.ts';
import * as notifications from '../../schemas/notifications.ts';
import * as settings from '../../schemas/settings.ts';
import * as state from '../../schemas/state.ts';

interface CompiledCheck {
  readonly schema: TSchema;
  /** The schema's module and the type it infers. */
  readonly module: string;
  readonly type: string;
  /** Finds every mistake and fills in defaults: for files people write. Otherwise the first mistake is enough. */
  readonly isWrittenByPeople?: boolean;
}

const stateCheck = (schema: TSchema, type: string): CompiledCheck => ({ schema, type, module: 'state' });

/** File name below schemas/checks/ → what it checks. One check a file: a Lambda carries only its own. */
export const compiledChecks: Record<string, CompiledCheck> = {
  'ingest-input': stateCheck(state.ingestInputSchema, 'IngestInput'),
  'claim-checkpoint-input': stateCheck(state.claimCheckpointInputSchema, 'ClaimCheckpointInput'),
  'validate-spacing-input': stateCheck(state.validateSpacingInputSchema, 'ValidateSpacingInput'),
  'transform-rows-input': stateCheck(state.transformRowsInputSchema, 'TransformRowsInput'),
  'deliver-batch-input': stateCheck(state.deliverBatchInputSchema, 'DeliverBatchInput'),
  'complete-report-input': stateCheck(state.completeReportInputSchema, 'CompleteReportInput'),
  'quarantine-report-input': stateCheck(state.quarantineReportInputSchema, 'QuarantineReportInput'),
  settings: { schema: settings.settingsSchema, type: 'Settings', module: 'settings', isWrittenByPeople: true },
  acknowledgement: { schema: hubMessages.acknowledgementSchema, type: 'HubAcknowledgement', module: 'hub-messages' },
  'token-answer': { schema: hubMessages.tokenAnswerSchema, type: 'TokenAnswer', module: 'hub-messages' },
  'agent-event': { schema: agentEvent.agentEventSchema, type: 'StreamedAgentEvent', module: 'agent-event' },
  'agent-snapshot': { schema: agentEvent.agentSnapshotSchema, type: 'AgentSnapshot', module: 'agent-event' },
  'object-created-event': {
    schema: notifications.objectCreatedEventSchema,
    type: 'ObjectCreatedEvent',
    module: 'notifications',
  },
  's3-notification': { schema: notifications.s3NotificationSchema, type: 'S3Notification', module: 'notifications' },
};

/** What an editor and tools/deploy show to people; a check would carry it into every function. */
const texts = ['description', 'patternErrorMessage'];

/** For JSON.stringify. A text and no schema: a setting may be called "description". */
const withoutTexts = (key: string, value: unknown) =>
  texts.includes(key) && typeof value === 'string' ? undefined : value;

/** Source text of schemas/checks/<name>.ts, exporting `check<Type>`. */
export function compileCheck({ schema, type, module, isWrittenByPeople = false }: CompiledCheck): string {
  const ajv = new Ajv({
    allErrors: isWrittenByPeople,
    useDefaults: isWrittenByPeople,
    code: { source: true, esm: true, lines: false, optimize: 2 },
  });
  const compiled = standalone
    .default(ajv, ajv.compile(JSON.parse(JSON.stringify(schema, withoutTexts))))
    .replace('"use strict";', '')
    // Where in the schema: a finding says where in the value.
    .replaceAll(/schemaPath:"(?:[^"\\]|\\.)*",/g, '')
    .replace(/export const validate = (\w+);export default \w+;/, 'const validate = $1;');
  if (compiled.includes('require(')) throw new Error(`The check of ${type} needs a library at run time.`);
  return [
    '// @ts-nocheck -- written by `npm run generate` from the schemas; do not edit.',
    "import type { Check } from '../check.ts';",
    `import type { ${type} } from '../${module}.ts';`,
    compiled,
    `export const check${type}: Check<${type}> = validate;`,
    '',
  ].join('\n');
}

if (import.meta.main) {
  const folder = new URL('../../schemas/checks/', import.meta.url);
  await mkdir(folder, { recursive: true });
  for (const [name, check] of Object.entries(compiledChecks))
    await writeFile(new URL(`${name}.ts`, folder), compileCheck(check));
  console.log(`wrote ${Object.keys(compiledChecks).length} checks to schemas/checks/`);
}
