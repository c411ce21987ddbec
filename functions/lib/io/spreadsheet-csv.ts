// CSV files people open: what a spreadsheet would run as a formula stays text, whatever separator it goes by.
import { stringify } from 'csv-stringify/sync';

// At the beginning of a cell csv-stringify sees to it. A spreadsheet that separates by semicolon or tab, as German ones do, begins
// another cell behind these, and behind a line break, since it does not see the quotes around the whole.
const hiddenFormula = /([;\t\r\n]\s*)(?=[=+\-@])/g;

/** Writes rows as CSV (RFC 4180). Texts a spreadsheet would run as a formula (`=`, `+`, `-`, `@` first) are led by an apostrophe. */
export function toSpreadsheetCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map((cell) => cell.replace(hiddenFormula, "$1'"))),
    { escape_formulas: true, quoted_match: /[\r\n]/ },
  );
}
