// What stands in the reference hub: the newest version of each record, and the answers given to each idempotency key.
import { isDeepStrictEqual } from 'node:util';
import type { HubAcknowledgement, HubReport, RejectedRecord } from '../../../schemas/hub-messages.ts';
import type { HubRecord } from '../../../schemas/hub-records.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';

export interface StandingRecord {
  readonly sourceVersion: string;
  readonly record: HubRecord;
}

export interface RecordApplication {
  readonly kind: ReportKind;
  /** `["2026-11-22T12:00:00.000Z","Support","anna"]`: interval start, then queue and agent as far as the kind has them. */
  readonly entity: string;
  readonly sourceVersion: string;
  readonly batchId: string;
}

/** Refuses a record by giving a reason, or lets it pass with null. */
export type RefusalRule = (kind: ReportKind, record: HubRecord) => string | null;

export interface KeyEntry {
  readonly bodyHash: string;
  /** Absent while the batch is being processed. */
  readonly acknowledgement?: HubAcknowledgement;
}

export class HubStore {
  readonly applications: RecordApplication[] = [];
  /** Records that came once more in the version that stands. A key that comes again never gets here: its first answer is given. */
  readonly repetitions: RecordApplication[] = [];
  readonly keys = new Map<string, KeyEntry>();
  refusalRule: RefusalRule | null = null;
  readonly #standing: Record<ReportKind, Map<string, StandingRecord>> = {
    QR: new Map(),
    AQR: new Map(),
    ASPR: new Map(),
  };

  /** Takes a report record by record: newer versions replace older ones, equal ones change nothing, older ones are ignored. */
  apply(kind: ReportKind, { sourceVersion, batchId, reportData }: HubReport): HubAcknowledgement {
    const rejected: RejectedRecord[] = [];
    let ignoredAsOlder = 0;
    for (const [index, record] of reportData.entries()) {
      const outcome = this.#applyRecord(kind, record, sourceVersion, batchId);
      if (outcome === 'older') ignoredAsOlder += 1;
      else if (outcome !== 'accepted') rejected.push({ index, reason: outcome.reason });
    }
    return { accepted: reportData.length - ignoredAsOlder - rejected.length, ignoredAsOlder, rejected };
  }

  /** By interval start, then queue, then agent. */
  readRecords(kind: ReportKind): StandingRecord[] {
    return [...this.#standing[kind].values()].sort((a, b) => compareParts(toParts(a.record), toParts(b.record)));
  }

  #applyRecord(
    kind: ReportKind,
    record: HubRecord,
    sourceVersion: string,
    batchId: string,
  ): 'accepted' | 'older' | { reason: string } {
    const refusal = this.refusalRule?.(kind, record) ?? null;
    if (refusal !== null) return { reason: refusal };
    const entity = toEntity(record);
    const standing = this.#standing[kind].get(entity);
    if (standing !== undefined && standing.sourceVersion > sourceVersion) return 'older';
    if (standing?.sourceVersion === sourceVersion) {
      if (!isDeepStrictEqual(standing.record, record)) {
        return { reason: `other figures stand here under the same version ${sourceVersion}` };
      }
      this.repetitions.push({ kind, entity, sourceVersion, batchId });
      return 'accepted';
    }
    this.#standing[kind].set(entity, { sourceVersion, record });
    this.applications.push({ kind, entity, sourceVersion, batchId });
    return 'accepted';
  }
}

function toEntity(record: HubRecord): string {
  return JSON.stringify(toParts(record));
}

function toParts(record: HubRecord): string[] {
  const queue = 'queueValue' in record ? [record.queueValue] : [];
  const agent = 'agentValue' in record ? [record.agentValue] : [];
  return [record.intervalStart, ...queue, ...agent];
}

// By code unit, as the connector sorts: the order does not depend on a locale.
function compareParts(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}
