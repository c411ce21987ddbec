// Files of a reload that are known to be quarantined: started again as they are, they would only end there once more, with a
// message and an alarm each.
import { mapConcurrently } from '../../functions/lib/io/concurrency.ts';
import type { Stores } from './deployment.ts';
import { findCure } from './executions/error-cures.ts';
import type { ListedFile, ReloadFile } from './reload-plan.ts';

export interface QuarantinedFile extends ReloadFile {
  /** Name of the error it was quarantined with. */
  readonly error: string | null;
  readonly cure: string;
}

const readsAtOnce = 16;

/** null unless these very bytes were quarantined when they were last worked on. Every error of DynamoDB passes through. */
async function findQuarantine(
  { etag, file }: ListedFile,
  bucket: string,
  checkpoints: Pick<Stores['checkpoints'], 'read'>,
): Promise<QuarantinedFile | null> {
  const checkpoint = await checkpoints.read({ bucket, key: file.key });
  if (checkpoint?.status !== 'QUARANTINED' || checkpoint.etag !== etag) return null;
  const error = checkpoint.errorName ?? null;
  return { ...file, error, cure: findCure(error).cure };
}

/** The files in two parts, each in the order given; `onRead` is called before each is looked up. */
export async function splitQuarantined(
  listed: readonly ListedFile[],
  bucket: string,
  checkpoints: Pick<Stores['checkpoints'], 'read'>,
  onRead: () => void,
): Promise<{ readonly files: readonly ReloadFile[]; readonly quarantined: readonly QuarantinedFile[] }> {
  const found = await mapConcurrently(listed, readsAtOnce, (one) => {
    onRead();
    return findQuarantine(one, bucket, checkpoints);
  });
  return {
    files: listed.filter((_, index) => found[index] === null).map(({ file }) => file),
    quarantined: found.filter((one) => one !== null),
  };
}
