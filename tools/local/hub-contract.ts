// Checks what arrives at the reference hub against schemas/hub.openapi.yaml itself, not against the connector's own types.
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { HubReport, RejectedRecord } from '../../schemas/hub-messages.ts';
import type { ReportKind } from '../../schemas/report-kind.ts';

interface ContractFinding {
  readonly reason: string;
  /** The records that break the contract; empty when the envelope does. */
  readonly rejected: readonly RejectedRecord[];
}

export type CheckedReport =
  | { readonly report: HubReport; readonly finding?: never }
  | { readonly report?: never; readonly finding: ContractFinding };

export interface HubContract {
  readonly isAccessKey: (value: unknown) => value is { accessKeyId: string; accessKeySecret: string };
  readonly checkReport: (kind: ReportKind, value: unknown) => CheckedReport;
}

const schemaNames = {
  QR: { report: 'QueueReport', record: 'QueueRecord' },
  AQR: { report: 'AgentQueueReport', record: 'AgentQueueRecord' },
  ASPR: { report: 'AgentSystemReport', record: 'AgentSystemRecord' },
} as const satisfies Record<ReportKind, { report: string; record: string }>;

/** Reads the OpenAPI file once; the checks are compiled when first needed. */
export function loadHubContract(): HubContract {
  const document: unknown = parse(readFileSync(new URL('../../schemas/hub.openapi.yaml', import.meta.url), 'utf8'));
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(Object.assign({}, document, { $id: 'hub' }));
  const checks = new Map<string, ValidateFunction>();
  const checkOf = (name: string): ValidateFunction => {
    const check = checks.get(name) ?? ajv.compile({ $ref: `hub#/components/schemas/${name}` });
    checks.set(name, check);
    return check;
  };
  const findingOf = (name: string, value: unknown): string | undefined => {
    const check = checkOf(name);
    if (check(value)) return undefined;
    return (check.errors ?? [])
      .map(({ instancePath, message, params }) => `${instancePath || name} ${message ?? ''} ${JSON.stringify(params)}`)
      .join('; ');
  };
  const isReport = (kind: ReportKind, value: unknown): value is HubReport =>
    findingOf(schemaNames[kind].report, value) === undefined;

  return {
    isAccessKey: (value): value is { accessKeyId: string; accessKeySecret: string } =>
      findingOf('AccessKey', value) === undefined,
    checkReport: (kind, value) => {
      if (isReport(kind, value)) return { report: value };
      const reason = findingOf(schemaNames[kind].report, value) ?? '';
      const rejected = readRecords(value).flatMap((record, index) => {
        const finding = findingOf(schemaNames[kind].record, record);
        return finding === undefined ? [] : [{ index, reason: finding }];
      });
      return { finding: { reason, rejected } };
    },
  };
}

/** For runs that are to cost no validation: whatever has the outline of a report is taken for one. */
export function looksLikeReport(value: unknown): value is HubReport {
  return readRecords(value).length > 0;
}

function readRecords(value: unknown): readonly unknown[] {
  const hasRecords = typeof value === 'object' && value !== null && 'reportData' in value;
  return hasRecords && Array.isArray(value.reportData) ? value.reportData : [];
}
