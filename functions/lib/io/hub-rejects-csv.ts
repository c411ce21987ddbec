// Records the hub refused, as a CSV an operator opens: position in the batch, the hub's reason, the record's fields.
import type { RejectedRecord } from '../../../schemas/hub-messages.ts';
import type { HubRecord } from '../../../schemas/hub-records.ts';
import { toSpreadsheetCsv } from './spreadsheet-csv.ts';

/** A null field is an empty cell. */
export function toHubRejectsCsv(records: readonly HubRecord[], rejected: readonly RejectedRecord[]): string {
  const fields = Object.keys(records[0] ?? {});
  const rows = rejected.map(({ index, reason }) => {
    const cells = new Map(Object.entries(records[index] ?? {}));
    return [String(index), reason, ...fields.map((field) => String(cells.get(field) ?? ''))];
  });
  return toSpreadsheetCsv([['record', 'reason', ...fields], ...rows]);
}
