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

/** A rejected row whose cells may have to be read again: null where other rows made it bad, which is known only at the file's end. */
export interface JudgedRow extends Omit<RejectedRow, 'cells'> {
  readonly cells: readonly string[] | null;
}

/** Why a row cannot be used, before it is known which row it is. */
export interface RowFault {
  readonly rule: string;
  readonly reason: string;
  readonly column: string | null;
  readonly value: string | null;
}
