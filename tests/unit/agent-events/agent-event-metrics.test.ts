import { describe, expect, it } from '@jest/globals';
import { toAgentEventCounts } from '../../../functions/agent-events/agent-event-metrics.ts';
import type { AgentEventResult } from '../../../functions/agent-events/process-agent-events.ts';

const result = (outcome: AgentEventResult['outcome'], rest: Partial<AgentEventResult> = {}): AgentEventResult => ({
  outcome,
  isUnmapped: false,
  isNameGuessed: false,
  poison: null,
  shardId: 's',
  sequenceNumber: '1',
  eventMs: 1_000,
  ...rest,
});

describe('toAgentEventCounts', () => {
  it('counts every record under its outcome, and unmapped and unnamed ones beside it', () => {
    const results = [
      result('delivered', { isUnmapped: true }),
      result('delivered'),
      result('unchanged', { isNameGuessed: true }),
      result('deadLettered'),
    ];
    expect(toAgentEventCounts(results, 3_500)).toEqual({
      AgentEventAgeSeconds: 2.5,
      AgentEventsReceived: 4,
      AgentEventsDelivered: 2,
      AgentEventsUnchanged: 1,
      AgentEventsDeadLettered: 1,
      AgentEventsUnmapped: 1,
      AgentEventsUnnamed: 1,
    });
  });

  it('takes the age of the oldest event that was sent, and of no other', () => {
    const results = [
      result('unchanged', { eventMs: 0 }),
      result('delivered', { eventMs: 9_000 }),
      result('delivered', { eventMs: 4_000 }),
      result('deadLettered', { eventMs: null }),
    ];
    expect(toAgentEventCounts(results, 10_000).AgentEventAgeSeconds).toBe(6);
    expect(toAgentEventCounts([result('unchanged')], 10_000).AgentEventAgeSeconds).toBeUndefined();
    expect(toAgentEventCounts([result('delivered', { eventMs: 11_000 })], 10_000).AgentEventAgeSeconds).toBe(0);
  });
});
