// Calls a step as Lambda does: input and result travel as JSON, an error becomes its type and a JSON text, and whoever
// waits goes on at the timeout while the function itself runs to its end.
import { copyJson, countJsonBytes, maxStateBytes, type JsonValue } from '../aws/json-value.ts';
import { addFunctionScheduled, addFunctionSucceeded, type HistoryBranch } from './execution-history.ts';
import type { TaskPlan } from './workflow-definition.ts';

export type StepHandler = (input: unknown) => Promise<unknown>;

export interface FunctionCall {
  readonly task: TaskPlan;
  readonly handler: StepHandler;
  readonly input: JsonValue;
  readonly branch: HistoryBranch;
  readonly signal: AbortSignal;
  /** Learns of every started call, to know when the last one has ended. */
  readonly onStart: (ended: Promise<void>) => void;
}

/**
 * An error as Step Functions sees it: `name` is what Retry and Catch compare, the message is the cause. The interpreter
 * neither retries nor catches one whose `isRetryable` and `isCatchable` are false.
 */
export class WorkflowError extends Error {
  override readonly name: string;
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(name: string, cause: string, isFinal = false) {
    super(cause);
    this.name = name;
    this.isRetryable = !isFinal;
    this.isCatchable = !isFinal;
  }
}

/** @throws WorkflowError States.DataLimitExceeded above 256 KiB, final as on AWS, where States.ALL does not match it */
export function checkSize(value: JsonValue, stateName: string): void {
  const bytes = countJsonBytes(value);
  if (bytes <= maxStateBytes) return;
  throw new WorkflowError(
    'States.DataLimitExceeded',
    `The state '${stateName}' returned a result of ${bytes} bytes; at most ${maxStateBytes} bytes are allowed.`,
    true,
  );
}

function toFunctionError(error: unknown): WorkflowError {
  if (error instanceof WorkflowError) return error;
  const [errorType, errorMessage, stack] =
    error instanceof Error ? [error.name, error.message, error.stack ?? ''] : [typeof error, String(error), ''];
  return new WorkflowError(errorType, JSON.stringify({ errorType, errorMessage, trace: stack.split('\n') }));
}

async function invoke(handler: StepHandler, input: JsonValue): Promise<JsonValue> {
  const result = await handler(copyJson(input));
  try {
    return copyJson(result);
  } catch (error) {
    const errorMessage = `Unable to stringify response body: ${String(error)}`;
    throw new WorkflowError(
      'Runtime.MarshalError',
      JSON.stringify({ errorType: 'Runtime.MarshalError', errorMessage, trace: [] }),
    );
  }
}

function rejectOnAbort(signal: AbortSignal): { promise: Promise<never>; dispose: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(new WorkflowError('ExecutionAborted', 'The execution was stopped.', true));
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    promise,
    dispose: () => {
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/**
 * One attempt of a Task. The timeout itself is the interpreter's: here it is only written into the history.
 * @throws WorkflowError named like the function's error, with {errorType, errorMessage, trace} as its message
 */
export async function callFunction(call: FunctionCall): Promise<JsonValue> {
  const { task, branch, signal } = call;
  const stopped = rejectOnAbort(signal);
  const attempt = { isTimedOut: false };
  const timer =
    task.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          attempt.isTimedOut = true;
          branch.add('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: { error: 'States.Timeout' } });
        }, task.timeoutSeconds * 1000);
  try {
    if (signal.aborted) return await stopped.promise;
    addFunctionScheduled(branch, { ...task, input: call.input });
    branch.add('LambdaFunctionStarted');
    const running = invoke(call.handler, call.input);
    call.onStart(
      running.then(
        () => undefined,
        () => undefined,
      ),
    );
    const result = await Promise.race([running, stopped.promise]);
    checkSize(result, task.functionKey);
    if (!attempt.isTimedOut) addFunctionSucceeded(branch, result);
    return result;
  } catch (error) {
    const failure = toFunctionError(error);
    if (!attempt.isTimedOut) {
      branch.add('LambdaFunctionFailed', {
        lambdaFunctionFailedEventDetails: { error: failure.name, cause: failure.message },
      });
    }
    throw failure;
  } finally {
    clearTimeout(timer);
    stopped.dispose();
  }
}
