// The metrics of the real-time pipeline: how many records came to which end, and how old they were when the hub had them.
import type { MetricName } from '../../schemas/metrics.ts';
import type { RecordOutcome } from '../lib/domain/agent-states/agent-batch.ts';
import { countMetrics, type MetricCounts } from '../lib/runtime/telemetry.ts';
import type { AgentEventResult } from './process-agent-events.ts';

const metricNames = {
  delivered: 'AgentEventsDelivered',
  unchanged: 'AgentEventsUnchanged',
  coalesced: 'AgentEventsCoalesced',
  outOfScope: 'AgentEventsOutOfScope',
  duplicate: 'AgentEventsDuplicate',
  stale: 'AgentEventsStale',
  deadLettered: 'AgentEventsDeadLettered',
} as const satisfies Record<RecordOutcome, MetricName>;

/**
 * Counts without zeros; unmapped states and agents nobody has named yet are counted beside their outcome. The age is that of the oldest
 * event whose transitions were sent.
 */
export function toAgentEventCounts(results: readonly AgentEventResult[], nowMs: number): MetricCounts {
  const counts: Partial<Record<MetricName, number>> = { AgentEventsReceived: results.length };
  const add = (name: MetricName): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  let oldestEventMs: number | null = null;
  for (const { outcome, isUnmapped, isNameGuessed, eventMs } of results) {
    add(metricNames[outcome]);
    if (isUnmapped) add('AgentEventsUnmapped');
    if (isNameGuessed) add('AgentEventsUnnamed');
    if (outcome === 'delivered' && eventMs !== null) oldestEventMs = Math.min(oldestEventMs ?? eventMs, eventMs);
  }
  // Clocks of two machines: an event may seem to be from the future.
  if (oldestEventMs !== null) counts.AgentEventAgeSeconds = Math.max(0, nowMs - oldestEventMs) / 1000;
  return counts;
}

export const countAgentEvents = (results: readonly AgentEventResult[]): void => {
  if (results.length > 0) countMetrics('AGENT_STATES', toAgentEventCounts(results, Date.now()));
};
