// Waits for the execution an upload starts. The stack tells of every event and every end; a timer tells of silence.
import type { ExecutionEvent } from '../stack.ts';
import type { ExecutionDescription } from '../workflow/workflow-store.ts';
import { readObjectKey } from './file-result.ts';

export interface WatchLimits {
  /** Longest wait for the execution to start. */
  readonly startMs: number;
  /** Longest wait for the next event of an execution: longer than its longest step. */
  readonly silenceMs: number;
}

export type WatchedEnd =
  | { readonly ended: true; readonly execution: ExecutionDescription }
  /** Not started within its time (null), or silent for too long. */
  | { readonly ended: false; readonly executionArn: string | null };

export interface ExecutionWatch {
  onEvent(event: ExecutionEvent): void;
  onEnd(execution: ExecutionDescription): void;
  /** To be called before the upload; one at a time for each key. */
  waitFor(key: string): Promise<WatchedEnd>;
}

interface Waiting {
  readonly resolve: (end: WatchedEnd) => void;
  timer: NodeJS.Timeout;
}

export function createExecutionWatch({ startMs, silenceMs }: WatchLimits): ExecutionWatch {
  const waiting = new Map<string, Waiting>();
  const keys = new Map<string, string>();
  const finish = (key: string, end: WatchedEnd): void => {
    const entry = waiting.get(key);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    waiting.delete(key);
    entry.resolve(end);
  };
  const startTimer = (key: string, executionArn: string | null, ms: number): NodeJS.Timeout =>
    // An interrupted run must not stay alive for its timers.
    setTimeout(() => {
      finish(key, { ended: false, executionArn });
    }, ms).unref();

  return {
    onEvent({ executionArn, event }) {
      const input = event.executionStartedEventDetails?.input;
      const started = input === undefined ? null : readObjectKey(input);
      if (started !== null) keys.set(executionArn, started);
      const key = keys.get(executionArn);
      const entry = key === undefined ? undefined : waiting.get(key);
      if (key === undefined || entry === undefined) return;
      clearTimeout(entry.timer);
      entry.timer = startTimer(key, executionArn, silenceMs);
    },
    onEnd(execution) {
      keys.delete(execution.executionArn);
      const key = readObjectKey(execution.input);
      if (key !== null) finish(key, { ended: true, execution });
    },
    waitFor(key) {
      const { promise, resolve } = Promise.withResolvers<WatchedEnd>();
      waiting.set(key, { resolve, timer: startTimer(key, null, startMs) });
      return promise;
    },
  };
}
