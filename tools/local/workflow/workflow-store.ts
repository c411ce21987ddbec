// The executions of one state machine, in memory: start, list, describe, history, stop, redrive. Rules and messages are
// those of Step Functions Standard workflows.
import { randomUUID } from 'node:crypto';
import type { ExecutionStatus, HistoryEvent } from '@aws-sdk/client-sfn';
import { maxStateBytes, parseJson, type JsonObject, type JsonValue } from '../aws/json-value.ts';
import { ServiceError } from '../aws/service-error.ts';
import {
  addExecutionStarted,
  addExecutionSucceeded,
  createHistory,
  type ExecutionHistory,
  type HistoryBranch,
} from './execution-history.ts';
import { WorkflowError, type StepHandler } from './function-call.ts';
import { listFunctionKeys, localAccountId, localRegion, type Workflow } from './workflow-definition.ts';
import { addProgressAborted, runWorkflow, startProgress, type Progress } from './workflow-run.ts';

/** As DescribeExecution answers; `input` and `output` are JSON texts. */
export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  readonly stopDate?: Date;
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate?: Date;
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  readonly redriveStatusReason?: string;
}

/** Every method that takes an ARN throws ServiceError ExecutionDoesNotExist for one that is not there. */
export interface WorkflowStore {
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
  /**
   * Idempotent while the execution of that name is running with the same input.
   * @throws ServiceError ExecutionAlreadyExists, InvalidName, InvalidExecutionInput
   */
  start(request: { readonly name?: string; readonly input?: string }): ExecutionDescription;
  /** Newest first. */
  list(): readonly ExecutionDescription[];
  describe(executionArn: string): ExecutionDescription;
  history(executionArn: string): readonly HistoryEvent[];
  /** Ends a running execution as ABORTED; one that has ended is left as it is. */
  stop(executionArn: string, reason?: { readonly error?: string; readonly cause?: string }): ExecutionDescription;
  /**
   * Goes on at the failed state; a second time with the same token it does nothing.
   * @throws ServiceError ExecutionNotRedrivable
   */
  redrive(executionArn: string, clientToken?: string): ExecutionDescription;
  /** The execution as it has ended; waits while it runs. */
  finished(executionArn: string): Promise<ExecutionDescription>;
  /** Names of the executions that run now, and how many functions do (also those nobody waits for any more). */
  activity(): { readonly running: readonly string[]; readonly functionCount: number };
  /** Stops all executions and waits for the functions in flight, at most 5 s. */
  close(): Promise<void>;
}

export interface WorkflowStoreOptions {
  readonly stateMachineName: string;
  readonly workflow: Workflow;
  readonly handlers: Readonly<Record<string, StepHandler>>;
  /** Every wait of a Retry lasts this long; undefined: as long as the state machine says. */
  readonly retryWaitMs: number | undefined;
  readonly onEvent: (execution: { executionArn: string; name: string }, event: HistoryEvent) => void;
  readonly onEnd: (execution: ExecutionDescription) => void;
}

interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly input: string;
  readonly startDate: Date;
  readonly history: ExecutionHistory;
  readonly progress: Progress;
  state: { status: ExecutionStatus; stopDate?: Date; output?: string; error?: string; cause?: string };
  redrives: Date[];
  readonly redriveTokens: Set<string>;
  controller: AbortController;
  running: Promise<void>;
}

const longestCloseMs = 5_000;
const invalidName = /[^\x21-\x7e]|[<>{}[\]?*"#%\\^|~`$&,;:/]/;

function checkStart(name: string, input: string): JsonValue {
  if (name.length < 1 || name.length > 80 || invalidName.test(name)) {
    throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  }
  if (Buffer.byteLength(input) > maxStateBytes) {
    const found = Buffer.byteLength(input);
    throw new ServiceError('InvalidExecutionInput', `The input has ${found} bytes; at most ${maxStateBytes} allowed`);
  }
  try {
    return parseJson(input);
  } catch (error) {
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${String(error)}'`);
  }
}

function describeRedrive(status: ExecutionStatus): Pick<ExecutionDescription, 'redriveStatus' | 'redriveStatusReason'> {
  return ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status)
    ? { redriveStatus: 'REDRIVABLE' }
    : {
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: `Execution is ${status} and cannot be redriven`,
      };
}

/** @throws Error when a Task of the workflow has no handler */
export function createWorkflowStore(options: WorkflowStoreOptions): WorkflowStore {
  const { stateMachineName, workflow, handlers } = options;
  const missing = listFunctionKeys(workflow).filter((key) => handlers[key] === undefined);
  if (missing.length > 0) {
    throw new Error(`The state machine calls ${missing.join(', ')}, but there is no such function in this stack`);
  }
  const statesArn = `arn:aws:states:${localRegion}:${localAccountId}`;
  const stateMachineArn = `${statesArn}:stateMachine:${stateMachineName}`;
  const executions = new Map<string, Execution>();
  const functionsInFlight = new Set<Promise<void>>();

  const describe = (execution: Execution): ExecutionDescription => {
    const redriveDate = execution.redrives.at(-1);
    return {
      executionArn: execution.executionArn,
      stateMachineArn,
      name: execution.name,
      startDate: execution.startDate,
      input: execution.input,
      ...execution.state,
      redriveCount: execution.redrives.length,
      ...(redriveDate === undefined ? {} : { redriveDate }),
      ...describeRedrive(execution.state.status),
    };
  };
  const find = (executionArn: string): Execution => {
    const execution = executions.get(executionArn);
    if (execution !== undefined) return execution;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  };
  const end = (execution: Execution, state: Execution['state']): void => {
    execution.state = { ...state, stopDate: new Date() };
    options.onEnd(describe(execution));
  };
  const createContext = (execution: Execution): JsonObject => ({
    WorkflowExecution: {
      Id: execution.executionArn,
      Name: execution.name,
      Input: parseJson(execution.input),
      StartTime: execution.startDate.toISOString(),
      RedriveCount: execution.redrives.length,
    },
    StateMachine: { Id: stateMachineArn, Name: stateMachineName },
  });

  /** Ends the run from outside; what still runs of it is not heard any more. */
  const interrupt = (execution: Execution, status: 'ABORTED' | 'TIMED_OUT', reason: Record<string, string>): void => {
    const branch = execution.history.createBranch();
    execution.controller.abort();
    addProgressAborted(workflow, execution.progress, branch);
    if (status === 'ABORTED') branch.add('ExecutionAborted', { executionAbortedEventDetails: reason });
    else branch.add('ExecutionTimedOut', { executionTimedOutEventDetails: reason });
    end(execution, { status, ...reason });
  };

  const run = async (execution: Execution, branch: HistoryBranch): Promise<void> => {
    const { signal } = execution.controller;
    const timer =
      workflow.timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            interrupt(execution, 'TIMED_OUT', { error: 'States.Timeout' });
          }, workflow.timeoutSeconds * 1000);
    try {
      const output = await runWorkflow(workflow, execution.progress, {
        branch,
        context: createContext(execution),
        run: {
          handlers,
          signal,
          retryWaitMs: options.retryWaitMs,
          onFunctionStart: (ended) => {
            functionsInFlight.add(ended);
            void ended.then(() => functionsInFlight.delete(ended));
          },
        },
      });
      const text = JSON.stringify(output);
      addExecutionSucceeded(branch, text);
      end(execution, { status: 'SUCCEEDED', output: text });
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = thrown instanceof Error ? thrown : new WorkflowError('States.Runtime', String(thrown));
      const reason = { error: failure.name, cause: failure.message };
      branch.add('ExecutionFailed', { executionFailedEventDetails: reason });
      end(execution, { status: 'FAILED', ...reason });
    } finally {
      clearTimeout(timer);
    }
  };

  const create = (name: string, input: string, parsed: JsonValue): Execution => {
    const executionArn = `${statesArn}:execution:${stateMachineName}:${name}`;
    const execution: Execution = {
      executionArn,
      name,
      input,
      startDate: new Date(),
      history: createHistory((event) => {
        options.onEvent({ executionArn, name }, event);
      }),
      progress: startProgress(workflow, parsed),
      state: { status: 'RUNNING' },
      redrives: [],
      redriveTokens: new Set(),
      controller: new AbortController(),
      running: Promise.resolve(),
    };
    executions.set(executionArn, execution);
    return execution;
  };

  const store: WorkflowStore = {
    stateMachineName,
    stateMachineArn,
    start({ name = randomUUID(), input = '{}' }) {
      const parsed = checkStart(name, input);
      const existing = executions.get(`${statesArn}:execution:${stateMachineName}:${name}`);
      if (existing !== undefined) {
        if (existing.state.status === 'RUNNING' && existing.input === input) return describe(existing);
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.executionArn}'`);
      }
      const execution = create(name, input, parsed);
      const branch = execution.history.createBranch(execution.controller.signal);
      addExecutionStarted(branch, input);
      execution.running = run(execution, branch);
      return describe(execution);
    },
    list: () => [...executions.values()].toReversed().map(describe),
    describe: (executionArn) => describe(find(executionArn)),
    history: (executionArn) => [...find(executionArn).history.events],
    stop(executionArn, reason = {}) {
      const execution = find(executionArn);
      if (execution.state.status === 'RUNNING') interrupt(execution, 'ABORTED', { ...reason });
      return describe(execution);
    },
    redrive(executionArn, clientToken) {
      const execution = find(executionArn);
      if (clientToken !== undefined && execution.redriveTokens.has(clientToken)) return describe(execution);
      const { redriveStatus, redriveStatusReason } = describeRedrive(execution.state.status);
      if (redriveStatus === 'NOT_REDRIVABLE') {
        throw new ServiceError('ExecutionNotRedrivable', redriveStatusReason ?? 'Execution cannot be redriven');
      }
      if (clientToken !== undefined) execution.redriveTokens.add(clientToken);
      execution.redrives.push(new Date());
      execution.state = { status: 'RUNNING' };
      execution.controller = new AbortController();
      const branch = execution.history.createBranch(execution.controller.signal);
      branch.add('ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: execution.redrives.length } });
      execution.running = execution.running.then(() => run(execution, branch));
      return describe(execution);
    },
    async finished(executionArn) {
      const execution = find(executionArn);
      while (execution.state.status === 'RUNNING') await execution.running;
      return describe(execution);
    },
    activity: () => ({
      running: [...executions.values()].filter(({ state }) => state.status === 'RUNNING').map(({ name }) => name),
      functionCount: functionsInFlight.size,
    }),
    async close() {
      for (const { executionArn } of executions.values()) {
        store.stop(executionArn, { error: 'LocalStackClosed', cause: 'The local stack was stopped.' });
      }
      const late = AbortSignal.timeout(longestCloseMs);
      const tooLate = new Promise<void>((resolve) => {
        late.addEventListener('abort', () => {
          resolve();
        });
      });
      await Promise.race([Promise.all(functionsInFlight), tooLate]);
    },
  };
  return store;
}
