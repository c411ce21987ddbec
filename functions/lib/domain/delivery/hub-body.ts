// The bytes of a batch and the id that stands for them: the same content always has both the same.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { HubReport } from '../../../../schemas/hub-messages.ts';
import type { HubRecord } from '../../../../schemas/hub-records.ts';
import type { ReportKind } from '../../../../schemas/report-kind.ts';

/** A report whose batch id is still to be computed; one that is there is replaced. */
export interface HubReportContent extends Omit<HubReport, 'batchId' | 'reportData'> {
  readonly reportData: readonly HubRecord[];
}

export interface EncodedReport {
  readonly batchId: string;
  /** Gzipped JSON. */
  readonly body: Uint8Array;
}

const gzipOperatingSystemOffset = 9;
const unknownOperatingSystem = 255;

/**
 * Encodes a batch. Equal kind, ACD and content give the same id and the same bytes on every call and machine, and other content another id;
 * the fields of the envelope may come in any order, those of the records are taken as they stand.
 * @param recordsJson the records' text, where it is there already
 */
export function encodeHubReport(
  kind: ReportKind,
  acdName: string,
  report: HubReportContent,
  recordsJson = JSON.stringify(report.reportData),
): EncodedReport {
  const { acdType, reportVersion, sourceVersion, startDate, endDate, intervalSeconds } = report;
  const range = { sourceVersion, startDate, endDate, intervalSeconds };
  const batchId = createHash('sha256')
    .update(JSON.stringify([kind, acdName, acdType, reportVersion, range]))
    .update(recordsJson)
    .digest('hex')
    .slice(0, 40);
  const envelope = JSON.stringify({ acdType, reportVersion, batchId, ...range });
  return { batchId, body: packBody(`${envelope.slice(0, -1)},"reportData":${recordsJson}}`) };
}

/** Gzips a text into the same bytes on every call and machine. */
export function packBody(text: string): Uint8Array {
  const body = gzipSync(text, { level: 1 });
  // zlib writes the operating system into the header; without it a laptop and a Lambda produce the same bytes.
  body[gzipOperatingSystemOffset] = unknownOperatingSystem;
  return body;
}
