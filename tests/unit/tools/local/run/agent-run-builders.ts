// Results and states of agent events as tests of the run need them.
import type { AgentEventResult } from '../../../../../functions/agent-events/process-agent-events.ts';
import type { AgentStateRecord } from '../../../../../schemas/agent-states.ts';

export function buildResult(sequenceNumber: string, changes: Partial<AgentEventResult> = {}): AgentEventResult {
  return {
    ...{ outcome: 'delivered', isUnmapped: false, isNameGuessed: false, poison: null },
    ...{ shardId: 'shardId-000000000000', sequenceNumber, eventMs: null },
    ...changes,
  };
}

/** `12:15:00` of one day. */
export function buildState(
  agentValue: string,
  clock: string,
  eventId: string,
  changes: Partial<AgentStateRecord> = {},
): AgentStateRecord {
  const startTime = `2026-11-21T${clock}.000Z`;
  return {
    ...{ agentValue, agentId: agentValue, eventId, eventReason: '', activityCode: 'Open', status: 'Open' },
    ...{ mapped: true, mediaType: null, startTime, eventTime: startTime },
    ...{ sourceEventId: `${agentValue} ${clock}`, sequence: Date.parse(startTime).toString().padStart(58, '0') },
    ...changes,
  };
}
