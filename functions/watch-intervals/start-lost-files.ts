// Files that lie in the bucket and were never started: their event was lost, or events are switched off.
import {
  findUnknownFiles,
  toNextListKey,
  type LostFileRules,
  type LyingFile,
} from '../lib/domain/coverage/lost-files.ts';
import { toExecutionStart, type UploadedObject } from '../lib/domain/report-file/report-identity.ts';
import { mapConcurrently } from '../lib/io/concurrency.ts';
import type { ExecutionArchive } from '../lib/io/execution-archive.ts';
import type { ReportCheckpoints } from '../lib/io/report-checkpoints.ts';
import type { ReportWorkflow } from '../lib/io/report-workflow.ts';
import type { SourceBucket } from '../lib/io/source-bucket.ts';

export interface StartLostFilesDeps {
  readonly source: Pick<SourceBucket, 'head' | 'list'>;
  readonly checkpoints: Pick<ReportCheckpoints, 'read'>;
  readonly archive: Pick<ExecutionArchive, 'describe' | 'toExecutionArn'>;
  readonly workflow: ReportWorkflow;
  readonly bucket: string;
  readonly prefix: string;
}

export interface LostFiles {
  readonly started: readonly LyingFile[];
  /** Where the next run's listing goes on; null: from the beginning. */
  readonly listAfterKey: string | null;
  readonly limits: readonly string[];
}

const mostPages = 100;
const mostStarted = 500;
/** Reload files are asked about in every run, since no ledger knows them: they must not keep a lost file from its turn. */
const mostChecked = 5000;
const checkedAtOnce = 100;
const callsAtOnce = 4;

/**
 * Starts each lost file as its event would have. The listing jumps over old files; one that is too long goes on in the next
 * run at `afterKey`.
 */
export async function startLostFiles(
  deps: StartLostFilesDeps,
  rules: LostFileRules,
  afterKey: string | null,
): Promise<LostFiles> {
  const { objects, listAfterKey } = await listRecent(deps, rules, afterKey);
  const unknown = findUnknownFiles(objects, rules);
  const started: LyingFile[] = [];
  let checkedCount = 0;
  while (checkedCount < Math.min(unknown.length, mostChecked) && started.length < mostStarted) {
    const count = Math.min(checkedAtOnce, mostStarted - started.length);
    const checked = unknown.slice(checkedCount, checkedCount + count);
    const outcomes = await mapConcurrently(checked, callsAtOnce, (file) => isStartedByUs(deps, rules, file));
    started.push(...checked.filter((_, index) => outcomes[index]));
    checkedCount += checked.length;
  }
  return {
    started,
    listAfterKey,
    limits: [
      ...(listAfterKey === null ? [] : [`The listing of the bucket goes on after ${listAfterKey} in the next run`]),
      ...(unknown.length === checkedCount
        ? []
        : [`${unknown.length - checkedCount} files nobody knows of are looked at in the next runs`]),
    ],
  };
}

async function listRecent(
  { source, bucket, prefix }: StartLostFilesDeps,
  { runTimeSince, uploadedSince }: LostFileRules,
  firstKey: string | null,
) {
  const objects: UploadedObject[] = [];
  let afterKey = firstKey;
  for (let page = 0; page < mostPages; page += 1) {
    const listed = await source.list(bucket, prefix, afterKey);
    objects.push(...listed.objects.filter(({ uploadedAt }) => uploadedAt >= uploadedSince));
    if (listed.lastKey === null) return { objects, listAfterKey: null };
    afterKey = toNextListKey(listed.lastKey, runTimeSince);
  }
  return { objects, listAfterKey: afterKey };
}

/** What the ledger of run times cannot tell, the file's checkpoint can, or Step Functions by the execution's name. */
async function isStartedByUs(
  { source, checkpoints, archive, workflow }: StartLostFilesDeps,
  { uploadedUntil }: LostFileRules,
  { object, executionName }: LyingFile,
): Promise<boolean> {
  const checkpoint = await checkpoints.read(object);
  if (checkpoint !== null && checkpoint.uploadedAt >= object.uploadedAt) return false;
  if ((await archive.describe(archive.toExecutionArn(executionName))) !== null) return false;
  const current = await source.head(object.bucket, object.key);
  if (current === null || current.uploadedAt > uploadedUntil) return false;
  return (await workflow.start(toExecutionStart(current))) === 'started';
}
