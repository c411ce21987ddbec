// What a whole report comes to: hub records, rejects and notes.
import type { HubRecord } from '../../../../schemas/hub-records.ts';
import type { ReportRejectedRowsError } from '../errors.ts';
import type { Note } from './notes.ts';
import type { JudgedRow, RejectedRow } from './rejected-row.ts';

export interface MappedReport {
  /**
   * By interval start, then queue, then agent, each by code unit. Every pass makes the records anew: all of them at once
   * would need more memory than everything else.
   */
  readonly records: Iterable<HubRecord>;
  readonly recordCount: number;
  /** By line. */
  readonly rejects: readonly RejectedRow[];
  /** Set when so many rows are bad that the file is to be quarantined, its rejects being kept. */
  readonly refusal: ReportRejectedRowsError | null;
  readonly notes: readonly Note[];
  /** = records + rejects + outOfScopeRowCount + summedRowCount. */
  readonly rowCount: number;
  /** Rows of task and e-mail contacts. */
  readonly outOfScopeRowCount: number;
  /** Rows that went into a record beside its first one. */
  readonly summedRowCount: number;
  readonly serviceLevelSeconds: number | null;
  /** Names at the hub of the queues with rows rejected for mixed directions. */
  readonly mixedDirectionQueues: readonly string[];
  readonly header: readonly string[];
}

/** A report whose rows are all judged, but some of whose rejects still lack their cells: see `addCells`. */
export interface JudgedReport extends Omit<MappedReport, 'rejects'> {
  /** By line. */
  readonly rejects: readonly JudgedRow[];
}
