// What TransformRows tells the state machine: the manifest in short, readable in the console.
import type { ReportManifest } from '../../../../schemas/manifest.ts';
import type { TransformedRows } from '../../../../schemas/state.ts';

const notesShown = 10;

/** `$.rows` of a staged report. */
export function toTransformedRows(manifest: ReportManifest, manifestKey: string): TransformedRows {
  const { intervals, notes, batches } = manifest;
  return {
    status: 'TRANSFORMED',
    rowCount: manifest.rowCount,
    recordCount: manifest.recordCount,
    unchangedRecordCount: manifest.unchangedRecordCount,
    rejectedRowCount: manifest.rejectedRowCount,
    outOfScopeRowCount: manifest.outOfScopeRowCount,
    firstInterval: intervals[0]?.intervalStart ?? null,
    lastInterval: intervals.at(-1)?.intervalStart ?? null,
    intervalCount: intervals.length,
    serviceLevelSeconds: manifest.serviceLevelSeconds,
    notes: notes
      .slice(0, notesShown)
      .map(({ message, count }) => (count > 1 ? `${message} (${count} times)` : message)),
    rejectsKey: manifest.rejectsKey,
    manifestKey,
    batchCount: batches.length,
    batches: [...batches],
  };
}

/** `$.rows` when a newer upload replaced the object before it could be read. */
export const supersededRows: TransformedRows = {
  status: 'SUPERSEDED',
  rowCount: 0,
  recordCount: 0,
  unchangedRecordCount: 0,
  rejectedRowCount: 0,
  outOfScopeRowCount: 0,
  firstInterval: null,
  lastInterval: null,
  intervalCount: 0,
  serviceLevelSeconds: null,
  notes: ['A newer upload has replaced the object; it has an execution of its own.'],
  rejectsKey: null,
  manifestKey: null,
  batchCount: 0,
  batches: [],
};
