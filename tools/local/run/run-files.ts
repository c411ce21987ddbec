// Uploads files to the local stack in an order that respects their series, and gathers what became of each.
import type { StagingBucket } from '../../../functions/lib/io/staging-bucket.ts';
import type { LocalStack } from '../stack.ts';
import type { ExecutionWatch } from './execution-watch.ts';
import { planOrder, runInOrder } from './file-order.ts';
import { toFailedResult, toFileResult, type FileResult } from './file-result.ts';
import { readIntervals, readRejects } from './staged-details.ts';

export interface InputFile {
  readonly name: string;
  /** Read when its turn has come. @throws Error when it cannot be read */
  readonly read: () => Promise<Uint8Array | string>;
}

/** What became of a file, and which intervals it has records of. */
export interface RunFile {
  readonly fileName: string;
  readonly result: FileResult;
  readonly intervals: readonly string[];
}

export interface RunFilesOptions {
  readonly stack: Pick<LocalStack, 'upload' | 'workflows'>;
  readonly watch: ExecutionWatch;
  readonly staging: Pick<StagingBucket, 'read'>;
  /** Folder of the keys, ending in `/`, or empty. */
  readonly keyPrefix: string;
  readonly onFileEnd: (file: RunFile) => void;
  readonly signal: AbortSignal;
}

// The stack is one process: more at a time only queue up behind each other.
const filesAtOnce = 8;

/** Results in the order of the files; those not begun before the signal was aborted are left out. */
export async function runFiles(files: readonly InputFile[], options: RunFilesOptions): Promise<RunFile[]> {
  const ended: (RunFile | undefined)[] = files.map(() => undefined);
  await runInOrder(
    planOrder(files.map(({ name }) => name)),
    async (index) => {
      const file = files[index];
      if (file === undefined) return;
      const runFile = await runOne(file, options);
      ended[index] = runFile;
      options.onFileEnd(runFile);
    },
    { atOnce: filesAtOnce, signal: options.signal },
  );
  return ended.filter((file) => file !== undefined);
}

async function runOne(file: InputFile, options: RunFilesOptions): Promise<RunFile> {
  const key = options.keyPrefix + file.name;
  try {
    return { fileName: file.name, ...(await ingest(key, await file.read(), options)) };
  } catch (error) {
    const [name, message] = error instanceof Error ? [error.name, error.message] : ['Error', String(error)];
    return { fileName: file.name, result: toFailedResult(key, null, name, message), intervals: [] };
  }
}

async function ingest(
  key: string,
  body: Uint8Array | string,
  { stack, watch, staging }: RunFilesOptions,
): Promise<Omit<RunFile, 'fileName'>> {
  const watched = watch.waitFor(key);
  await stack.upload(key, body);
  const end = await watched;
  const executionArn = end.ended ? end.execution.executionArn : end.executionArn;
  if (executionArn === null) {
    const cause = 'The file was uploaded, but no execution was started for it in time.';
    return { result: toFailedResult(key, null, 'ExecutionNotStarted', cause), intervals: [] };
  }
  if (!end.ended) {
    const cause = 'Nothing was heard of the execution for too long; it was stopped.';
    stack.workflows.stop(executionArn, { error: 'ExecutionSilent', cause });
  }
  const execution = stack.workflows.describe(executionArn);
  const { result, places } = toFileResult(execution, stack.workflows.history(executionArn));
  const { rejects, rejectedCount } = await readRejects(staging, places);
  return {
    // A file refused for its share of bad rows has no counts in its state.
    result: { ...result, rejects, rejected: Math.max(result.rejected, rejectedCount) },
    intervals: await readIntervals(staging, result, places.manifestKey),
  };
}
