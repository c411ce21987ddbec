// Waits for an execution to end, looking again and again: a redriven one may take an hour of retries.
import type { Session } from '../session.ts';
import type { ExecutionReader } from './execution-reader.ts';
import type { ReportExecution } from './report-execution.ts';

export interface EndParts {
  readonly reader: Pick<ExecutionReader, 'describe'>;
  readonly session: Pick<Session, 'wait' | 'nowMs'>;
  readonly pollMs: number;
}

/** The execution as it has ended, or as it stands after `maxWaitMs`; null when it is not there. */
export async function waitForEnd(
  arn: string,
  { reader, session, pollMs }: EndParts,
  maxWaitMs: number,
): Promise<ReportExecution | null> {
  const startedAtMs = session.nowMs();
  for (;;) {
    const execution = await reader.describe(arn);
    if (execution?.outcome !== 'RUNNING' || session.nowMs() - startedAtMs >= maxWaitMs) return execution;
    await session.wait(pollMs);
  }
}
