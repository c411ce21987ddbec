// What Step Functions remembers of the executions of report-ingest: 90 days of them, whatever became of their events.
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  type ExecutionStatus,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { WorkflowUnavailableError } from '../domain/errors.ts';
import { callAws, readAwsError, translateAwsError } from './aws-errors.ts';

export interface EndedExecution {
  readonly name: string;
  readonly executionArn: string;
  /** End of its last run. */
  readonly stoppedAt: string;
}

export interface EndedExecutions {
  readonly executions: readonly EndedExecution[];
  /** false: there are more than were read. */
  readonly isComplete: boolean;
}

export interface ExecutionArchive {
  /** Executions that FAILED, TIMED_OUT or were ABORTED, started at or after an instant, newest first in each status. */
  listFailed(startedSince: string): Promise<EndedExecutions>;
  /** null when there is none of this ARN. `input` is JSON text. */
  describe(executionArn: string): Promise<{ readonly status: ExecutionStatus; readonly input: string } | null>;
  /** Whether it ended in a Fail state: on purpose, and not by an error of a step. */
  hasEndedInFailState(executionArn: string): Promise<boolean>;
  toExecutionArn(executionName: string): string;
}

const failedStatuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const satisfies readonly ExecutionStatus[];
const maxPages = 20;

/** @throws {WorkflowUnavailableError} {AccessDeniedError} {ConfigError} from every method that asks. */
export function createExecutionArchive(sfn: SFNClient, stateMachineArn: string): ExecutionArchive {
  async function listByStatus(status: ExecutionStatus, startedSince: string): Promise<EndedExecutions> {
    const executions: EndedExecution[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const answer = await callAws('workflow', `list the executions that are ${status}`, () =>
        sfn.send(
          new ListExecutionsCommand({
            ...{ stateMachineArn, statusFilter: status, maxResults: 1000 },
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        ),
      );
      for (const { name, executionArn, startDate, stopDate } of answer.executions ?? []) {
        if (name === undefined || executionArn === undefined || startDate === undefined || stopDate === undefined) {
          throw new WorkflowUnavailableError(
            `Step Functions listed an execution without name or dates: ${String(executionArn)}`,
          );
        }
        if (startDate.toISOString() < startedSince) return { executions, isComplete: true };
        executions.push({ name, executionArn, stoppedAt: stopDate.toISOString() });
      }
      nextToken = answer.nextToken;
      if (nextToken === undefined) return { executions, isComplete: true };
    }
    return { executions, isComplete: false };
  }

  return {
    async listFailed(startedSince) {
      const lists = [];
      for (const status of failedStatuses) lists.push(await listByStatus(status, startedSince));
      return {
        executions: lists.flatMap(({ executions }) => executions),
        isComplete: lists.every(({ isComplete }) => isComplete),
      };
    },
    async describe(executionArn) {
      try {
        const { status, input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        if (status === undefined)
          throw new WorkflowUnavailableError(`Step Functions told no status of ${executionArn}`);
        return { status, input: input ?? '' };
      } catch (error) {
        if (readAwsError(error)?.name === 'ExecutionDoesNotExist') return null;
        throw translateAwsError(error, 'workflow', `look at the execution ${executionArn}`);
      }
    },
    async hasEndedInFailState(executionArn) {
      const { events = [] } = await callAws('workflow', `read the history of ${executionArn}`, () =>
        sfn.send(
          new GetExecutionHistoryCommand({
            executionArn,
            reverseOrder: true,
            maxResults: 2,
            includeExecutionData: false,
          }),
        ),
      );
      return events.some(({ type }) => type === 'FailStateEntered');
    },
    toExecutionArn: (executionName) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${executionName}`,
  };
}
