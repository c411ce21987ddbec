// Which execution somebody means: by its name, its ARN, or the report file it worked on.
import { toFileName } from '../../../functions/lib/domain/report-file/report-identity.ts';
import { UsageError } from '../ops-errors.ts';
import type { ExecutionReader } from './execution-reader.ts';
import type { ReportExecution } from './report-execution.ts';

/** Step Functions forgets what ended longer ago. */
const keptMs = 90 * 86_400_000;
const candidatesLooked = 20;

const looksLikeFile = (text: string): boolean => text.includes('/') || /\.csv(\.gz)?$/i.test(text);

/** What every execution of a file has at the start of its name; see toExecutionStart. */
function toNameStem(fileName: string): string {
  return fileName
    .replace(/\.csv(\.gz)?$/i, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(-46);
}

/**
 * The execution, for a file its newest one.
 * @throws UsageError when there is none, and for an ARN of something else
 */
export async function findExecution(reader: ExecutionReader, wanted: string, nowMs: number): Promise<ReportExecution> {
  if (wanted.startsWith('arn:') && !wanted.includes(':execution:')) {
    throw new UsageError(`${wanted} is no execution: expected the ARN of one, its name, or the key of a report file`);
  }
  const found =
    looksLikeFile(wanted) && !wanted.startsWith('arn:')
      ? await findByFile(reader, wanted, nowMs)
      : await reader.describe(wanted.startsWith('arn:') ? wanted : reader.toArn(wanted));
  if (found !== null) return found;
  throw new UsageError(
    `There is no execution for ${wanted} (Step Functions keeps them for 90 days). ` +
      'npx acdhub executions lists those of the last day; a file that was never started is found by the watch, or by a reload',
  );
}

async function findByFile(reader: ExecutionReader, wanted: string, nowMs: number): Promise<ReportExecution | null> {
  const fileName = toFileName(wanted);
  const stem = toNameStem(fileName);
  const { executions } = await reader.list({
    statuses: [],
    sinceMs: nowMs - keptMs,
    limit: candidatesLooked,
    isWanted: ({ name }) => name.startsWith(stem),
  });
  // Files of the same name may lie in several folders.
  for (const { arn } of executions) {
    const execution = await reader.describe(arn);
    const key = execution?.input?.object.key;
    if (key === wanted || (key !== undefined && !wanted.includes('/') && toFileName(key) === fileName))
      return execution;
  }
  return null;
}
