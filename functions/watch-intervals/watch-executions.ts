// Which executions failed and still wait for somebody. Status events are best effort, so Step Functions itself is asked.
import {
  isHealed,
  parseExecutionUpload,
  redriveWindowMs,
  type ExecutionUpload,
} from '../lib/domain/coverage/failed-executions.ts';
import { toInstant } from '../lib/domain/interval.ts';
import { mapConcurrently } from '../lib/io/concurrency.ts';
import type { EndedExecution, ExecutionArchive } from '../lib/io/execution-archive.ts';
import type { ReportCheckpoints } from '../lib/io/report-checkpoints.ts';
import type { KnownFailure, WatchLedger } from '../lib/io/watch-ledger.ts';

export interface WatchExecutionsDeps {
  readonly archive: ExecutionArchive;
  readonly checkpoints: Pick<ReportCheckpoints, 'read'>;
  readonly watchLedger: Pick<WatchLedger, 'listFailures' | 'writeFailure'>;
}

export interface ExecutionsLook {
  /** Those that failed within the redrive window and are not settled; ones there was no time to look at are counted. */
  readonly openCount: number;
  /** Uploads that wait for a redrive. */
  readonly failed: readonly ExecutionUpload[];
  readonly quarantined: readonly ExecutionUpload[];
  /** Every execution known to have failed, settled or not. */
  readonly failedNames: ReadonlySet<string>;
  /** Whether nothing is left to do for the execution of that ARN, so that its message may go. */
  readonly isSettled: (executionArn: string) => Promise<boolean>;
  readonly limits: readonly string[];
}

const callsAtOnce = 4;
const mostExamined = 300;

async function examine(
  { archive }: WatchExecutionsDeps,
  { name, executionArn, stoppedAt }: EndedExecution,
  firstNoticedAt: string,
): Promise<KnownFailure | null> {
  const found = await archive.describe(executionArn);
  // Redriven since it was listed: the next run sees how that ends.
  if (found === null || found.status === 'RUNNING' || found.status === 'SUCCEEDED') return null;
  const upload = parseExecutionUpload(found.input);
  const facts = { executionName: name, stoppedAt, upload, firstNoticedAt };
  if (upload === null) return { ...facts, verdict: 'NO_UPLOAD' };
  return { ...facts, verdict: (await archive.hasEndedInFailState(executionArn)) ? 'QUARANTINED' : 'OPEN' };
}

/**
 * Lists what failed within the redrive window, asks about what is new, and settles what was healed since. What is known of a
 * failure is kept, so that each is asked about once.
 */
export async function watchExecutions(deps: WatchExecutionsDeps, nowMs: number): Promise<ExecutionsLook> {
  const { archive, checkpoints, watchLedger } = deps;
  const stoppedSince = toInstant(nowMs - redriveWindowMs);
  // A redrive keeps the start and moves the end.
  const listed = await archive.listFailed(toInstant(nowMs - 2 * redriveWindowMs));
  const recent = listed.executions.filter(({ stoppedAt }) => stoppedAt >= stoppedSince);
  const known = new Map((await watchLedger.listFailures()).map((failure) => [failure.executionName, failure]));
  const isUnchanged = ({ name, stoppedAt }: EndedExecution) => known.get(name)?.stoppedAt === stoppedAt;
  const unexamined = new Set(recent.filter((ended) => !isUnchanged(ended)).slice(mostExamined));

  const save = async (failure: KnownFailure): Promise<KnownFailure> => {
    await watchLedger.writeFailure(failure);
    known.set(failure.executionName, failure);
    return failure;
  };
  const judge = async (ended: EndedExecution): Promise<KnownFailure | 'unexamined' | null> => {
    if (unexamined.has(ended)) return 'unexamined';
    const seen = known.get(ended.name);
    const isNew = seen === undefined || !isUnchanged(ended);
    const failure = isNew ? await examine(deps, ended, seen?.firstNoticedAt ?? toInstant(nowMs)) : seen;
    if (failure === null) return null;
    const { verdict, upload } = failure;
    const isNowHealed = verdict === 'OPEN' && upload !== null && isHealed(upload, await checkpoints.read(upload));
    if (isNowHealed) return save({ ...failure, verdict: 'HEALED' });
    return isNew ? save(failure) : failure;
  };
  const judged = await mapConcurrently(recent, callsAtOnce, judge);

  // Open ones that are not listed as failed any more were redriven.
  const listedNames = new Set(listed.executions.map(({ name }) => name));
  const redriven = [...known.values()].filter(
    ({ executionName, verdict, stoppedAt }) =>
      verdict === 'OPEN' && stoppedAt >= stoppedSince && !listedNames.has(executionName),
  );
  await mapConcurrently(redriven, callsAtOnce, async (failure) => {
    const found = await archive.describe(archive.toExecutionArn(failure.executionName));
    if (found?.status === 'SUCCEEDED') await save({ ...failure, verdict: 'HEALED' });
  });

  const failures = judged.filter((failure) => failure !== null && failure !== 'unexamined');
  const verdicts = new Map(failures.map(({ executionName, verdict }) => [executionName, verdict]));
  const uploadsOf = (verdict: KnownFailure['verdict']) =>
    failures.filter((failure) => failure.verdict === verdict).flatMap(({ upload }) => upload ?? []);
  return {
    openCount: uploadsOf('OPEN').length + unexamined.size,
    failed: uploadsOf('OPEN'),
    quarantined: uploadsOf('QUARANTINED'),
    failedNames: new Set([...listedNames, ...known.keys()]),
    async isSettled(executionArn) {
      const ofThisMachine = archive.toExecutionArn('');
      if (!executionArn.startsWith(ofThisMachine)) return false;
      const name = executionArn.slice(ofThisMachine.length);
      if (listedNames.has(name)) return (verdicts.get(name) ?? 'OPEN') !== 'OPEN';
      return (
        (known.get(name)?.verdict ?? 'OPEN') !== 'OPEN' ||
        (await archive.describe(executionArn))?.status === 'SUCCEEDED'
      );
    },
    limits: [
      ...(listed.isComplete ? [] : ['More executions have failed than were listed']),
      ...(unexamined.size === 0 ? [] : [`${unexamined.size} failed executions are looked at in the next run`]),
    ],
  };
}
