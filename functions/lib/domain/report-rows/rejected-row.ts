// A row that was left out, as the operator's rejects file shows it.

export interface RejectedRow {
  readonly lineNumber: number;
  /** Heading of the cell at fault as it stands in the report; null when the row as a whole is. */
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
  /** The broken rule as a kebab-case word, to count by. */
  readonly rule: string;
  readonly cells: readonly string[];
}

/** A row that is bad for what other rows say: its cells are no longer in memory when that is known. */
export type LateReject = Omit<RejectedRow, 'cells'>;

/** Why a row cannot be used, before it is known which row it is. */
export interface RowFault {
  readonly rule: string;
  readonly reason: string;
  readonly column: string | null;
  readonly value: string | null;
}
