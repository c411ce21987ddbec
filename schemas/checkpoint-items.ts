// What is stored in the checkpoint table. One table, keys by name below; every other attribute says what it is.

/** Partition and sort keys. The ACD name stands in every one: a renamed ACD starts with an empty memory. */
export const checkpointKeys = {
  report: (acdName: string, bucket: string, key: string) => `${acdName}#report#${bucket}/${key}`,
  checkpoint: 'checkpoint',
  batch: (sourceVersion: string, index: number) => `batch#${sourceVersion}#${String(index).padStart(5, '0')}`,
  batchesOf: (sourceVersion: string) => `batch#${sourceVersion}#`,
  seriesRegistry: (acdName: string, kind: string) => `${acdName}#series#${kind}`,
  coverage: (acdName: string, kind: string, series: string) => `${acdName}#coverage#${kind}#${series}`,
  intervals: (acdName: string, kind: string) => `${acdName}#interval#${kind}`,
  interval: (intervalStart: string, series: string) => `${intervalStart}#${series}`,
  missing: (acdName: string, kind: string) => `${acdName}#missing#${kind}`,
  failedExecutions: (acdName: string) => `${acdName}#failed-execution`,
  watch: (acdName: string) => `${acdName}#watch`,
  watchState: 'state',
} as const;

/** Stands for the series in the interval ledger where a reload file, which belongs to none, delivered an interval. */
export const reloadSeries = '(reload)';

export const reportStatuses = ['CLAIMED', 'DELIVERED', 'QUARANTINED'] as const;
export type ReportStatus = (typeof reportStatuses)[number];

/** The highest upload of one key seen so far and how far it has come. Kept for ever: it is what fences old uploads. */
export interface ReportCheckpointItem {
  readonly pk: string;
  readonly sk: string;
  readonly reportId: string;
  readonly etag: string;
  readonly checksum?: string;
  readonly uploadedAt: string;
  readonly revision: string;
  readonly contentSince: string;
  readonly sourceVersion: string;
  readonly status: ReportStatus;
  readonly errorName?: string;
  readonly updatedAt: string;
}

/** One batch the hub has acknowledged. Its absence means: not acknowledged, send it (again). */
export interface BatchItem {
  readonly pk: string;
  readonly sk: string;
  readonly batchId: string;
  readonly acceptedCount: number;
  readonly ignoredAsOlderCount: number;
  readonly rejectedCount: number;
  readonly rejectsKey?: string;
  /** Starts of the intervals with refused records: a later look-back sends these again. */
  readonly rejectedIntervals: readonly string[];
  readonly updatedAt: string;
  readonly expiresAtEpochSeconds: number;
}

/** Every series ever seen; kept for ever, so that a silent one is missed. */
export interface SeriesItem {
  readonly pk: string;
  readonly sk: string;
  /** Of the first file that ever came; an earlier one that comes later does not move it. */
  readonly firstRunTime: string;
  readonly lastRunTime: string;
  readonly updatedAt: string;
}

export type CoverageStatus = 'RECEIVED' | 'DELIVERED' | 'QUARANTINED';

/** One run time of one series: that its file came, and what became of it. Delivered with 0 rows = present and empty. */
export interface CoverageItem {
  readonly pk: string;
  readonly sk: string;
  readonly reportId: string;
  readonly sourceVersion: string;
  readonly verdict: string;
  readonly missing: readonly string[];
  readonly missingCount: number;
  readonly status: CoverageStatus;
  readonly rowCount?: number;
  readonly rejectedRowCount?: number;
  readonly updatedAt: string;
  readonly expiresAtEpochSeconds: number;
}

/** One interval of one series: which content stands in the hub, or is on its way there. */
export interface IntervalItem {
  readonly pk: string;
  readonly sk: string;
  readonly contentHash: string;
  readonly sourceVersion: string;
  readonly isDelivered: boolean;
  readonly isConfirmed: boolean;
  readonly recordCount: number;
  readonly updatedAt: string;
  readonly expiresAtEpochSeconds: number;
}

/**
 * MISSING: no file covers the interval, and none that does has come. ARRIVED, FAILED, QUARANTINED: its file has come since and
 * is under way, or was not delivered. HEALED: covered now. NOT_EXPECTED: the settings say so. TOO_OLD: the hub would not take it.
 */
export const missingStatuses = [
  'MISSING',
  'ARRIVED',
  'FAILED',
  'QUARANTINED',
  'HEALED',
  'NOT_EXPECTED',
  'TOO_OLD',
] as const;
export type MissingStatus = (typeof missingStatuses)[number];

/** One interval of one series that was missing once: since when it is known, and what became of it. Key as in the interval ledger. */
export interface MissingItem {
  readonly pk: string;
  readonly sk: string;
  readonly status: MissingStatus;
  readonly firstNoticedAt: string;
  readonly healedAt?: string;
  readonly updatedAt: string;
  readonly expiresAtEpochSeconds: number;
}

/**
 * OPEN: failed, and its file is not delivered. HEALED: delivered or overtaken since. QUARANTINED: the file can never pass; it
 * has a queue and an alarm of its own. NO_UPLOAD: started by hand with an input that names no upload, so nothing is lost.
 */
export const failedExecutionVerdicts = ['OPEN', 'HEALED', 'QUARANTINED', 'NO_UPLOAD'] as const;
export type FailedExecutionVerdict = (typeof failedExecutionVerdicts)[number];

/** What the watch knows of one execution that failed, so that it need not ask again; sk is the execution's name. */
export interface FailedExecutionItem {
  readonly pk: string;
  readonly sk: string;
  readonly verdict: FailedExecutionVerdict;
  /** End of the run the verdict is about: after a redrive that failed as well, it is looked at again. */
  readonly stoppedAt: string;
  /** Absent with NO_UPLOAD, all five. */
  readonly bucket?: string;
  readonly key?: string;
  readonly etag?: string;
  readonly uploadedAt?: string;
  readonly revision?: string;
  readonly firstNoticedAt: string;
  readonly updatedAt: string;
  readonly expiresAtEpochSeconds: number;
}

/** What the watch keeps from one run to the next; for ever. */
export interface WatchItem {
  readonly pk: string;
  readonly sk: string;
  /** Files that lay in the bucket before are no lost ones: nobody was to announce them. */
  readonly firstRunAt: string;
  readonly lastRunAt: string;
  /** Bucket and folder these are about: of another one the watch begins anew. */
  readonly source?: string;
  /** Where the listing of the bucket goes on when it did not come to its end. */
  readonly listAfterKey?: string;
}
