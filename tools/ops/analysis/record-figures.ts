// Hub records as a planner adds them up: by queue, or by agent where there is no queue.
import type { AgentQueueRecord, HubRecord, QueueRecord } from '../../../schemas/hub-records.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';

/** Figures by name; a figure the record does not have is left out. Seconds and counts. */
export type Figures = Readonly<Record<string, number>>;

export const isQueueRecord = (record: HubRecord): record is QueueRecord => 'serviceLevelSeconds' in record;
export const isAgentQueueRecord = (record: HubRecord): record is AgentQueueRecord => 'contactsHandled' in record;

/** The queue of a record, or the login of an agent's. */
export function toEntity(record: HubRecord): string {
  return 'queueValue' in record ? record.queueValue : record.agentValue;
}

/** What the hub keeps one record of: interval, queue and agent. */
export function toRecordKey(record: HubRecord): string {
  const queue = 'queueValue' in record ? record.queueValue : '';
  const agent = 'agentValue' in record ? record.agentValue : '';
  return JSON.stringify([record.intervalStart, queue, agent]);
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

function listFigures(record: HubRecord): readonly (readonly [string, number | null])[] {
  if (isQueueRecord(record)) {
    return [
      ['contactsReceived', record.contactsReceived],
      ['contactsHandled', add(record.handledShort, record.handledLong)],
      ['contactsAbandoned', add(record.abandonedShort, record.abandonedLong)],
      ['handledShort', record.handledShort],
      ['abandonedShort', record.abandonedShort],
      ['handleTimeSeconds', record.handleTimeSeconds],
      ['holdTimeSeconds', record.holdTimeSeconds],
      ['workTimeSeconds', record.workTimeSeconds],
      ['queueDelayTimeSeconds', record.queueDelayTimeSeconds],
    ];
  }
  if (isAgentQueueRecord(record)) {
    return [
      ['contactsHandled', record.contactsHandled],
      ['handleTimeSeconds', record.handleTimeSeconds],
      ['holdTimeSeconds', record.holdTimeSeconds],
      ['workTimeSeconds', record.workTimeSeconds],
    ];
  }
  return [
    ['readyTimeSeconds', record.readyTimeSeconds],
    ['notReadyTimeSeconds', record.notReadyTimeSeconds],
    ['loginTimeSeconds', record.loginTimeSeconds],
  ];
}

/** The figures that can be added up. */
export function toFigures(record: HubRecord): Figures {
  return Object.fromEntries(listFigures(record).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** Rounds away the noise of binary fractions: the hub gets thousandths of a second. */
export const toThousandths = (value: number): number => Math.round(value * 1000) / 1000;

/** Adds figures to sums in place. */
export function addFigures(sums: Record<string, number>, figures: Figures): void {
  for (const [name, value] of Object.entries(figures)) sums[name] = toThousandths((sums[name] ?? 0) + value);
}

export interface VersionedRecord {
  readonly version: string;
  readonly record: HubRecord;
}

/** The newest record of each interval, queue and agent: as the hub decides it. */
export interface LatestRecords {
  add(version: string, record: HubRecord): void;
  readonly records: ReadonlyMap<string, VersionedRecord>;
}

export function createLatestRecords(): LatestRecords {
  const records = new Map<string, VersionedRecord>();
  return {
    records,
    add(version, record) {
      const key = toRecordKey(record);
      const standing = records.get(key);
      if (standing === undefined || standing.version <= version) records.set(key, { version, record });
    },
  };
}

/** What one thing of each kind is called, for sentences. */
export const entityNouns: Readonly<Record<ReportKind, string>> = { QR: 'queue', AQR: 'queue', ASPR: 'agent' };
