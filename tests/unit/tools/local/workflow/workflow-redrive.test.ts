import { describe, expect, it } from '@jest/globals';
import {
  answering,
  createFakeStore,
  HubUnavailableError,
  listTypes,
  ReportFormatError,
  type FakeStore,
} from './fake-workflow.ts';

const known = { status: 'KNOWN', batches: ['a', 'b', 'c', 'd', 'e', 'f'] };
const input = { file: 'QR.csv' };

class HubAuthenticationError extends Error {
  override readonly name = 'HubAuthenticationError';
}

/** Sends batches; those in `broken` fail with an error nobody retries. */
function createMapStore(broken: Set<string>): FakeStore {
  return createFakeStore({
    'read-report': answering(known),
    'send-batch': async (event) => {
      const { batch } = event as { batch: string };
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (broken.has(batch)) throw new HubAuthenticationError(`${batch} refused`);
      return batch;
    },
  });
}

const sentBatches = (calls: FakeStore['calls']) =>
  calls.filter(({ step }) => step === 'send-batch').map((call) => (call.input as { batch: string }).batch);

describe('a Map with a failing item', () => {
  it('starts no further item and lets those that run finish', async () => {
    const { run, calls, store } = createMapStore(new Set(['a']));
    const execution = await run(input);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'HubAuthenticationError' });
    expect(sentBatches(calls)).toEqual(['a', 'b']);
    const types = listTypes(store.history(execution.executionArn));
    expect(
      types.filter((type) => type.startsWith('MapIteration') && type !== 'MapIterationStarted').toSorted(),
    ).toEqual(['MapIterationFailed', 'MapIterationSucceeded']);
    expect(types.slice(-2)).toEqual(['MapStateFailed', 'ExecutionFailed']);
  });

  it('runs only its unsuccessful items again when it is redriven', async () => {
    const broken = new Set(['c']);
    const { run, calls, store } = createMapStore(broken);
    const { executionArn } = await run(input);
    const before = sentBatches(calls);
    expect(before).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    broken.clear();
    expect(store.redrive(executionArn)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    const execution = await store.finished(executionArn);
    expect(execution).toMatchObject({ executionArn, status: 'SUCCEEDED', redriveCount: 1 });
    expect(sentBatches(calls).slice(before.length)[0]).toBe('c');
    expect(sentBatches(calls).toSorted()).toEqual(['a', 'b', 'c', 'c', 'd', 'e', 'f']);
    expect(calls.filter(({ step }) => step === 'read-report')).toHaveLength(1);
  });

  it('runs all its items again when the Map itself is retried, and gives the results in the order of the items', async () => {
    const definition = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Map',
          MaxConcurrency: 1,
          Retry: [{ ErrorEquals: ['HubUnavailableError'], MaxAttempts: 1 }],
          ItemProcessor: {
            StartAt: 'Send',
            States: { Send: { Type: 'Task', Resource: '#{SendLambdaFunction.Arn}', End: true } },
          },
          End: true,
        },
      },
    };
    const send = answering('one', new HubUnavailableError('503'), 'three', 'four');
    const { run, calls } = createFakeStore({ send }, definition);
    expect(await run(['x', 'y'])).toMatchObject({ status: 'SUCCEEDED', output: '["three","four"]' });
    expect(calls.map((call) => call.input)).toEqual(['x', 'y', 'x', 'y']);
  });
});

describe('redrive', () => {
  it('goes on at the failed state with the input that state had', async () => {
    const readReport = answering(new HubAuthenticationError('no access'), { status: 'IGNORED' });
    const { run, store, calls } = createFakeStore({ 'read-report': readReport, 'send-batch': answering(1) });
    const failed = await run(input);
    expect(failed).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
    store.redrive(failed.executionArn);
    const execution = await store.finished(failed.executionArn);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(execution.error).toBeUndefined();
    expect(calls.map((call) => call.input)).toEqual([input, input]);
    expect(listTypes(store.history(failed.executionArn))).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ChoiceStateEntered',
      'ChoiceStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('has its retries again', async () => {
    const readReport = answering(...Array.from({ length: 5 }, () => new HubUnavailableError('503')), known);
    const { run, store, calls } = createFakeStore({ 'read-report': readReport, 'send-batch': answering(1) });
    const failed = await run(input);
    expect(calls).toHaveLength(3);
    store.redrive(failed.executionArn);
    expect(await store.finished(failed.executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls.filter(({ step }) => step === 'read-report')).toHaveLength(6);
  });

  it('of a Fail state that was entered fails again at once and calls no function', async () => {
    const readReport = answering(new ReportFormatError('open quote'), known);
    const { run, store, calls } = createFakeStore({ 'read-report': readReport, 'send-batch': answering(1) });
    const failed = await run(input);
    store.redrive(failed.executionArn);
    const again = await store.finished(failed.executionArn);
    expect(again).toMatchObject({ status: 'FAILED', error: failed.error, cause: failed.cause, redriveCount: 1 });
    expect(calls).toHaveLength(1);
  });

  it('goes on after a stop, also when it is called in the same moment', async () => {
    const first = Promise.withResolvers<unknown>();
    const answers = [first.promise, Promise.resolve({ status: 'IGNORED' })];
    const { store, calls } = createFakeStore({ 'read-report': () => answers.shift()!, 'send-batch': answering(1) });
    const { executionArn } = store.start({ input: '{}' });
    store.stop(executionArn);
    store.redrive(executionArn);
    expect(await store.finished(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    first.resolve(known);
    await first.promise;
    expect(store.describe(executionArn).status).toBe('SUCCEEDED');
    expect(calls).toHaveLength(2);
  });

  it('is refused with the reason while the execution runs and after it has succeeded', async () => {
    const { store } = createFakeStore({ 'read-report': answering({ status: 'IGNORED' }), 'send-batch': answering(1) });
    const { executionArn } = store.start({ input: '{}' });
    expect(() => store.redrive(executionArn)).toThrow('Execution is RUNNING and cannot be redriven');
    await store.finished(executionArn);
    expect(() => store.redrive(executionArn)).toThrow('Execution is SUCCEEDED and cannot be redriven');
  });

  it('tells of every end: of the failure and of the success after it', async () => {
    const readReport = answering(new HubAuthenticationError('no access'), { status: 'IGNORED' });
    const { run, store, ended } = createFakeStore({ 'read-report': readReport, 'send-batch': answering(1) });
    const { executionArn } = await run(input);
    store.redrive(executionArn);
    await store.finished(executionArn);
    expect(ended.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  });
});

describe('history', () => {
  it('numbers the events from 1 and chains each iteration of a Map from the start of the Map', async () => {
    const { run, store } = createMapStore(new Set());
    const { executionArn } = await run(input);
    const events = store.history(executionArn);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.every((event) => event.previousEventId! < event.id!)).toBe(true);
    const mapStarted = events.find(({ type }) => type === 'MapStateStarted')!;
    const iterations = events.filter(({ type }) => type === 'MapIterationStarted');
    expect(iterations.map((event) => event.mapIterationStartedEventDetails!.index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(new Set(iterations.map((event) => event.previousEventId))).toEqual(new Set([mapStarted.id]));
    const entered = events.filter((event) => event.stateEnteredEventDetails?.name === 'SendBatch');
    expect(entered).toHaveLength(6);
  });
});
