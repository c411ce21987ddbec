// Whether an interval's figures have to be sent: look-back files repeat intervals that an earlier file has delivered.
// Leaving one out must never change what stands in the hub, so every decision is written down before the first request.

/** What the ledger says of one interval of one series. */
export interface LedgerEntry {
  readonly contentHash: string;
  /** Newest version that stands for this content. */
  readonly sourceVersion: string;
  readonly isDelivered: boolean;
  /** The newest version left the interval out as unchanged: the hub still holds the content under an older version. */
  readonly isConfirmed: boolean;
}

export interface LedgerRequest {
  readonly contentHash: string;
  readonly sourceVersion: string;
  readonly isResend: boolean;
  /** Newest reload file that had rows of the interval, whatever its series; null when there is none. */
  readonly reloadVersion: string | null;
}

export interface LedgerDecision {
  /** `unchanged`: the hub has it. `overtaken`: a newer file has confirmed other figures, sending ours would undo them. */
  readonly action: 'send' | 'unchanged' | 'overtaken';
  /** What to write before the decision counts; null when the ledger says it already. */
  readonly write: LedgerEntry | null;
}

/** Pure decision over the entry read; the write is conditional on that entry, and on a conflict the decision is taken anew. */
export function decideInterval(entry: LedgerEntry | null, request: LedgerRequest): LedgerDecision {
  const { contentHash, sourceVersion, isResend, reloadVersion } = request;
  const intent: LedgerEntry = { contentHash, sourceVersion, isDelivered: false, isConfirmed: false };
  if (entry === null) return { action: 'send', write: intent };
  const isSameContent = entry.contentHash === contentHash;
  if (entry.sourceVersion > sourceVersion) {
    // Sending it again cannot undo a newer file's figures: they are the same.
    if (isSameContent && entry.isDelivered) return { action: isResend ? 'send' : 'unchanged', write: null };
    return { action: entry.isConfirmed ? 'overtaken' : 'send', write: null };
  }
  if (entry.sourceVersion === sourceVersion && isSameContent) {
    return { action: entry.isConfirmed ? 'unchanged' : 'send', write: null };
  }
  // What the hub has acknowledged may be the reload's by now, or have been ignored as older than it.
  const isReloaded = reloadVersion !== null && reloadVersion > entry.sourceVersion;
  if (isSameContent && entry.isDelivered && !isReloaded && !isResend) {
    return { action: 'unchanged', write: { ...intent, isDelivered: true, isConfirmed: true } };
  }
  return { action: 'send', write: intent };
}
