// Files against hub: totals of each queue (and agent) on both sides, and every record that differs, with the reason.
import type { HubRecord } from '../../../schemas/hub-records.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import { addFigures, toEntity, toFigures, toThousandths, type LatestRecords } from './record-figures.ts';

export interface FigureTotal {
  readonly figure: string;
  readonly files: number;
  readonly hub: number;
  /** hub − files */
  readonly difference: number;
}

export interface EntityTotal {
  readonly kind: ReportKind;
  /** The queue; of the kind without queues, the agent's login. */
  readonly entity: string;
  readonly fileRecordCount: number;
  readonly hubRecordCount: number;
  readonly differingRecordCount: number;
  readonly figures: readonly FigureTotal[];
}

/**
 * notDelivered: its file is not delivered. refused: by the hub. notAtHub: neither is known. notInFiles: the hub has it, the newest files do
 * not, since absence never deletes. otherFigures: both have it, and not alike.
 */
export const differenceCauses = ['notDelivered', 'refused', 'notAtHub', 'notInFiles', 'otherFigures'] as const;
export type DifferenceCause = (typeof differenceCauses)[number];

export interface RecordDifference {
  readonly kind: ReportKind;
  readonly entity: string;
  readonly agent: string | null;
  readonly intervalStart: string;
  readonly cause: DifferenceCause;
  /** The hub's words, for a refused record. */
  readonly reason: string | null;
  /** The fields that are not alike. */
  readonly fields: readonly { readonly field: string; readonly files: string; readonly hub: string }[];
}

export interface Sides {
  readonly kind: ReportKind;
  readonly files: LatestRecords['records'];
  readonly hub: LatestRecords['records'];
  /** The hub's reasons by record key and version. */
  readonly refused: ReadonlyMap<string, string>;
  /** Versions of files that are not delivered. */
  readonly undelivered: ReadonlySet<string>;
}

export interface Comparison {
  readonly totals: readonly EntityTotal[];
  readonly differences: readonly RecordDifference[];
}

/** Where the reasons of refused records are looked up. */
export const toRefusalKey = (version: string, recordKey: string): string => `${version} ${recordKey}`;

type FieldValue = string | number | boolean | null;

function listFields(files: HubRecord | undefined, hub: HubRecord | undefined): RecordDifference['fields'] {
  const hubValues = new Map<string, FieldValue>(Object.entries(hub ?? {}));
  return Object.entries(files ?? {}).flatMap(([field, value]: [string, FieldValue]) => {
    const standing = hubValues.get(field);
    if (value === standing || hub === undefined) return [];
    return [{ field, files: String(value ?? '–'), hub: String(standing ?? '–') }];
  });
}

interface Sums {
  fileRecordCount: number;
  hubRecordCount: number;
  differingRecordCount: number;
  readonly files: Record<string, number>;
  readonly hub: Record<string, number>;
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Compares both sides record by record: sums that agree by chance are no agreement. */
export function compareDay(sides: Sides): Comparison {
  const { kind, files, hub } = sides;
  const sums = new Map<string, Sums>();
  const sumsOf = (record: HubRecord): Sums => {
    const entity = toEntity(record);
    const standing = sums.get(entity);
    if (standing !== undefined) return standing;
    const fresh = { fileRecordCount: 0, hubRecordCount: 0, differingRecordCount: 0, files: {}, hub: {} };
    sums.set(entity, fresh);
    return fresh;
  };
  const differences: RecordDifference[] = [];
  for (const key of new Set([...files.keys(), ...hub.keys()])) {
    const [ofFiles, ofHub] = [files.get(key), hub.get(key)];
    const record = ofFiles?.record ?? ofHub?.record;
    if (record === undefined) continue;
    const total = sumsOf(record);
    if (ofFiles !== undefined) {
      total.fileRecordCount += 1;
      addFigures(total.files, toFigures(ofFiles.record));
    }
    if (ofHub !== undefined) {
      total.hubRecordCount += 1;
      addFigures(total.hub, toFigures(ofHub.record));
    }
    const fields = listFields(ofFiles?.record, ofHub?.record);
    if (ofFiles !== undefined && ofHub !== undefined && fields.length === 0) continue;
    total.differingRecordCount += 1;
    differences.push({ ...toPlace(kind, record), ...findCause(sides, key), fields });
  }
  return {
    totals: [...sums]
      .toSorted(([a], [b]) => byCodeUnit(a, b))
      .map(([entity, { files: fileSums, hub: hubSums, ...counts }]) => ({
        ...{ kind, entity, ...counts },
        figures: toTotals(fileSums, hubSums),
      })),
    differences: differences.toSorted(
      (a, b) => byCodeUnit(a.entity, b.entity) || byCodeUnit(a.intervalStart, b.intervalStart),
    ),
  };
}

function toPlace(kind: ReportKind, record: HubRecord) {
  const agent = 'agentValue' in record ? record.agentValue : null;
  return { kind, entity: toEntity(record), agent, intervalStart: record.intervalStart };
}

function findCause(
  { files, hub, refused, undelivered }: Sides,
  key: string,
): Pick<RecordDifference, 'cause' | 'reason'> {
  const ofFiles = files.get(key);
  if (ofFiles === undefined) return { cause: 'notInFiles', reason: null };
  const reason = refused.get(toRefusalKey(ofFiles.version, key)) ?? null;
  if (reason !== null) return { cause: 'refused', reason };
  if (undelivered.has(ofFiles.version)) return { cause: 'notDelivered', reason };
  return { cause: hub.has(key) ? 'otherFigures' : 'notAtHub', reason };
}

function toTotals(files: Readonly<Record<string, number>>, hub: Readonly<Record<string, number>>): FigureTotal[] {
  return [...new Set([...Object.keys(files), ...Object.keys(hub)])].map((figure) => {
    const [ofFiles, ofHub] = [files[figure] ?? 0, hub[figure] ?? 0];
    return { figure, files: ofFiles, hub: ofHub, difference: toThousandths(ofHub - ofFiles) };
  });
}
