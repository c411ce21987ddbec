// Which upload's figures win. A version sorts as text: instant at which this content came | run time | revision.
import type { Claim, SourceObject } from '../../../../schemas/state.ts';
import { toEpochMs, toInstant } from '../interval.ts';

/** The upload a key's checkpoint stands for: the highest one seen. */
export interface ClaimedUpload {
  readonly etag: string;
  readonly checksum?: string;
  readonly uploadedAt: string;
  readonly revision: string;
  /** Since when the object has held these bytes: a repeat of the same bytes keeps it. */
  readonly contentSince: string;
  readonly sourceVersion: string;
}

export interface ClaimRequest {
  readonly object: Pick<SourceObject, 'etag' | 'checksum' | 'uploadedAt'>;
  readonly revision: string;
  readonly runTime: string | null;
}

export type ClaimDecision =
  /** This very upload holds the checkpoint already: a retry, a redrive or a twin. */
  | { readonly action: 'proceed'; readonly upload: ClaimedUpload; readonly isResend: boolean }
  /** Newer than what the checkpoint holds: write it. */
  | { readonly action: 'claim'; readonly upload: ClaimedUpload; readonly isResend: boolean }
  | { readonly action: 'superseded' }
  /** Two uploads within one second of S3's clock: only the bucket knows which one is there now. */
  | { readonly action: 'ask-bucket'; readonly ifCurrent: ClaimedUpload };

/** All three parts have the same length in every version, so that text order is their order. */
export function toSourceVersion(contentSince: string, runTime: string | null, revision: string): string {
  return `${contentSince}|${runTime ?? contentSince}|${revision}`;
}

/** The revision in a version: instant of the upload, or of the re-send that asked for it again. */
export function toRevision(sourceVersion: string): string {
  return sourceVersion.slice(sourceVersion.lastIndexOf('|') + 1);
}

function toUpload(request: ClaimRequest, contentSince: string): ClaimedUpload {
  const { etag, checksum, uploadedAt } = request.object;
  return {
    etag,
    ...(checksum === undefined ? {} : { checksum }),
    uploadedAt,
    revision: request.revision,
    contentSince,
    sourceVersion: toSourceVersion(contentSince, request.runTime, request.revision),
  };
}

function isSameUpload(claimed: ClaimedUpload, { object, revision }: ClaimRequest): boolean {
  return claimed.etag === object.etag && claimed.uploadedAt === object.uploadedAt && claimed.revision === revision;
}

/** A re-send repeats bytes that were there before: its content is older than its upload or its revision. */
function isResend(upload: ClaimedUpload): boolean {
  return upload.contentSince < upload.uploadedAt || upload.uploadedAt < upload.revision;
}

/**
 * Whether an upload may take its key's checkpoint. Changed bytes win over everything older; the same bytes again keep their
 * precedence with a new revision, so that uploading many old files again cannot let an old snapshot beat a newer one.
 */
export function decideClaim(claimed: ClaimedUpload | null, request: ClaimRequest): ClaimDecision {
  const { etag, checksum, uploadedAt } = request.object;
  if (claimed === null) return claim(toUpload(request, uploadedAt));
  if (isSameUpload(claimed, request)) return { action: 'proceed', upload: claimed, isResend: isResend(claimed) };
  if (uploadedAt < claimed.uploadedAt) return { action: 'superseded' };
  if (etag === claimed.etag) {
    return request.revision > claimed.revision
      ? claim(toUpload(request, claimed.contentSince))
      : { action: 'superseded' };
  }
  // Encrypted with SSE-KMS, the same bytes have another etag after every upload; their checksum stays. A re-upload within
  // one second or below a later reload takes the way of changed bytes, since the upload before it cannot be read any more.
  const isSameContent = checksum !== undefined && checksum === claimed.checksum;
  if (isSameContent && uploadedAt > claimed.uploadedAt && request.revision > claimed.revision) {
    return claim(toUpload(request, claimed.contentSince));
  }
  // The tie-break uses the milliseconds that S3's clock leaves free.
  const afterClaimed = toInstant(toEpochMs(claimed.contentSince) + 1);
  const upload = toUpload(request, uploadedAt > claimed.contentSince ? uploadedAt : afterClaimed);
  return uploadedAt === claimed.uploadedAt ? { action: 'ask-bucket', ifCurrent: upload } : claim(upload);
}

function claim(upload: ClaimedUpload): ClaimDecision {
  return { action: 'claim', upload, isResend: isResend(upload) };
}

/** Whether a newer upload of the same key has taken the checkpoint since this claim. */
export function isSuperseded(claimed: Pick<ClaimedUpload, 'sourceVersion'> | null, mine: Claim): boolean {
  return claimed !== null && claimed.sourceVersion > mine.sourceVersion;
}
