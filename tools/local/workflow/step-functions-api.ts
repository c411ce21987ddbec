// The part of the Step Functions API that start-ingest, the operators' command and the AWS CLI use, over a WorkflowStore.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { JsonOperation } from '../aws/json-server.ts';
import type { JsonObject } from '../aws/json-value.ts';
import { ServiceError } from '../aws/service-error.ts';
import type { ExecutionDescription, WorkflowStore } from './workflow-store.ts';

const mostResults = 1000;
const presetListResults = 100;

function readText(request: JsonObject, field: string): string {
  const value = request[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new ServiceError('ValidationException', `${field}: expected a text, found ${JSON.stringify(value)}`);
}

function readOptionalText(request: JsonObject, field: string): string | undefined {
  return request[field] === undefined || request[field] === null ? undefined : readText(request, field);
}

/** The token is the id of the last entry shown: a page does not shift when something is added in front of it. */
function cutPage<T>(
  all: readonly T[],
  request: JsonObject,
  rules: { preset: number; toId: (entry: T) => string; isWanted?: (entry: T) => boolean },
): { page: T[]; nextToken?: string } {
  const wanted = request['maxResults'];
  const size = typeof wanted === 'number' && wanted > 0 ? Math.min(wanted, mostResults) : rules.preset;
  const token = readOptionalText(request, 'nextToken');
  const before = token === undefined ? -1 : all.findIndex((entry) => rules.toId(entry) === token);
  if (token !== undefined && before === -1) throw new ServiceError('InvalidToken', `Invalid Token: '${token}'`);
  const left = all.slice(before + 1).filter(rules.isWanted ?? (() => true));
  const page = left.slice(0, size);
  const last = page.at(-1);
  return { page, ...(left.length > size && last !== undefined ? { nextToken: rules.toId(last) } : {}) };
}

function toListItem(execution: ExecutionDescription) {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, redriveCount, redriveDate } = execution;
  return { executionArn, stateMachineArn, name, status, startDate, stopDate, redriveCount, redriveDate };
}

function withoutData(event: HistoryEvent): HistoryEvent {
  const entries = Object.entries(event).map(([key, value]: [string, unknown]): [string, unknown] => {
    if (!key.endsWith('EventDetails') || typeof value !== 'object' || value === null) return [key, value];
    return [
      key,
      Object.fromEntries(Object.entries(value).filter(([field]) => field !== 'input' && field !== 'output')),
    ];
  });
  return { ...event, ...Object.fromEntries(entries) };
}

/** By operation name; `definition` is shown by DescribeStateMachine as it was written. Errors are ServiceErrors. */
export function createStepFunctionsOperations(
  store: WorkflowStore,
  definition: unknown,
): Record<string, JsonOperation> {
  const creationDate = new Date();
  const machine = { stateMachineArn: store.stateMachineArn, name: store.stateMachineName, type: 'STANDARD' };
  const checkMachine = (request: JsonObject): void => {
    const arn = readText(request, 'stateMachineArn');
    if (arn !== store.stateMachineArn) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
  };
  return {
    ListStateMachines: () => ({ stateMachines: [{ ...machine, creationDate }] }),
    DescribeStateMachine(request) {
      checkMachine(request);
      const roleArn = 'arn:aws:iam::000000000000:role/local';
      return { ...machine, creationDate, status: 'ACTIVE', roleArn, definition: JSON.stringify(definition, null, 2) };
    },
    StartExecution(request) {
      checkMachine(request);
      const name = readOptionalText(request, 'name');
      const input = readOptionalText(request, 'input');
      const started = store.start({
        ...(name === undefined ? {} : { name }),
        ...(input === undefined ? {} : { input }),
      });
      return { executionArn: started.executionArn, startDate: started.startDate };
    },
    ListExecutions(request) {
      checkMachine(request);
      const status = readOptionalText(request, 'statusFilter');
      const redriven = readOptionalText(request, 'redriveFilter');
      const { page, ...next } = cutPage(store.list(), request, {
        preset: presetListResults,
        toId: ({ executionArn }) => executionArn,
        isWanted: (execution) =>
          (status === undefined || execution.status === status) &&
          (redriven === undefined || execution.redriveCount > 0 === (redriven === 'REDRIVEN')),
      });
      return { executions: page.map(toListItem), ...next };
    },
    DescribeExecution(request) {
      const execution = store.describe(readText(request, 'executionArn'));
      const included = { included: true };
      return {
        ...execution,
        inputDetails: included,
        ...(execution.output === undefined ? {} : { outputDetails: included }),
      };
    },
    GetExecutionHistory(request) {
      const events = store.history(readText(request, 'executionArn'));
      const ordered = request['reverseOrder'] === true ? events.toReversed() : events;
      const { page, ...next } = cutPage(ordered, request, { preset: mostResults, toId: ({ id }) => String(id) });
      return { events: request['includeExecutionData'] === false ? page.map(withoutData) : page, ...next };
    },
    StopExecution(request) {
      const error = readOptionalText(request, 'error');
      const cause = readOptionalText(request, 'cause');
      const stopped = store.stop(readText(request, 'executionArn'), {
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      });
      return { stopDate: stopped.stopDate };
    },
    RedriveExecution(request) {
      const redriven = store.redrive(readText(request, 'executionArn'), readOptionalText(request, 'clientToken'));
      return { redriveDate: redriven.redriveDate };
    },
  };
}
