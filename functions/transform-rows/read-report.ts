// From the object's bytes to mapped records.
import type { Readable } from 'node:stream';
import type { SourceObject } from '../../schemas/state.ts';
import { ReportFormatError } from '../lib/domain/errors.ts';
import {
  createRowCollector,
  type MappedReport,
  type RowCollector,
  type RowContext,
} from '../lib/domain/report-rows/report-rows.ts';
import { readReportSlices, type CsvRow } from '../lib/io/report-csv.ts';

/**
 * `onRow` sees each row before it is judged, the headings first: for who wants to know more of the file than is sent.
 * @throws the permanent errors of the reader and the collector; errors of the body's stream pass through
 */
export async function readReport(
  body: Readable,
  object: Pick<SourceObject, 'key'>,
  context: RowContext,
  onRow?: (row: CsvRow) => void,
): Promise<MappedReport> {
  let collector: RowCollector | undefined;
  for await (const rows of readReportSlices(body, { maxBytes: context.settings.reports.maxBytes })) {
    for (const row of rows) {
      onRow?.(row);
      if (collector === undefined) collector = createRowCollector(row, context);
      else collector.add(row);
    }
  }
  if (collector === undefined) {
    throw new ReportFormatError(
      `The file ${object.key} has no heading line; expected the headings of a ${context.kind} report`,
    );
  }
  return collector.finish();
}
