// The failed executions there are, with what is to be done about each.
import { mapConcurrently } from '../../../functions/lib/io/concurrency.ts';
import type { Stores } from '../deployment.ts';
import type { ExecutionReader } from './execution-reader.ts';
import { planRedrives, type KeyCheckpoint, type RedriveStep } from './redrive-plan.ts';
import { failedStatuses, type ReportExecution } from './report-execution.ts';

const callsAtOnce = 8;

/** Plans for the executions given; reads the checkpoint of each file. */
export async function planFor(
  executions: readonly ReportExecution[],
  { checkpoints }: Pick<Stores, 'checkpoints'>,
): Promise<RedriveStep[]> {
  const objects = new Map(
    executions.flatMap(({ input }) => (input === null ? [] : [[input.object.key, input.object]])),
  );
  const entries = await mapConcurrently(
    [...objects],
    callsAtOnce,
    async ([key, object]): Promise<[string, KeyCheckpoint | null]> => [key, await checkpoints.read(object)],
  );
  return planRedrives(executions, new Map(entries));
}

/** Executions that failed since then, newest first, and whether there are more than `limit`. */
export async function planAllFailed(
  reader: ExecutionReader,
  stores: Pick<Stores, 'checkpoints'>,
  { sinceMs, limit }: { readonly sinceMs: number; readonly limit: number },
): Promise<{ readonly steps: RedriveStep[]; readonly isCut: boolean }> {
  const { executions, isCut } = await reader.list({ statuses: failedStatuses, sinceMs, limit });
  return { steps: await planFor(await reader.describeAll(executions), stores), isCut };
}
