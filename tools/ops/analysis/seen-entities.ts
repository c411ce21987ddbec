// Queues, agents and agent states that were seen in a span of time, from what was staged and sent.
import type { AgentStateRules } from '../../../functions/lib/domain/agent-states/agent-state-rules.ts';
import type { HubRecord, QueueRecord } from '../../../schemas/hub-records.ts';
import type { ReportManifest } from '../../../schemas/manifest.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import { isQueueRecord } from './record-figures.ts';

/** From the first to the last time; instants. */
export interface Sighting {
  firstSeen: string;
  lastSeen: string;
}

export interface SeenQueue extends Sighting {
  /** As it is called at the hub. */
  readonly name: string;
  readonly mediaTypes: Map<QueueRecord['mediaType'], Sighting>;
  readonly serviceLevels: Map<number, Sighting>;
  /** Series of queue reports; reload files belong to none. */
  readonly series: Map<string, Sighting>;
  /** Rows that were rejected, by the run time of their files. */
  mixedDirection: Sighting | null;
}

export interface SeenAgent extends Sighting {
  readonly login: string;
  readonly agentId: string;
  readonly kinds: Set<ReportKind | 'STATES'>;
  /** In reports alone: states are kept for fewer days. */
  reports: Sighting | null;
}

export interface SeenState extends Sighting {
  readonly eventId: string;
  readonly agents: Set<string>;
}

export interface VanishedRows {
  readonly kind: ReportKind;
  readonly series: string | null;
  readonly intervalStart: string;
  rowCount: number;
  /** Queues or agents that an earlier file had; empty where it is too old to be known. */
  entities: string[];
}

export interface SeenEntities {
  readonly queues: Map<string, SeenQueue>;
  readonly agents: Map<string, SeenAgent>;
  readonly states: Map<string, SeenState>;
  /** Intervals of all records of a kind. */
  readonly spans: Map<ReportKind | 'STATES', Sighting>;
}

export function createSeenEntities(): SeenEntities {
  return { queues: new Map(), agents: new Map(), states: new Map(), spans: new Map() };
}

function widen(sighting: Sighting, at: string): void {
  if (at < sighting.firstSeen) sighting.firstSeen = at;
  if (at > sighting.lastSeen) sighting.lastSeen = at;
}

/** The entry of a key, its span widened; made where there is none. */
function see<K, T extends Sighting>(entries: Map<K, T>, key: K, at: string, create: (first: Sighting) => T): T {
  const standing = entries.get(key);
  if (standing === undefined) {
    const fresh = create({ firstSeen: at, lastSeen: at });
    entries.set(key, fresh);
    return fresh;
  }
  widen(standing, at);
  return standing;
}

function widened(sighting: Sighting | null, at: string): Sighting {
  if (sighting === null) return { firstSeen: at, lastSeen: at };
  widen(sighting, at);
  return sighting;
}

function toAgent(first: Sighting, login: string, agentId: string): SeenAgent {
  return { ...first, login, agentId, kinds: new Set(), reports: null };
}

const plain = (sighting: Sighting): Sighting => sighting;

function seeQueue({ queues }: SeenEntities, name: string, at: string): SeenQueue {
  return see(queues, name, at, (first) => ({
    ...first,
    ...{ name, mediaTypes: new Map(), serviceLevels: new Map(), series: new Map(), mixedDirection: null },
  }));
}

/** Notes one record of a staged report. */
export function seeRecord(seen: SeenEntities, { kind, series }: ReportManifest['source'], record: HubRecord): void {
  const at = record.intervalStart;
  see(seen.spans, kind, at, plain);
  if ('queueValue' in record) {
    const queue = seeQueue(seen, record.queueValue, at);
    if (isQueueRecord(record)) {
      see(queue.mediaTypes, record.mediaType, at, plain);
      see(queue.serviceLevels, record.serviceLevelSeconds, at, plain);
      if (series !== null) see(queue.series, series, at, plain);
    }
  }
  if ('agentValue' in record) {
    const { agentValue: login, agentId } = record;
    const agent = see(seen.agents, login, at, (first) => toAgent(first, login, agentId));
    agent.kinds.add(kind);
    agent.reports = widened(agent.reports, at);
  }
}

/** Notes the queues of a report whose rows were rejected for mixed directions. */
export function seeMixedDirections(
  seen: SeenEntities,
  { source, mixedDirectionQueues }: ReportManifest,
  stagedAt: string,
) {
  const at = source.runTime ?? stagedAt;
  for (const name of mixedDirectionQueues) {
    const queue = seeQueue(seen, name, at);
    queue.mixedDirection = widened(queue.mixedDirection, at);
  }
}

/** Notes one state of an agent. */
export function seeState(
  seen: SeenEntities,
  state: { readonly agentValue: string; readonly eventId: string; readonly at: string },
  agentIdOf: AgentStateRules['agentIdOf'],
): void {
  const { agentValue: login, eventId, at } = state;
  see(seen.spans, 'STATES', at, plain);
  see(seen.states, eventId, at, (first) => ({ ...first, eventId, agents: new Set() })).agents.add(login);
  see(seen.agents, login, at, (first) => toAgent(first, login, agentIdOf(login))).kinds.add('STATES');
}
