// Runs a workflow state by state from where its progress stands. The progress is what a redrive needs: the state that was
// entered last, that state's input, and what became of a Map's items.
import { ExecutionError, type StateMachine } from 'aws-local-stepfunctions';
import type { JsonObject, JsonValue } from '../aws/json-value.ts';
import { addStateAborted, addStateEntered, addStateExited, type HistoryBranch } from './execution-history.ts';
import { callFunction, checkSize, WorkflowError, type StepHandler } from './function-call.ts';
import type { MapPlan, Workflow, WorkflowState } from './workflow-definition.ts';

export interface Progress {
  stateName: string;
  input: JsonValue;
  /** Items of the Map that `stateName` is, once it has begun. */
  items: ItemProgress[] | undefined;
}

interface ItemProgress {
  result: { readonly output: JsonValue } | undefined;
  progress: Progress | undefined;
}

/** What all states of one run share. */
export interface Run {
  readonly handlers: Readonly<Record<string, StepHandler>>;
  readonly signal: AbortSignal;
  /** Replaces every wait of a Retry; undefined: as the definition says. */
  readonly retryWaitMs: number | undefined;
  readonly onFunctionStart: (ended: Promise<void>) => void;
}

interface Scope {
  readonly run: Run;
  readonly branch: HistoryBranch;
  /** The context object without State. */
  readonly context: JsonObject;
}

export function startProgress(workflow: Workflow, input: JsonValue): Progress {
  return { stateName: workflow.startAt, input, items: undefined };
}

async function runMachine(machine: StateMachine, input: JsonValue, context: JsonObject): Promise<JsonValue> {
  try {
    return await machine.run(input, { context }).result;
  } catch (error) {
    throw error instanceof ExecutionError ? error.cause : error;
  }
}

function toStateError(error: unknown, state: WorkflowState): unknown {
  const cause = error instanceof ExecutionError ? error.cause : error;
  if (!(cause instanceof Error) || cause instanceof WorkflowError || state.type === 'Fail') return cause;
  return new WorkflowError(cause.name, `An error occurred while executing the state '${state.name}': ${cause.message}`);
}

/** `next` is undefined at the end of the workflow. */
async function runState(
  state: WorkflowState,
  input: JsonValue,
  scope: Scope,
  work: (input: JsonValue) => Promise<JsonValue>,
): Promise<{ output: JsonValue; next: string | undefined }> {
  const { signal, retryWaitMs } = scope.run;
  const execution = state.machine.run(input, {
    context: scope.context,
    overrides: {
      taskResourceLocalHandlers: { [state.name]: work },
      ...(retryWaitMs === undefined ? {} : { retryIntervalOverrides: { [state.name]: retryWaitMs } }),
    },
  });
  signal.addEventListener('abort', execution.abort, { once: true });
  const events = Array.fromAsync(execution.eventLogs);
  try {
    const output = await execution.result;
    checkSize(output, state.name);
    // All other states of the machine are Succeed: the second one entered is where this state leads.
    const entered = (await events).filter((event) => event.type === 'StateEntered');
    return { output, next: entered[1]?.state.name };
  } catch (error) {
    throw toStateError(error, state);
  } finally {
    signal.removeEventListener('abort', execution.abort);
  }
}

async function runItem(map: MapPlan, item: ItemProgress, input: JsonValue, scope: Scope): Promise<void> {
  item.progress ??= startProgress(
    map.processor,
    map.selectorMachine === undefined ? input : await runMachine(map.selectorMachine, input, scope.context),
  );
  item.result = { output: await runWorkflow(map.processor, item.progress, scope) };
}

/**
 * Runs the items that have no result yet. After a failure no further item is started, those running are waited for.
 * @throws the first failed item's error
 */
async function runMap(state: WorkflowState, map: MapPlan, input: JsonValue, at: Progress, scope: Scope) {
  const { branch, run } = scope;
  const values = await runMachine(map.itemsMachine, input, scope.context);
  if (!Array.isArray(values)) {
    throw new WorkflowError('States.Runtime', `The items of the Map state '${state.name}' are not an array.`, true);
  }
  const items = (at.items ??= values.map(() => ({ result: undefined, progress: undefined })));
  branch.add('MapStateStarted', { mapStateStartedEventDetails: { length: values.length } });
  const failures: unknown[] = [];
  const waiting = [...items.entries()].filter(([, item]) => item.result === undefined);

  const runNextItems = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift()) {
      if (run.signal.aborted) return;
      const [index, item] = next;
      const value = values[index] ?? null;
      const iteration = { mapIterationStartedEventDetails: { name: state.name, index } };
      const itemBranch = branch.fork();
      itemBranch.add('MapIterationStarted', iteration);
      try {
        const context = { ...scope.context, Map: { Item: { Index: index, Value: value } } };
        await runItem(map, item, map.selectorMachine === undefined ? value : input, {
          ...scope,
          branch: itemBranch,
          context,
        });
        itemBranch.add('MapIterationSucceeded', { mapIterationSucceededEventDetails: { name: state.name, index } });
      } catch (error) {
        failures.push(error);
        itemBranch.add('MapIterationFailed', { mapIterationFailedEventDetails: { name: state.name, index } });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(map.maxConcurrency, waiting.length) }, runNextItems));

  if (failures.length > 0) {
    branch.add('MapStateFailed');
    throw failures[0];
  }
  branch.add('MapStateSucceeded');
  return items.map((item) => item.result?.output ?? null);
}

function createWork(state: WorkflowState, progress: Progress, scope: Scope): (input: JsonValue) => Promise<JsonValue> {
  const { run, branch } = scope;
  let attempt = 0;
  return async (input) => {
    attempt += 1;
    if (state.map !== undefined) {
      // A redrive keeps the results of the items; a Retry of the Map itself starts all of them anew.
      if (attempt > 1) progress.items = undefined;
      return runMap(state, state.map, input, progress, scope);
    }
    const { task } = state;
    const handler = task === undefined ? undefined : run.handlers[task.functionKey];
    if (task === undefined || handler === undefined) throw new Error(`No function for the state ${state.name}`);
    return callFunction({ task, handler, input, branch, signal: run.signal, onStart: run.onFunctionStart });
  };
}

/**
 * Runs on from `progress` to the end and returns the output; `progress` is kept up to date, so that after a failure it
 * stands at the failed state. Aborting the run's signal ends it; a function in flight runs on unheard.
 * @throws Error whose name and message are error and cause of the execution
 */
export async function runWorkflow(workflow: Workflow, progress: Progress, scope: Scope): Promise<JsonValue> {
  for (;;) {
    const state = workflow.states.get(progress.stateName);
    if (state === undefined) throw new Error(`No state ${progress.stateName}`);
    addStateEntered(scope.branch, state, progress.input);
    const entered = { Name: state.name, EnteredTime: new Date().toISOString() };
    const inState = { ...scope, context: { ...scope.context, State: entered } };
    const { output, next } = await runState(state, progress.input, inState, createWork(state, progress, inState));
    if (scope.run.signal.aborted) throw new WorkflowError('ExecutionAborted', 'The execution was stopped.', true);
    addStateExited(scope.branch, state, output);
    if (next === undefined) return output;
    Object.assign(progress, { stateName: next, input: output, items: undefined });
  }
}

/** Writes into the history that the state in which the run stands was given up. */
export function addProgressAborted(workflow: Workflow, progress: Progress, branch: HistoryBranch): void {
  const state = workflow.states.get(progress.stateName);
  if (state !== undefined) addStateAborted(branch, state.type);
}
