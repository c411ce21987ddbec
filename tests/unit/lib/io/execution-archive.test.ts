import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import { AccessDeniedError } from '../../../../functions/lib/domain/errors.ts';
import { createExecutionArchive } from '../../../../functions/lib/io/execution-archive.ts';

const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:report-ingest';
const at = (day: number) => new Date(Date.UTC(2026, 10, day));
const execution = (name: string, startDay: number, stopDay = startDay) => ({
  ...{ name, executionArn: `arn:${name}`, startDate: at(startDay), stopDate: at(stopDay) },
});

/** Answers each page of each status as listed; throws what is an Error. */
function createArchive(answer: (command: unknown) => unknown) {
  const send = (command: unknown) => {
    const answered = answer(command);
    return answered instanceof Error ? Promise.reject(answered) : Promise.resolve(answered);
  };
  return createExecutionArchive({ send } as unknown as SFNClient, machine);
}
const inputOf = (command: unknown): ListExecutionsCommandInput => {
  if (command instanceof ListExecutionsCommand) return command.input;
  throw new Error('no list was expected');
};

describe('listFailed', () => {
  it('reads the three ways to fail, page by page', async () => {
    const archive = createArchive((command) => {
      const { statusFilter, nextToken } = inputOf(command);
      if (statusFilter !== 'FAILED') return { executions: [execution(String(statusFilter), 20)] };
      return nextToken === undefined
        ? { executions: [execution('a', 22)], nextToken: 'more' }
        : { executions: [execution('b', 21, 22)] };
    });
    const { executions, isComplete } = await archive.listFailed(at(1).toISOString());
    expect(executions.map(({ name }) => name)).toEqual(['a', 'b', 'TIMED_OUT', 'ABORTED']);
    expect(executions[1]).toEqual({ name: 'b', executionArn: 'arn:b', stoppedAt: at(22).toISOString() });
    expect(isComplete).toBe(true);
  });

  it('stops at the first one that started before the time asked for', async () => {
    let callCount = 0;
    const archive = createArchive(() => {
      callCount += 1;
      return { executions: [execution('new', 10), execution('old', 9)], nextToken: 'more' };
    });
    const { executions, isComplete } = await archive.listFailed(at(10).toISOString());
    expect(executions.map(({ name }) => name)).toEqual(['new', 'new', 'new']);
    expect([isComplete, callCount]).toEqual([true, 3]);
  });

  it('says when there are more than it reads', async () => {
    const archive = createArchive(() => ({ executions: [execution('x', 22)], nextToken: 'more' }));
    const { executions, isComplete } = await archive.listFailed(at(1).toISOString());
    expect([executions.length, isComplete]).toEqual([60, false]);
  });
});

describe('describe', () => {
  const failing = (name: string) => Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 400 } });

  it('tells an execution that does not exist from one that may not be looked at', async () => {
    expect(await createArchive(() => failing('ExecutionDoesNotExist')).describe('arn:x')).toBeNull();
    const refused = createArchive(() => failing('AccessDeniedException')).describe('arn:x');
    await expect(refused).rejects.toBeInstanceOf(AccessDeniedError);
  });

  it('finds an execution by its name', async () => {
    const archive = createArchive((command) =>
      command instanceof DescribeExecutionCommand &&
      command.input.executionArn?.endsWith(':execution:report-ingest:QR-1')
        ? { status: 'RUNNING', input: '{}' }
        : failing('ExecutionDoesNotExist'),
    );
    expect(await archive.describe(archive.toExecutionArn('QR-1'))).toEqual({ status: 'RUNNING', input: '{}' });
  });
});
