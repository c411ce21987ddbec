// The manifest of a staged report: what TransformRows decided, so that every later attempt does the same.
import type { ReportKind } from './report-kind.ts';
import type { StagedBatch } from './state.ts';

export interface ManifestInterval {
  readonly intervalStart: string;
  readonly contentHash: string;
  readonly recordCount: number;
  readonly action: 'send' | 'unchanged' | 'overtaken';
  readonly vanishedRecordCount: number;
}

export interface ManifestNote {
  readonly code: string;
  readonly message: string;
  readonly count: number;
}

/** Which file it was: the folder's name does not tell. */
export interface ManifestSource {
  readonly bucket: string;
  readonly key: string;
  readonly kind: ReportKind;
  /** null for a reload file. */
  readonly series: string | null;
  readonly runTime: string | null;
}

/** `manifest.json` in the version's staging folder. Written once and last: where it is, everything it names is. */
export interface ReportManifest {
  readonly formatVersion: 1;
  readonly source: ManifestSource;
  readonly sourceVersion: string;
  readonly rowCount: number;
  readonly recordCount: number;
  readonly unchangedRecordCount: number;
  readonly rejectedRowCount: number;
  readonly outOfScopeRowCount: number;
  readonly summedRowCount: number;
  readonly mixedDirectionRowCount: number;
  /** Names at the hub of the queues these rows belong to. */
  readonly mixedDirectionQueues: readonly string[];
  readonly serviceLevelSeconds: number | null;
  readonly rejectsKey: string | null;
  readonly notes: readonly ManifestNote[];
  readonly intervals: readonly ManifestInterval[];
  readonly batches: readonly StagedBatch[];
}
