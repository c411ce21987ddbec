// What a failed execution still stands for: an upload that is not delivered, or one that has been settled since.
import type { ReportStatus } from '../../../../schemas/checkpoint-items.ts';
import { checkIngestInput } from '../../../../schemas/checks/ingest-input.ts';
import type { IngestInput } from '../../../../schemas/state.ts';
import type { ClaimedUpload } from '../report-file/source-version.ts';

/** For so long an execution can be redriven, and its message stays in the queue. */
export const redriveWindowMs = 14 * 86_400_000;

/** Bucket, key and version of the upload an execution was started for. */
export interface ExecutionUpload {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly uploadedAt: string;
  readonly revision: string;
}

/** The upload in an execution's input; null when the input is none of ours. */
export function parseExecutionUpload(input: string): ExecutionUpload | null {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    return null;
  }
  if (!checkIngestInput(value)) return null;
  const { object, revision }: IngestInput = value;
  const { bucket, key, etag, uploadedAt } = object;
  return { bucket, key, etag, uploadedAt, revision };
}

/**
 * Whether nothing is left to do for a failed execution's upload: it was delivered since by another execution, or a newer
 * upload or a re-send has taken its place and answers for itself. Two uploads of one second cannot be told apart: not healed.
 */
export function isHealed(
  upload: ExecutionUpload,
  checkpoint: (Pick<ClaimedUpload, 'etag' | 'uploadedAt' | 'revision'> & { readonly status: ReportStatus }) | null,
): boolean {
  if (checkpoint === null) return false;
  if (checkpoint.uploadedAt !== upload.uploadedAt) return checkpoint.uploadedAt > upload.uploadedAt;
  if (checkpoint.etag !== upload.etag) return false;
  if (checkpoint.revision !== upload.revision) return checkpoint.revision > upload.revision;
  return checkpoint.status === 'DELIVERED';
}

/** ARN of the execution a status event of Step Functions tells of; null for a message of another form. */
export function parseStatusEvent(messageBody: string): string | null {
  try {
    const body: unknown = JSON.parse(messageBody);
    if (typeof body !== 'object' || body === null || !('detail' in body)) return null;
    const { detail } = body;
    if (typeof detail !== 'object' || detail === null || !('executionArn' in detail)) return null;
    return typeof detail.executionArn === 'string' ? detail.executionArn : null;
  } catch {
    return null;
  }
}
