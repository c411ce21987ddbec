// One word for one thing: state, function, folder, error. What the state machine names exists, and what can fail is
// retried or caught as its class says.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import validateDefinition from 'asl-validator';
import { format } from 'prettier';
import { parse } from 'yaml';
import * as errors from '../../../functions/lib/domain/errors.ts';
import { compileCheck, compiledChecks } from '../../../tools/generate/checks.ts';
import { toFunctionKey } from '../../../tools/local/workflow/workflow-definition.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Matcher {
  readonly ErrorEquals: readonly string[];
}
interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly (Matcher & Readonly<Record<string, unknown>>)[];
  readonly Catch?: readonly (Matcher & { readonly Next: string })[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}
const definitionText = read('statemachines/report-ingest.asl.yml');
const definition = parse(definitionText, { merge: true }) as { readonly States: Record<string, State> };

const listStates = (states: Readonly<Record<string, State>>): [string, State][] =>
  Object.entries(states).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...listStates(state.ItemProcessor?.States ?? {}),
  ]);
const states = listStates(definition.States);
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const toKebabCase = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
const namesOf = (matchers: readonly Matcher[] = []) => matchers.flatMap(({ ErrorEquals }) => ErrorEquals);

const platformNames = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'States.Timeout',
];

type ErrorConstructor = new (message: string) => errors.ConnectorError;
const errorClasses = Object.entries(errors)
  .filter(([name]) => name !== 'ConnectorError')
  .map(([exportName, Constructor]) => ({
    exportName,
    error: new (Constructor as unknown as ErrorConstructor)('found this, expected that'),
  }));
const namesOfClass = (errorClass: errors.ErrorClass) =>
  errorClasses.filter(({ error }) => error.errorClass === errorClass).map(({ exportName }) => exportName);

/** Source text of a file and of everything of ours it loads at run time. */
function readWithImports(file: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(file)) return seen;
  const text = read(file);
  seen.set(file, text);
  for (const [, specifier] of text.matchAll(/^import (?!type )[^;]*? from '(\.[^']+)';/gm)) {
    readWithImports(join(dirname(file), specifier!), seen);
  }
  return seen;
}

const unavailableErrors: Readonly<Record<string, string>> = {
  storage: 'StorageUnavailableError',
  checkpoint: 'CheckpointUnavailableError',
  queue: 'QueueUnavailableError',
  secret: 'SecretUnavailableError',
  workflow: 'WorkflowUnavailableError',
};

/** Retryable errors a function's code can throw: those it makes itself, and those its AWS calls are translated to. */
function listRetryable(functionKey: string): string[] {
  const sources = readWithImports(`functions/${functionKey}/handler.ts`);
  const text = [...sources]
    .filter(([file]) => !/\/(errors|aws-errors)\.ts$|^schemas\/checks\//.test(file))
    .map(([, source]) => source)
    .join('\n');
  const thrown = namesOfClass('retryable').filter((name) => text.includes(`new ${name}(`));
  const translated = [...text.matchAll(/(?:callAws\(\s*|translateAwsError\(\s*\w+,\s*)'(\w+)'/g)].map(
    ([, service]) => unavailableErrors[service!]!,
  );
  return [...new Set([...thrown, ...translated])];
}

describe('every state', () => {
  it.each(states)('%s says in its Comment what it promises', (_, { Comment = '' }) => {
    expect(Comment.length).toBeGreaterThan(30);
    expect(Comment).not.toMatch(/\$\{|#\{/);
  });
});

describe('every Task', () => {
  it.each(tasks)('%s is a function folder of the same name with a handler', (name, { Resource }) => {
    expect(toFunctionKey(Resource, name)).toBe(toKebabCase(name));
    expect(existsSync(join(root, 'functions', toKebabCase(name), 'handler.ts'))).toBe(true);
  });

  it.each(tasks)('%s has a timeout, and retries the platform’s errors with backoff, cap and jitter', (_, state) => {
    expect(state.TimeoutSeconds).toBeGreaterThan(0);
    expect(namesOf(state.Retry)).toEqual(expect.arrayContaining(platformNames));
    for (const retry of state.Retry!) {
      expect(retry).toMatchObject({ JitterStrategy: 'FULL', MaxDelaySeconds: expect.any(Number) });
      expect(retry['BackoffRate']).toBeGreaterThan(1);
      expect(retry['MaxAttempts']).toBeGreaterThan(0);
    }
  });

  it.each(tasks)('%s retries every retryable error its function can throw', (name, { Retry }) => {
    const expected = listRetryable(toKebabCase(name));
    expect(namesOf(Retry)).toEqual(expect.arrayContaining(expected));
  });

  it('that calls the hub, S3, DynamoDB and Secrets Manager is known to need the retries of all four', () => {
    expect(listRetryable('deliver-batch')).toEqual(
      expect.arrayContaining([
        ...['HubUnavailableError', 'HubThrottledError', 'HubAnswerError', 'CheckpointIncompleteError'],
        ...['StorageUnavailableError', 'CheckpointUnavailableError', 'SecretUnavailableError'],
      ]),
    );
  });

  it.each(tasks)('%s retries retryable errors only, and catches permanent ones only, to quarantine', (_, state) => {
    const retryable = [...namesOfClass('retryable'), ...platformNames];
    expect(namesOf(state.Retry).filter((name) => !retryable.includes(name))).toEqual([]);
    expect(namesOf(state.Catch).filter((name) => !namesOfClass('permanent').includes(name))).toEqual([]);
    expect((state.Catch ?? []).map(({ Next }) => Next)).toEqual((state.Catch ?? []).map(() => 'QuarantineReport'));
    expect(new Set(namesOf(state.Retry)).size).toBe(namesOf(state.Retry).length);
  });
});

describe('every error class', () => {
  it.each(errorClasses)('$exportName carries its own name as a literal', ({ exportName, error }) => {
    expect(error.name).toBe(exportName);
    expect(read('functions/lib/domain/errors.ts')).toContain(`override readonly name = '${exportName}'`);
  });

  it('that is permanent for a report is caught at some step', () => {
    // The agent stream has no state machine: its permanent errors end in its own dead letter queue.
    const ofReports = namesOfClass('permanent').filter((name) => !name.startsWith('Agent'));
    const caught = tasks.flatMap(([, state]) => namesOf(state.Catch));
    expect(ofReports.filter((name) => !caught.includes(name))).toEqual([]);
  });

  it('that waits for somebody to act is neither retried nor caught', () => {
    const named = tasks.flatMap(([, state]) => [...namesOf(state.Retry), ...namesOf(state.Catch)]);
    expect(namesOfClass('operator').filter((name) => named.includes(name))).toEqual([]);
  });
});

describe('the state machine', () => {
  it('is accepted by the validator and has no state that catches or retries everything', () => {
    const { isValid, errorsText } = validateDefinition(
      JSON.parse(
        JSON.stringify(definition).replaceAll(
          /#\{(\w+)\.Arn\}/g,
          'arn:aws:lambda:eu-central-1:000000000000:function:$1',
        ),
      ),
    );
    expect([isValid, isValid ? '' : errorsText('\n')]).toEqual([true, '']);
    expect(definitionText).not.toContain('States.ALL');
  });
});

describe('the folders', () => {
  it('below functions/ hold one function each, and those below tests/unit mirror them', () => {
    const folders = readdirSync(join(root, 'functions'));
    for (const folder of folders.filter((name) => name !== 'lib')) {
      expect([folder, existsSync(join(root, 'functions', folder, 'handler.ts'))]).toEqual([folder, true]);
    }
    const outsideFunctions = ['architecture', 'docs', 'schemas', 'tools'];
    const strange = readdirSync(join(root, 'tests/unit'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && ![...folders, ...outsideFunctions].includes(entry.name))
      .map(({ name }) => name);
    expect(strange).toEqual([]);
  });
});

describe('the compiled checks', () => {
  it.each(Object.entries(compiledChecks))(
    'schemas/checks/%s.ts is what `npm run generate` writes',
    async (name, check) => {
      const committed = read(`schemas/checks/${name}.ts`);
      const formatted = (text: string) => format(text, { parser: 'typescript' });
      const generated = compileCheck(check);
      if (committed !== generated) expect(await formatted(committed)).toBe(await formatted(generated));
    },
  );

  it('are all there is in their folder', () => {
    const files = Object.keys(compiledChecks).map((name) => `${name}.ts`);
    expect(readdirSync(join(root, 'schemas/checks')).toSorted()).toEqual(files.toSorted());
  });
});
