// Checks what arrives at the reference hub against schemas/hub.openapi.yaml itself, not against the connector's own types.
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { AgentStatesMessage, FeedHeartbeat } from '../../../schemas/agent-states.ts';
import type { HubReport, RejectedRecord } from '../../../schemas/hub-messages.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';

interface ContractFinding {
  readonly reason: string;
  /** The records that break the contract; empty when the envelope does. */
  readonly rejected: readonly RejectedRecord[];
}

export type CheckedReport =
  | { readonly report: HubReport; readonly finding?: never }
  | { readonly report?: never; readonly finding: ContractFinding };

export type CheckedStates =
  | { readonly message: AgentStatesMessage; readonly finding?: never }
  | { readonly message?: never; readonly finding: ContractFinding };

export interface HubContract {
  readonly checkAgentStates: (value: unknown) => CheckedStates;
  readonly isHeartbeat: (value: unknown) => value is FeedHeartbeat;
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
  const document: unknown = parse(readFileSync(new URL('../../../schemas/hub.openapi.yaml', import.meta.url), 'utf8'));
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

  const isAgentStates = (value: unknown): value is AgentStatesMessage => findingOf('AgentStates', value) === undefined;
  const listFindings = (recordSchema: string, records: readonly unknown[]): RejectedRecord[] =>
    records.flatMap((record, index) => {
      const finding = findingOf(recordSchema, record);
      return finding === undefined ? [] : [{ index, reason: finding }];
    });

  return {
    checkAgentStates: (value) => {
      if (isAgentStates(value)) return { message: value };
      const reason = findingOf('AgentStates', value) ?? '';
      return { finding: { reason, rejected: listFindings('AgentState', readList(value, 'stateData')) } };
    },
    isHeartbeat: (value): value is FeedHeartbeat => findingOf('Heartbeat', value) === undefined,
    isAccessKey: (value): value is { accessKeyId: string; accessKeySecret: string } =>
      findingOf('AccessKey', value) === undefined,
    checkReport: (kind, value) => {
      if (isReport(kind, value)) return { report: value };
      const reason = findingOf(schemaNames[kind].report, value) ?? '';
      return { finding: { reason, rejected: listFindings(schemaNames[kind].record, readRecords(value)) } };
    },
  };
}

/** For runs that are to cost no validation: whatever has the outline of a report is taken for one. */
export function looksLikeReport(value: unknown): value is HubReport {
  return readRecords(value).length > 0;
}

/** How many records a body of either pipeline holds, as far as it has that outline. */
export function countRecords(value: unknown): number {
  return readRecords(value).length + readList(value, 'stateData').length;
}

function readRecords(value: unknown): readonly unknown[] {
  return readList(value, 'reportData');
}

function readList(value: unknown, field: string): readonly unknown[] {
  const list: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  return Array.isArray(list) ? list : [];
}
