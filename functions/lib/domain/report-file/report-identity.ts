// Who a report file is: one upload, one execution name, one place in the checkpoints and in the staging bucket.
import type { IngestInput, SourceObject } from '../../../../schemas/state.ts';
import { fingerprint } from '../fingerprint.ts';

/** Name without folders. */
export function toFileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** Letters, digits, `-` and `_` only: Step Functions and CloudWatch take nothing else in a name. */
function toReadableStem(key: string, maxLength: number): string {
  const stem = toFileName(key)
    .replace(/\.csv(\.gz)?$/i, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return stem.length > maxLength ? stem.slice(-maxLength) : stem || 'report';
}

/** The same for every upload of one key. */
export function toReportId(bucket: string, key: string): string {
  return `${toReadableStem(key, 44)}-${fingerprint([bucket, key], 12)}`;
}

/** What a HEAD of the object says, from which the start of an execution follows. */
export interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  /** Of the bytes; absent where S3 keeps none. */
  readonly checksum?: string;
  readonly sizeBytes: number;
  /** LastModified as an instant; S3 counts whole seconds. */
  readonly uploadedAt: string;
}

export interface ExecutionStart {
  /** At most 80 characters. The same upload always has the same name, so that a second notification starts nothing. */
  readonly executionName: string;
  readonly input: IngestInput;
}

/**
 * The one way an execution is named and started: by an event, by the watch that found a lost file, or by a reload.
 * `reloadedAt` makes a reload of an unchanged object a new revision.
 */
export function toExecutionStart(object: UploadedObject, reloadedAt: string = object.uploadedAt): ExecutionStart {
  const { bucket, key, etag, checksum, sizeBytes, uploadedAt } = object;
  const revision = reloadedAt > uploadedAt ? reloadedAt : uploadedAt;
  return {
    executionName: `${toReadableStem(key, 46)}-${fingerprint([bucket, key, etag, uploadedAt, revision])}`,
    input: {
      object: { bucket, key, etag, ...(checksum === undefined ? {} : { checksum }), sizeBytes, uploadedAt },
      revision,
    },
  };
}

/** Folder of one version's files in the staging bucket, ending in `/`. */
export function toStagingFolder(reportId: string, sourceVersion: string): string {
  return `reports/${reportId}/${fingerprint([sourceVersion], 16)}/`;
}

/** The version's rejects file: rows left out, each with its reason. */
export function toRejectsKey(reportId: string, sourceVersion: string): string {
  return `${toStagingFolder(reportId, sourceVersion)}rejects.csv`;
}

const maxKeyBytes = 1024;

/** Where the copy of a quarantined upload lies: under its own name, cut at the front where the key would be too long for S3. */
export function toQuarantineKey({ bucket, key, etag, uploadedAt }: SourceObject): string {
  const folder = `quarantine/${toReportId(bucket, key)}/${fingerprint([etag, uploadedAt], 16)}/`;
  const characters = Array.from(toFileName(key));
  while (folder.length + Buffer.byteLength(characters.join('')) > maxKeyBytes) characters.shift();
  const name = characters.join('');
  // Names that are a way up, or none at all, are lost where somebody copies the bucket to a disk.
  return folder + (/^\.*$/.test(name) ? 'report' : name);
}
