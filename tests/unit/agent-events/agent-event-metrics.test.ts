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
    expect(toAgentEventCounts(results)).toEqual({
      AgentEventsReceived: 4,
      AgentEventsDelivered: 2,
      AgentEventsUnchanged: 1,
      AgentEventsDeadLettered: 1,
      AgentEventsUnmapped: 1,
      AgentEventsUnnamed: 1,
    });
  });
});
