// The metrics of the real-time pipeline: how many records came to which end.
import type { RecordOutcome } from '../lib/domain/agent-states/agent-batch.ts';
import { countMetrics } from '../lib/runtime/telemetry.ts';
import type { AgentEventResult } from './process-agent-events.ts';

const metricNames = {
  delivered: 'AgentEventsDelivered',
  unchanged: 'AgentEventsUnchanged',
  coalesced: 'AgentEventsCoalesced',
  outOfScope: 'AgentEventsOutOfScope',
  duplicate: 'AgentEventsDuplicate',
  stale: 'AgentEventsStale',
  deadLettered: 'AgentEventsDeadLettered',
} as const satisfies Record<RecordOutcome, string>;

/** Counts without zeros; unmapped states and agents nobody has named yet are counted beside their outcome. */
export function toAgentEventCounts(results: readonly AgentEventResult[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = { AgentEventsReceived: results.length };
  const add = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const { outcome, isUnmapped, isNameGuessed } of results) {
    add(metricNames[outcome]);
    if (isUnmapped) add('AgentEventsUnmapped');
    if (isNameGuessed) add('AgentEventsUnnamed');
  }
  return counts;
}

export const countAgentEvents = (results: readonly AgentEventResult[]): void => {
  if (results.length > 0) countMetrics('AGENT_STATES', toAgentEventCounts(results));
};
