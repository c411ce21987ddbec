// Reads what was seen in the last days from the staging bucket and the agent state table: nothing more has to be kept for it.
import { createAgentStateRules } from '../../../functions/lib/domain/agent-states/agent-state-rules.ts';
import { toInstant } from '../../../functions/lib/domain/interval.ts';
import type { HubRecord } from '../../../schemas/hub-records.ts';
import { toEntity } from './record-figures.ts';
import {
  createSeenEntities,
  seeMixedDirections,
  seeRecord,
  seeState,
  type SeenEntities,
  type VanishedRows,
} from './seen-entities.ts';
import { readAll, readBatch, readStagedReports, type AnalysisParts, type StagedReport } from './staged-reports.ts';

export interface ReadEntities {
  readonly seen: SeenEntities;
  /** Intervals that were sent again with fewer rows, in order. */
  readonly vanished: readonly VanishedRows[];
  readonly reportCount: number;
  /** Since when states of agents are known: they are kept for fewer days than reports. null: only those standing now are. */
  readonly statesSince: string | null;
}

const dayMs = 86_400_000;

/** Everything seen since an instant. Every error of AWS passes through. */
export async function readEntities(parts: AnalysisParts, sinceMs: number): Promise<ReadEntities> {
  const seen = createSeenEntities();
  const reports = await readStagedReports(parts, sinceMs);
  const vanished = createVanished(reports);
  const batches = reports.flatMap((report) => report.manifest.batches.map((batch) => ({ report, batch })));
  for (const { manifest, stagedAt } of reports) seeMixedDirections(seen, manifest, stagedAt);
  await readAll(batches, parts, 'batches', async ({ report, batch }) => {
    for (const record of await readBatch(parts, batch)) {
      seeRecord(seen, report.manifest.source, record);
      vanished.add(report, record);
    }
  });
  const statesSince = await readStates(parts, seen, sinceMs);
  return { seen, vanished: vanished.list(), reportCount: reports.length, statesSince };
}

async function readStates(parts: AnalysisParts, seen: SeenEntities, sinceMs: number): Promise<string | null> {
  const { settings, stores, nowMs } = parts;
  const { timelineDays } = settings.agentStates;
  const { agentIdOf } = createAgentStateRules(settings.agentStates, settings.agents);
  for (const { state } of await stores.agentStates.listStates()) {
    if (state.shown === null || state.atMs < sinceMs) continue;
    const { agentValue, eventId } = state.shown;
    seeState(seen, { agentValue, eventId, at: toInstant(state.atMs) }, agentIdOf);
  }
  if (timelineDays === 0) return null;
  const fromMs = Math.max(sinceMs, nowMs - timelineDays * dayMs);
  const days = Array.from({ length: Math.floor(nowMs / dayMs) - Math.floor(fromMs / dayMs) + 1 }, (_, index) =>
    toInstant(fromMs + index * dayMs).slice(0, 10),
  );
  await readAll(days, parts, 'days of agent states', async (day) => {
    for (const { agentValue, eventId, startTime } of (await stores.agentStates.readTimelines(day)) ?? []) {
      seeState(seen, { agentValue, eventId, at: startTime }, agentIdOf);
    }
  });
  return toInstant(fromMs);
}

/** Which rows of an interval an earlier file of the series had and the newest one has not. */
function createVanished(reports: readonly StagedReport[]) {
  const placeOf = ({ manifest: { source } }: StagedReport, intervalStart: string) =>
    JSON.stringify([intervalStart, source.kind, source.series]);
  const rows = new Map<string, VanishedRows>();
  for (const report of reports) {
    const { source, intervals, rejectedRowCount } = report.manifest;
    // A rejected row is missing for a reason of its own, which the rejects give.
    if (rejectedRowCount > 0) continue;
    for (const { intervalStart, vanishedRecordCount } of intervals) {
      if (vanishedRecordCount === 0) continue;
      const place = placeOf(report, intervalStart);
      const { kind, series } = source;
      const standing = rows.get(place) ?? { kind, series, intervalStart, rowCount: 0, entities: [] };
      rows.set(place, { ...standing, rowCount: Math.max(standing.rowCount, vanishedRecordCount) });
    }
  }
  const versions = new Map<string, Map<string, Set<string>>>();
  return {
    add(report: StagedReport, record: HubRecord): void {
      const place = placeOf(report, record.intervalStart);
      if (!rows.has(place)) return;
      const ofPlace = versions.get(place) ?? new Map<string, Set<string>>();
      versions.set(place, ofPlace);
      const { sourceVersion } = report.manifest;
      ofPlace.set(sourceVersion, (ofPlace.get(sourceVersion) ?? new Set()).add(toName(record)));
    },
    list(): VanishedRows[] {
      return [...rows]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([place, row]) => ({ ...row, entities: listVanished(versions.get(place) ?? new Map()) }));
    },
  };
}

function toName(record: HubRecord): string {
  const entity = toEntity(record);
  return 'agentValue' in record && record.agentValue !== entity ? `${record.agentValue} in ${entity}` : entity;
}

function listVanished(versions: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const inOrder = [...versions].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, names]) => names);
  const newest = inOrder.at(-1) ?? new Set<string>();
  const earlier = new Set(inOrder.slice(0, -1).flatMap((names) => [...names]));
  return [...earlier].filter((name) => !newest.has(name)).toSorted();
}
