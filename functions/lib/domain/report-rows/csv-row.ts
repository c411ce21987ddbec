// One row of a CSV file as it was read: text cells and where they stood.

export interface CsvRow {
  readonly cells: readonly string[];
  /** Line of the row's first character; the first line of the file is 1, blank lines and line breaks in cells count. */
  readonly lineNumber: number;
}
