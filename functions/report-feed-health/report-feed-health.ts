// What the connector has passed on last, told to the hub at a fixed rhythm, and the agents that fell silent.
import { reportKinds } from '../../schemas/report-kind.ts';
import type { AgentStateRules } from '../lib/domain/agent-states/agent-state-rules.ts';
import { encodeAgentStates, encodeFeedHeartbeat } from '../lib/domain/agent-states/agent-states-body.ts';
import { deliverAgentStates } from '../lib/domain/agent-states/agent-states-delivery.ts';
import {
  countCutOffAgents,
  isFeedSilent,
  listStaleAgents,
  toOfflineAgents,
  type KnownAgent,
} from '../lib/domain/agent-states/stale-agents.ts';
import { intervalMs } from '../lib/domain/interval.ts';
import type { AgentStateStore } from '../lib/io/agent-state-store.ts';
import { mapConcurrently } from '../lib/io/concurrency.ts';
import type { AgentStatesClient } from '../lib/io/hub-client.ts';
import type { SeriesLedger } from '../lib/io/series-ledger.ts';
import type { CountMetrics } from '../lib/runtime/telemetry.ts';

export interface FeedHealthDeps {
  readonly ledger: Pick<SeriesLedger, 'listSeries' | 'readLastRunTime' | 'listArrivals'>;
  readonly store: Pick<AgentStateStore, 'listStates' | 'readLastEventMs' | 'writeState' | 'appendToTimelines'>;
  readonly hub: AgentStatesClient;
  readonly rules: AgentStateRules;
  readonly acdName: string;
  readonly nowMs: () => number;
  readonly countMetrics: CountMetrics;
}

export interface FeedHealth {
  /** Start of the last interval of a delivered report. */
  readonly lastReportInterval: string | null;
  readonly lastAgentEvent: string | null;
  readonly staleAgentCount: number;
  readonly offlineSentCount: number;
}

const lookBackMs = 86_400_000;
const callsAtOnce = 8;

/**
 * One round: read, count, post the heartbeat, and show stale agents as Offline where the settings ask for it.
 * Every error of the hub and the tables passes through: the next round is the retry.
 */
export async function reportFeedHealth(deps: FeedHealthDeps): Promise<FeedHealth> {
  const { store, hub, rules, acdName } = deps;
  const nowMs = deps.nowMs();
  const lastReportInterval = await readLastReportInterval(deps);
  const lastEventMs = await store.readLastEventMs();
  const stale = listStaleAgents(await store.listStates(), rules, nowMs);
  const lastAgentEvent = lastEventMs === null ? null : new Date(lastEventMs).toISOString();
  const facts = { lastReportInterval, lastAgentEvent, staleAgentCount: stale.length };
  const cutOffCount = countCutOffAgents(stale, lastEventMs, rules, nowMs);
  deps.countMetrics('AGENT_STATES', { AgentsStale: stale.length, AgentsCutOff: cutOffCount });
  await hub.postHeartbeat(encodeFeedHeartbeat(acdName, { sentAt: new Date(nowMs).toISOString(), ...facts }));
  const isToSend = rules.settings.sendOfflineWhenStale && !isFeedSilent(lastEventMs, rules, nowMs);
  return { ...facts, offlineSentCount: isToSend ? await sendOffline(deps, stale) : 0 };
}

async function sendOffline(
  { store, hub, rules, acdName }: FeedHealthDeps,
  stale: readonly KnownAgent[],
): Promise<number> {
  const agents = toOfflineAgents(stale, rules);
  const refused = await deliverAgentStates(
    agents.map(({ transition }) => transition),
    (states) => encodeAgentStates(acdName, states),
    (batch) => hub.postAgentStates(batch),
  );
  await store.appendToTimelines(
    agents.flatMap(({ transition }, position) => (refused.has(position) ? [] : [transition])),
  );
  await mapConcurrently(agents, callsAtOnce, ({ agentArn, state, offline }) =>
    store.writeState(agentArn, offline, state),
  );
  return agents.length;
}

/** A run time is the end of the reported range: the last interval begins one interval earlier. */
async function readLastReportInterval({ ledger }: FeedHealthDeps): Promise<string | null> {
  const runTimes: number[] = [];
  for (const kind of reportKinds) {
    for (const series of await ledger.listSeries(kind)) {
      const lastRunTime = await ledger.readLastRunTime(kind, series);
      if (lastRunTime === null) continue;
      const from = new Date(Date.parse(lastRunTime) - lookBackMs).toISOString();
      const arrivals = await ledger.listArrivals({ kind, series }, from, lastRunTime);
      const delivered = arrivals.findLast(({ status }) => status === 'DELIVERED');
      if (delivered !== undefined) runTimes.push(Date.parse(delivered.runTime));
    }
  }
  return runTimes.length === 0 ? null : new Date(Math.max(...runTimes) - intervalMs).toISOString();
}
