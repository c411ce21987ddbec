// What the staging bucket knows of a file beside the state: its rejected rows, and its intervals where they have holes.
import { parse } from 'csv-parse/sync';
import { intervalMs, toEpochMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import { readManifest } from '../../../functions/lib/io/manifests.ts';
import type { StagingBucket } from '../../../functions/lib/io/staging-bucket.ts';
import type { FileResult, RejectedCell, StagedPlaces } from './file-result.ts';

const rejectsShown = 100;

/** The rejects file leads a cell that a spreadsheet would run by an apostrophe. */
function withoutApostrophe(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

function toText(cell: string | undefined): string | null {
  return cell === undefined || cell === '' ? null : withoutApostrophe(cell);
}

async function readCsv(staging: Pick<StagingBucket, 'read'>, key: string): Promise<string[][]> {
  const bytes = await staging.read(key);
  if (bytes === null) return [];
  return parse(Buffer.from(bytes), { relax_column_count: true });
}

/** Rows of rejects.csv: line, column, value, reason, then the report's own cells. */
export function toRejectedRows(rows: readonly (readonly string[])[]): RejectedCell[] {
  return rows.slice(1).map(([line, column, value, reason = '']) => ({
    line: Number(line),
    column: toText(column),
    value: toText(value),
    reason: withoutApostrophe(reason),
  }));
}

/** Rows of hub-rejects-n.csv: position, reason, then the record's fields, by which the record is named. */
export function toRefusedRecords([header = [], ...rows]: readonly (readonly string[])[]): RejectedCell[] {
  return rows.map((row) => {
    const identity = ['intervalStart', 'queueValue', 'agentValue'].map((field) => row[header.indexOf(field)]);
    return {
      ...{ line: null, column: null },
      value: identity
        .filter((text) => text !== undefined)
        .map(withoutApostrophe)
        .join(' '),
      reason: `refused by the hub: ${withoutApostrophe(row[1] ?? '')}`,
    };
  });
}

/** How many rows and records of a file were rejected, and the first hundred: rows first, then what the hub refused. */
export async function readRejects(
  staging: Pick<StagingBucket, 'read'>,
  { manifestKey, rejectsKey, hubRejectedCount, batchIndexes }: StagedPlaces,
): Promise<{ readonly rejects: RejectedCell[]; readonly rejectedCount: number }> {
  const rejects = rejectsKey === null ? [] : toRejectedRows(await readCsv(staging, rejectsKey));
  const rejectedCount = rejects.length + hubRejectedCount;
  if (hubRejectedCount === 0 || manifestKey === null) return { rejects: rejects.slice(0, rejectsShown), rejectedCount };
  const folder = manifestKey.slice(0, manifestKey.lastIndexOf('/') + 1);
  for (const index of batchIndexes) {
    if (rejects.length >= rejectsShown) break;
    rejects.push(...toRefusedRecords(await readCsv(staging, `${folder}hub-rejects-${index}.csv`)));
  }
  return { rejects: rejects.slice(0, rejectsShown), rejectedCount };
}

/** Starts of the intervals the file has records of. Only a file with holes between them needs its manifest read. */
export async function readIntervals(
  staging: Pick<StagingBucket, 'read'>,
  { firstInterval, lastInterval, intervalCount }: FileResult,
  manifestKey: string | null,
): Promise<string[]> {
  if (firstInterval === null || lastInterval === null) return [];
  const [firstMs, lastMs] = [toEpochMs(firstInterval), toEpochMs(lastInterval)];
  if ((lastMs - firstMs) / intervalMs + 1 === intervalCount) {
    return Array.from({ length: intervalCount }, (_, index) => toInstant(firstMs + index * intervalMs));
  }
  const manifest = manifestKey === null ? null : await readManifest(staging, manifestKey);
  return (manifest?.intervals ?? []).map(({ intervalStart }) => intervalStart);
}
