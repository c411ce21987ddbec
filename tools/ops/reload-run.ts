// Starts files again, a few at a time and behind the live ones: what arrives now is more urgent than what came yesterday.
import { toExecutionStart } from '../../functions/lib/domain/report-file/report-identity.ts';
import type { Deployment, Stores } from './deployment.ts';
import { waitForEnd } from './executions/execution-end.ts';
import type { ExecutionReader } from './executions/execution-reader.ts';
import type { ExecutionOutcome } from './executions/report-execution.ts';
import { AccessError } from './ops-errors.ts';
import type { Progress } from './progress.ts';
import { countQueue } from './queues/held-queue.ts';
import type { ReloadFile } from './reload-plan.ts';
import { workUntilStopped, type Pace, type StoppableWork } from './stoppable-work.ts';

export interface ReloadResult extends ReloadFile {
  /** null: the object has gone since it was listed. */
  readonly execution: string | null;
  readonly outcome: ExecutionOutcome | 'GONE';
  readonly error: string | null;
}

export interface ReloadParts {
  readonly deployment: Deployment;
  readonly stores: Pick<Stores, 'source' | 'workflow'>;
  readonly reader: ExecutionReader;
  readonly session: Pace;
  readonly progress: Progress;
}

export interface ReloadOptions {
  /** The same instant makes the same executions: a reload that was cut short goes on where it stood. */
  readonly reloadedAt: string;
  readonly atOnceCount: number;
  /** 0: do not wait for the outcome. */
  readonly maxWaitMs: number;
}

/** Live files have the right of way for so long; after that something is wrong with them. */
const longestPauseMs = 1_800_000;
/** With so many under way besides ours, the hub has enough to do. */
const spareExecutionCount = 6;

/** Waits while live files are on their way. @throws AccessError when they do not get anywhere */
async function giveWay({ deployment, reader, session, progress }: ReloadParts, atOnceCount: number): Promise<void> {
  const { clients, names, pollMs } = deployment;
  const startedAtMs = session.nowMs();
  for (;;) {
    const { waitingCount } = await countQueue(clients.sqs, names.historicalQueueUrl);
    const isFree = waitingCount === 0 && (await reader.isRunningCountBelow(atOnceCount + spareExecutionCount));
    if (isFree) return;
    if (session.nowMs() - startedAtMs > longestPauseMs) {
      throw new AccessError(
        'Live files have been waiting for half an hour: the connector is busy or stuck. Look at npx acdhub status, then go on with --resume',
      );
    }
    progress.pause('live files first');
    await session.wait(pollMs);
  }
}

/** Results in the order of the files; RUNNING for what was started when it was cut short. */
export async function runReload(
  files: readonly ReloadFile[],
  parts: ReloadParts,
  { reloadedAt, atOnceCount, maxWaitMs }: ReloadOptions,
): Promise<StoppableWork<ReloadResult>> {
  const { deployment, stores, reader, progress } = parts;
  const limits = { limit: atOnceCount, session: parts.session };
  return workUntilStopped<ReloadFile, ReloadResult>(files, limits, async (file, session, keep) => {
    await giveWay({ ...parts, session }, atOnceCount);
    const object = await stores.source.head(deployment.names.sourceBucket, file.key);
    if (object === null) {
      keep({ ...file, execution: null, outcome: 'GONE', error: null });
      return;
    }
    const start = toExecutionStart(object, reloadedAt);
    await stores.workflow.start(start);
    const arn = reader.toArn(start.executionName);
    const started = { ...file, execution: start.executionName };
    keep({ ...started, outcome: 'RUNNING', error: null });
    const ended =
      maxWaitMs === 0 ? null : await waitForEnd(arn, { reader, session, pollMs: deployment.pollMs }, maxWaitMs);
    if (ended !== null) keep({ ...started, outcome: ended.outcome, error: ended.error });
    progress.advance(start.executionName);
  });
}
