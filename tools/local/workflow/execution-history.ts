// The events of one execution in the shape of GetExecutionHistory: ids ascending from 1, each pointing to the event it
// follows. Iterations of a Map are branches that run side by side.
import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { JsonValue } from '../aws/json-value.ts';
import type { StateType, WorkflowState } from './workflow-definition.ts';

export type EventDetails = Omit<HistoryEvent, 'id' | 'type' | 'timestamp' | 'previousEventId'>;

export interface HistoryBranch {
  add(type: HistoryEventType, details?: EventDetails): void;
  /** A branch that begins at this branch's last event. */
  fork(): HistoryBranch;
}

export interface ExecutionHistory {
  readonly events: readonly HistoryEvent[];
  /** The main line; it adds nothing any more once the signal is aborted (a Lambda that ends too late is not heard). */
  createBranch(signal?: AbortSignal): HistoryBranch;
}

const untruncated = { truncated: false } as const;
const roleArn = 'arn:aws:iam::000000000000:role/local';

/** `onEvent` is called with each event right after it was added. */
export function createHistory(onEvent: (event: HistoryEvent) => void): ExecutionHistory {
  const events: HistoryEvent[] = [];
  const createBranchAt = (firstEventId: number, signal: AbortSignal | undefined): HistoryBranch => {
    let previousEventId = firstEventId;
    return {
      add(type, details = {}) {
        if (signal?.aborted === true) return;
        const event: HistoryEvent = { timestamp: new Date(), type, id: events.length + 1, previousEventId, ...details };
        previousEventId = events.length + 1;
        events.push(event);
        onEvent(event);
      },
      fork: () => createBranchAt(previousEventId, signal),
    };
  };
  return { events, createBranch: (signal) => createBranchAt(events.length, signal) };
}

export function addExecutionStarted(branch: HistoryBranch, input: string): void {
  branch.add('ExecutionStarted', { executionStartedEventDetails: { input, inputDetails: untruncated, roleArn } });
}

export function addStateEntered(branch: HistoryBranch, state: WorkflowState, input: JsonValue): void {
  branch.add(`${state.type}StateEntered`, {
    stateEnteredEventDetails: { name: state.name, input: JSON.stringify(input), inputDetails: untruncated },
  });
}

/** A Fail state is never left. */
export function addStateExited(branch: HistoryBranch, state: WorkflowState, output: JsonValue): void {
  if (state.type === 'Fail') return;
  branch.add(`${state.type}StateExited`, {
    stateExitedEventDetails: { name: state.name, output: JSON.stringify(output), outputDetails: untruncated },
  });
}

const abortedEvents: Partial<Record<StateType, HistoryEventType>> = {
  Task: 'TaskStateAborted',
  Map: 'MapStateAborted',
  Wait: 'WaitStateAborted',
};

export function addStateAborted(branch: HistoryBranch, type: StateType): void {
  const event = abortedEvents[type];
  if (event !== undefined) branch.add(event);
}

export function addFunctionScheduled(
  branch: HistoryBranch,
  call: { resource: string; input: JsonValue; timeoutSeconds: number | undefined },
): void {
  branch.add('LambdaFunctionScheduled', {
    lambdaFunctionScheduledEventDetails: {
      resource: call.resource,
      input: JSON.stringify(call.input),
      inputDetails: untruncated,
      ...(call.timeoutSeconds === undefined ? {} : { timeoutInSeconds: call.timeoutSeconds }),
    },
  });
}

export function addFunctionSucceeded(branch: HistoryBranch, output: JsonValue): void {
  branch.add('LambdaFunctionSucceeded', {
    lambdaFunctionSucceededEventDetails: { output: JSON.stringify(output), outputDetails: untruncated },
  });
}

export function addExecutionSucceeded(branch: HistoryBranch, output: string): void {
  branch.add('ExecutionSucceeded', { executionSucceededEventDetails: { output, outputDetails: untruncated } });
}
