import { describe, expect, it } from '@jest/globals';
import {
  answering,
  createFakeStore,
  fakeDefinition,
  HubUnavailableError,
  listTypes,
  ReportFormatError,
} from './fake-workflow.ts';

const known = { status: 'KNOWN', batches: ['a', 'b', 'c'] };
const input = { file: 'QR.csv' };
const sent = answering({ ok: true });

function oneTask(fields: Record<string, unknown> = {}, workflowFields: Record<string, unknown> = {}) {
  return {
    ...workflowFields,
    StartAt: 'OnlyTask',
    States: {
      OnlyTask: { Type: 'Task', Resource: '#{OnlyTaskLambdaFunction.Arn}', TimeoutSeconds: 30, End: true, ...fields },
    },
  };
}

describe('a run', () => {
  it('keeps the input where ResultPath says so and discards what the Map returns', async () => {
    const { run } = createFakeStore({ 'read-report': answering(known), 'send-batch': sent });
    const execution = await run(input);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', redriveStatus: 'NOT_REDRIVABLE', redriveCount: 0 });
    expect(JSON.parse(execution.output!)).toEqual({ ...input, report: known });
  });

  it('gives an item its value, its index and the name of the execution', async () => {
    const { run, calls } = createFakeStore({ 'read-report': answering(known), 'send-batch': sent });
    await run(input, 'run-1');
    expect(calls[2]).toEqual({
      step: 'send-batch',
      input: { batch: 'b', index: 1, execution: 'run-1', file: 'QR.csv' },
    });
  });

  it('retries with the untouched input and stops when the attempts are used up', async () => {
    const { run, calls } = createFakeStore({
      'read-report': (event) => {
        Object.assign(event as object, { spoiled: true });
        return Promise.reject(new HubUnavailableError('503'));
      },
      'send-batch': sent,
    });
    const execution = await run(input);
    expect(calls).toHaveLength(3);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'HubUnavailableError' });
    expect(JSON.parse(execution.input)).toEqual(input);
  });

  it('tells an error by its type and a JSON text with type, message and trace', async () => {
    const { run } = createFakeStore({ 'read-report': answering(new TypeError('no such column')), 'send-batch': sent });
    const execution = await run(input);
    expect(execution.error).toBe('TypeError');
    expect(JSON.parse(execution.cause!)).toEqual({
      errorType: 'TypeError',
      errorMessage: 'no such column',
      trace: expect.arrayContaining(['TypeError: no such column']),
    });
  });

  it('catches a permanent error and fails with its name and cause', async () => {
    const { run, store, calls } = createFakeStore({
      'read-report': answering(new ReportFormatError('open quote')),
      'send-batch': sent,
    });
    const execution = await run(input);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ReportFormatError' });
    expect(JSON.parse(execution.cause!)).toMatchObject({ errorMessage: 'open quote' });
    expect(calls).toHaveLength(1);
    expect(listTypes(store.history(execution.executionArn)).slice(-2)).toEqual(['FailStateEntered', 'ExecutionFailed']);
  });

  it('takes undefined for null and dates for text, as Lambda does', async () => {
    const { run } = createFakeStore({ 'only-task': answering({ at: new Date(0), gone: undefined }) }, oneTask());
    expect((await run({})).output).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
    const { run: runNothing } = createFakeStore({ 'only-task': answering(undefined) }, oneTask());
    expect((await runNothing({})).output).toBe('null');
  });

  it('fails a state whose result is larger than 256 KiB, whatever Retry and Catch say', async () => {
    const retryAll = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 3 }];
    const { run, calls } = createFakeStore(
      { 'only-task': answering('x'.repeat(262_143)) },
      oneTask({ Retry: retryAll }),
    );
    const execution = await run({});
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(calls).toHaveLength(1);
  });

  it('ends a Task with States.Timeout and does not hear the function any more', async () => {
    const late = Promise.withResolvers<unknown>();
    const { run, store } = createFakeStore({ 'only-task': () => late.promise }, oneTask({ TimeoutSeconds: 1 }));
    const execution = await run({});
    late.resolve('late');
    await late.promise;
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(listTypes(store.history(execution.executionArn))).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionTimedOut',
      'ExecutionFailed',
    ]);
  });

  it('times out as a whole', async () => {
    const { run } = createFakeStore(
      { 'only-task': () => new Promise(() => undefined) },
      oneTask({}, { TimeoutSeconds: 1 }),
    );
    expect(await run({})).toMatchObject({ status: 'TIMED_OUT', redriveStatus: 'REDRIVABLE' });
  });

  it('knows the state, the start and the input of the execution in the context', async () => {
    const parameters = {
      'name.$': '$$.State.Name',
      'startedAt.$': '$$.Execution.StartTime',
      'input.$': '$$.Execution.Input',
      'id.$': '$$.Execution.Id',
    };
    const { run, calls } = createFakeStore({ 'only-task': sent }, oneTask({ Parameters: parameters }));
    const execution = await run(input, 'run-1');
    expect(calls[0]!.input).toEqual({
      name: 'OnlyTask',
      startedAt: execution.startDate.toISOString(),
      input,
      id: execution.executionArn,
    });
  });
});

describe('start', () => {
  it('answers the same execution for the same name and input while it runs', async () => {
    const { store, calls } = createFakeStore({ 'read-report': answering(known), 'send-batch': sent });
    const first = store.start({ name: 'once', input: '{"file":"a"}' });
    const second = store.start({ name: 'once', input: '{"file":"a"}' });
    expect(second).toEqual(first);
    await store.finished(first.executionArn);
    expect(calls.filter(({ step }) => step === 'read-report')).toHaveLength(1);
  });

  it('refuses a name that was used: with another input while it runs, with any once it has ended', async () => {
    const { store } = createFakeStore({ 'read-report': answering(known), 'send-batch': sent });
    const { executionArn } = store.start({ name: 'once', input: '{}' });
    expect(() => store.start({ name: 'once', input: '{"other":1}' })).toThrow(/Execution Already Exists/);
    await store.finished(executionArn);
    expect(() => store.start({ name: 'once', input: '{}' })).toThrow(/Execution Already Exists/);
  });

  it.each([
    ['a blank', 'a b', '{}', 'InvalidName'],
    ['a colon', 'T12:00:00Z', '{}', 'InvalidName'],
    ['81 characters', 'x'.repeat(81), '{}', 'InvalidName'],
    ['no JSON', 'x', '{', 'InvalidExecutionInput'],
    ['an input above 256 KiB', 'x', JSON.stringify('x'.repeat(262_144)), 'InvalidExecutionInput'],
  ])('refuses %s', (_what, name, text, type) => {
    const { store } = createFakeStore({ 'read-report': sent, 'send-batch': sent });
    expect(() => store.start({ name, input: text })).toThrow(expect.objectContaining({ type }));
  });

  it('is not possible when the definition calls a function that does not exist', () => {
    expect(() => createFakeStore({ 'read-report': sent }, fakeDefinition)).toThrow(/send-batch/);
  });
});

describe('stop', () => {
  it('ends the execution as ABORTED at once and leaves the late function unheard', async () => {
    const late = Promise.withResolvers<unknown>();
    const { store } = createFakeStore({ 'read-report': () => late.promise, 'send-batch': sent });
    const { executionArn } = store.start({ input: '{}' });
    const stopped = store.stop(executionArn, { error: 'Operator', cause: 'wrong file' });
    expect(stopped).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'wrong file' });
    late.resolve(known);
    await new Promise((resolve) => setImmediate(resolve));
    const types = listTypes(store.history(executionArn));
    expect(types.slice(-2)).toEqual(['TaskStateAborted', 'ExecutionAborted']);
    expect(store.activity()).toEqual({ running: [], functionCount: 0 });
  });
});
