// Files of a run as tests need them: a delivered queue report unless told otherwise.
import type { FileResult } from '../../../../../tools/local/run/file-result.ts';
import type { RunFile } from '../../../../../tools/local/run/run-files.ts';

export function buildFile(
  fileName: string,
  changes: Partial<FileResult> = {},
  intervals: readonly string[] = [],
): RunFile {
  const result: FileResult = {
    key: `connect/demo/Reports/${fileName}`,
    name: 'execution',
    status: 'DELIVERED',
    states: ['ClassifyReport', 'IsKnownReport', 'DeliverBatches', 'DeliverBatch', 'DeliverBatch', 'ReportDelivered'],
    kind: 'QR',
    series: 'QR',
    runTime: null,
    spacing: 'next',
    missing: [],
    missingCount: 0,
    rows: 2,
    delivered: 2,
    rejected: 0,
    unchanged: 0,
    ignoredAsOlder: 0,
    outOfScope: 0,
    serviceLevelSeconds: 20,
    firstInterval: null,
    lastInterval: null,
    intervalCount: 0,
    notes: [],
    error: null,
    cause: null,
    rejects: [],
    ...changes,
  };
  return { fileName, result, intervals };
}

/** `2026-11-21T12:15:00.000Z` for `12:15`. */
export function at(clock: string): string {
  return `2026-11-21T${clock}:00.000Z`;
}
