import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startJsonServer, type LocalServer } from '../../tools/local/aws/json-server.ts';
import { createStepFunctionsOperations } from '../../tools/local/workflow/step-functions-api.ts';
import { createFakeStore, type FakeStore } from '../unit/tools/local/workflow/fake-workflow.ts';

const definition = {
  StartAt: 'OnlyTask',
  States: { OnlyTask: { Type: 'Task', Resource: '#{OnlyTaskLambdaFunction.Arn}', TimeoutSeconds: 30, End: true } },
};
let server: LocalServer;
let client: SFNClient;
let fake: FakeStore;
let isBroken = false;
let release = Promise.withResolvers<unknown>();

beforeAll(async () => {
  const onlyTask = (input: unknown) => {
    if (isBroken) return Promise.reject(new RangeError('too far'));
    return JSON.stringify(input).includes('wait') ? release.promise : Promise.resolve(input);
  };
  fake = createFakeStore({ 'only-task': onlyTask }, definition);
  server = await startJsonServer('application/x-amz-json-1.0', createStepFunctionsOperations(fake.store, definition));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SFNClient({ region: 'eu-central-1', endpoint: server.url, credentials });
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

const start = (name: string, input: unknown = {}) =>
  client.send(
    new StartExecutionCommand({
      stateMachineArn: fake.store.stateMachineArn,
      name,
      input: JSON.stringify(input),
    }),
  );

describe('the Step Functions API', () => {
  it('lists and describes the state machine', async () => {
    const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
    expect(stateMachines).toMatchObject([{ name: 'fake', type: 'STANDARD', creationDate: expect.any(Date) }]);
    const { stateMachineArn } = stateMachines![0]!;
    const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(JSON.parse(machine.definition!)).toEqual(definition);
  });

  it('starts an execution once while it runs and refuses its name afterwards', async () => {
    release = Promise.withResolvers();
    const first = await start('once', { wait: 1 });
    const second = await start('once', { wait: 1 });
    expect(second.executionArn).toBe(first.executionArn);
    expect(second.startDate).toEqual(first.startDate);
    await expect(start('once', { wait: 2 })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    release.resolve('done');
    await fake.store.finished(first.executionArn!);
    await expect(start('once', { wait: 1 })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('describes a failure and redrives it', async () => {
    isBroken = true;
    const { executionArn } = await start('broken');
    await fake.store.finished(executionArn!);
    isBroken = false;
    const failed = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: 'RangeError',
      redriveStatus: 'REDRIVABLE',
      redriveCount: 0,
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
    });
    const { redriveDate } = await client.send(new RedriveExecutionCommand({ executionArn }));
    expect(redriveDate).toBeInstanceOf(Date);
    await fake.store.finished(executionArn!);
    const healed = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(healed).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, redriveStatus: 'NOT_REDRIVABLE' });
    await expect(client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
  });

  it('redrives once for one token', async () => {
    isBroken = true;
    const { executionArn } = await start('broken-twice');
    await fake.store.finished(executionArn!);
    const redriveOnce = () => client.send(new RedriveExecutionCommand({ executionArn, clientToken: 'token' }));
    const first = await redriveOnce();
    await fake.store.finished(executionArn!);
    isBroken = false;
    expect((await redriveOnce()).redriveDate).toEqual(first.redriveDate);
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'FAILED', redriveCount: 1 });
  });

  it('pages the history in both directions', async () => {
    const { executionArn } = await start('paged');
    await fake.store.finished(executionArn!);
    const readIds = async (reverseOrder: boolean) => {
      const ids: unknown[] = [];
      const request = { executionArn, reverseOrder };
      for await (const page of paginateGetExecutionHistory({ client, pageSize: 3 }, request)) {
        ids.push(...page.events!.map(({ id }) => id));
      }
      return ids;
    };
    expect(await readIds(false)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await readIds(true)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('gives the input and output of a state as text, or leaves them out on request', async () => {
    const { executionArn } = await start('data', { file: 'QR.csv' });
    await fake.store.finished(executionArn!);
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events![1]).toMatchObject({
      type: 'TaskStateEntered',
      timestamp: expect.any(Date),
      previousEventId: 1,
      stateEnteredEventDetails: { name: 'OnlyTask', input: '{"file":"QR.csv"}' },
    });
    const bare = await client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));
    expect(bare.events![1]!.stateEnteredEventDetails!.name).toBe('OnlyTask');
    expect(bare.events![1]!.stateEnteredEventDetails!.input).toBeUndefined();
  });

  it('stops a running execution and lists by status, newest first, page by page', async () => {
    release = Promise.withResolvers();
    const { stateMachineArn } = fake.store;
    const stopped: string[] = [];
    for (const name of ['stop-1', 'stop-2', 'stop-3']) {
      const { executionArn } = await start(name, { wait: 1 });
      const { stopDate } = await client.send(new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'x' }));
      expect(stopDate).toBeInstanceOf(Date);
      stopped.unshift(name);
    }
    release.resolve('late');
    const names: unknown[] = [];
    const request = { stateMachineArn, statusFilter: 'ABORTED' } as const;
    for await (const page of paginateListExecutions({ client, pageSize: 2 }, request)) {
      names.push(...page.executions!.map(({ name }) => name));
    }
    expect(names).toEqual(stopped);
    const running = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    expect(running.executions).toEqual([]);
  });

  it('answers unknown things with the errors of AWS', async () => {
    const executionArn = `${fake.store.stateMachineArn.replace(':stateMachine:', ':execution:')}:none`;
    await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
    const stateMachineArn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:none';
    await expect(client.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    await expect(client.send(new UpdateStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});
