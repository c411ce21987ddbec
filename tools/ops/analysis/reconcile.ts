// One local day, files against hub: what the files of the bucket say, what the hub has acknowledged, and where they part.
import { toEpochMs } from '../../../functions/lib/domain/interval.ts';
import { reportKinds, type ReportKind } from '../../../schemas/report-kind.ts';
import type { LocalDay } from '../coverage-page/local-day.ts';
import {
  compareDay,
  toRefusalKey,
  type DifferenceCause,
  type EntityTotal,
  type RecordDifference,
} from './day-comparison.ts';
import { readSeriesDays, type SeriesDay } from './day-coverage.ts';
import {
  checkAgentSums,
  checkReceived,
  checkServiceLevels,
  createStatedLevels,
  type AgentSumCheck,
  type ReceivedCheck,
  type ServiceLevelCheck,
} from './planner-checks.ts';
import { createLatestRecords, toEntity, toRecordKey, type LatestRecords } from './record-figures.ts';
import { cellWarningPercent, connectCellLimit } from './report-reading.ts';
import {
  listDayFiles,
  readDayFiles,
  readSeenReach,
  toFileRefusal,
  toSentReport,
  type DaySpan,
  type FileProgress,
  type ReadDayFile,
} from './source-files.ts';
import { readAcknowledged, readAll, readStagedReports, type AnalysisParts } from './staged-reports.ts';

/** A file with figures of the day that are not, or not all, at the hub. */
export interface OpenFile {
  readonly key: string;
  readonly progress: FileProgress;
  /** Why the rules refuse the whole file; null when they do not. */
  readonly error: string | null;
  readonly message: string | null;
}

export interface FullFile {
  readonly key: string;
  readonly cellCount: number;
  readonly cellPercent: number;
}

export interface HubRefusal {
  readonly kind: ReportKind;
  readonly entity: string;
  readonly reason: string;
  readonly recordCount: number;
}

export interface RejectedRows {
  readonly rule: string;
  readonly rowCount: number;
  /** The first file and line. */
  readonly key: string;
  readonly lineNumber: number;
  readonly reason: string;
}

export interface Reconciliation {
  readonly day: string;
  readonly zone: string;
  /** 92, 96 or 100. */
  readonly intervalCount: number;
  readonly fileCount: number;
  readonly totals: readonly EntityTotal[];
  readonly differenceCounts: Readonly<Partial<Record<DifferenceCause, number>>>;
  /** The first 500. */
  readonly differences: readonly RecordDifference[];
  readonly openFiles: readonly OpenFile[];
  readonly hubRefusals: readonly HubRefusal[];
  readonly rejectedRows: readonly RejectedRows[];
  readonly series: readonly SeriesDay[];
  readonly agentSums: AgentSumCheck;
  readonly serviceLevels: readonly ServiceLevelCheck[];
  readonly received: readonly ReceivedCheck[];
  readonly fullFiles: readonly FullFile[];
}

export interface ReconcileRequest {
  readonly day: LocalDay;
  readonly zone: string;
  readonly tolerancePercent: number;
}

const maxDifferences = 500;

interface Side {
  readonly latest: Readonly<Record<ReportKind, LatestRecords>>;
}

const createSide = (): Side => ({
  latest: { QR: createLatestRecords(), AQR: createLatestRecords(), ASPR: createLatestRecords() },
});

const isOfDay = ({ startMs, endMs }: DaySpan, intervalStart: string): boolean => {
  const atMs = toEpochMs(intervalStart);
  return atMs >= startMs && atMs < endMs;
};

interface FileSide extends Side {
  readonly undelivered: Set<string>;
  readonly openFiles: OpenFile[];
  readonly fullFiles: FullFile[];
  readonly rejectedRows: Map<string, RejectedRows>;
  readonly files: Pick<ReadDayFile, 'kind' | 'series' | 'runTime' | 'progress'>[];
  readonly stated: ReturnType<typeof createStatedLevels>;
}

/** Takes what counts out of a file, and lets the rest go. */
function takeFile(side: FileSide, day: DaySpan, file: ReadDayFile): void {
  const { kind, series, runTime, progress, version, content, object } = file;
  const { key } = object;
  if (content === null) return;
  const mapped = toSentReport(file);
  const refusal = toFileRefusal(file);
  let dayRecordCount = 0;
  for (const record of mapped?.records ?? []) {
    if (!isOfDay(day, record.intervalStart)) continue;
    dayRecordCount += 1;
    side.latest[kind].add(version, record);
  }
  // A scheduled file belongs to the interval before its run time even when it is empty, or nothing of it can be read.
  const isOfThisDay =
    dayRecordCount > 0 || (runTime !== null && isOfDay(day, new Date(toEpochMs(runTime) - 1).toISOString()));
  if (!isOfThisDay) return;
  side.files.push({ kind, series, runTime, progress });
  side.stated.add(version, content.serviceLevels);
  if (progress !== 'DELIVERED') side.undelivered.add(version);
  if (progress !== 'DELIVERED' || refusal !== null) {
    side.openFiles.push({ key, progress, error: refusal?.error ?? null, message: refusal?.message ?? null });
  }
  const cellPercent = Math.round((content.cellCount / connectCellLimit) * 1000) / 10;
  if (cellPercent >= cellWarningPercent) side.fullFiles.push({ key, cellCount: content.cellCount, cellPercent });
  for (const { rule, reason, lineNumber } of mapped?.rejects ?? []) {
    const standing = side.rejectedRows.get(rule);
    side.rejectedRows.set(rule, {
      ...(standing ?? { rule, key, lineNumber, reason }),
      rowCount: (standing?.rowCount ?? 0) + 1,
    });
  }
}

async function readFileSide(parts: AnalysisParts, day: DaySpan): Promise<FileSide> {
  const { stores, settings } = parts;
  const side: FileSide = {
    ...createSide(),
    ...{ undelivered: new Set(), openFiles: [], fullFiles: [], rejectedRows: new Map(), files: [] },
    stated: createStatedLevels(settings.queues),
  };
  const reach = {
    QR: await readSeenReach(stores, 'QR', day),
    AQR: await readSeenReach(stores, 'AQR', day),
    ASPR: await readSeenReach(stores, 'ASPR', day),
  };
  const files = await listDayFiles(parts, day, settings.reports, reach);
  await readDayFiles(parts, files, settings, (file) => {
    takeFile(side, day, file);
  });
  return side;
}

interface HubSide extends Side {
  readonly refused: Map<string, string>;
  readonly refusals: Map<string, HubRefusal>;
}

async function readHubSide(parts: AnalysisParts, day: DaySpan): Promise<HubSide> {
  const side: HubSide = { ...createSide(), refused: new Map(), refusals: new Map() };
  const staged = await readStagedReports(parts, day.startMs);
  const ofDay = staged.filter(({ manifest }) =>
    manifest.intervals.some(({ action, intervalStart }) => action === 'send' && isOfDay(day, intervalStart)),
  );
  await readAll(ofDay, parts, 'deliveries', async ({ manifest }) => {
    const { sourceVersion, source } = manifest;
    const { taken, refused } = await readAcknowledged(parts, manifest);
    for (const record of taken) {
      if (isOfDay(day, record.intervalStart)) side.latest[source.kind].add(sourceVersion, record);
    }
    for (const { record, reason } of refused) {
      if (!isOfDay(day, record.intervalStart)) continue;
      side.refused.set(toRefusalKey(sourceVersion, toRecordKey(record)), reason);
      const entity = toEntity(record);
      const key = JSON.stringify([source.kind, entity, reason]);
      const recordCount = (side.refusals.get(key)?.recordCount ?? 0) + 1;
      side.refusals.set(key, { kind: source.kind, entity, reason, recordCount });
    }
  });
  return side;
}

function countCauses(differences: readonly RecordDifference[]): Reconciliation['differenceCounts'] {
  const counts: Partial<Record<DifferenceCause, number>> = {};
  for (const { cause } of differences) counts[cause] = (counts[cause] ?? 0) + 1;
  return counts;
}

/** Every error of AWS passes through. */
export async function reconcileDay(
  parts: AnalysisParts,
  { day, zone, tolerancePercent }: ReconcileRequest,
): Promise<Reconciliation> {
  const files = await readFileSide(parts, day);
  const hub = await readHubSide(parts, day);
  const compared = reportKinds.map((kind) =>
    compareDay({
      kind,
      files: files.latest[kind].records,
      hub: hub.latest[kind].records,
      refused: hub.refused,
      undelivered: files.undelivered,
    }),
  );
  const differences = compared.flatMap((comparison) => comparison.differences);
  const queueRecords = [...files.latest.QR.records.values()];
  return {
    ...{ day: day.date, zone, intervalCount: day.intervals.length, fileCount: files.files.length },
    totals: compared.flatMap(({ totals }) => totals),
    differenceCounts: countCauses(differences),
    differences: differences.slice(0, maxDifferences),
    openFiles: files.openFiles.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    hubRefusals: [...hub.refusals.values()],
    rejectedRows: [...files.rejectedRows.values()],
    series: await readSeriesDays(parts, day, files.files),
    agentSums: checkAgentSums(queueRecords, files.latest.AQR.records.values(), tolerancePercent),
    serviceLevels: checkServiceLevels(queueRecords, files.stated),
    received: checkReceived(queueRecords),
    fullFiles: files.fullFiles.toSorted((a, b) => b.cellCount - a.cellCount),
  };
}
