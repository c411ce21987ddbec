// Hub records of one queue in one interval, for the tests of the analyses.
import type { AgentQueueRecord, QueueRecord } from '../../../../../schemas/hub-records.ts';

const dialer = {
  ...{ rightPartyContacts: null, rightPartyTalkTimeSeconds: null, rightPartyWorkTimeSeconds: null },
  ...{ wrongPartyContacts: null, wrongPartyTalkTimeSeconds: null, wrongPartyWorkTimeSeconds: null, active: null },
};
export const intervalStart = '2026-11-22T12:00:00.000Z';

export function agentQueueRecord(fields: Partial<AgentQueueRecord> = {}): AgentQueueRecord {
  return {
    ...{ agentValue: 'ann', agentId: 'ann', queueValue: 'Sales', intervalStart, contactsHandled: 1 },
    ...{ handleTimeSeconds: null, holdTimeSeconds: null, workTimeSeconds: null, ...dialer },
    ...fields,
  };
}

export function queueRecord(fields: Partial<QueueRecord> = {}): QueueRecord {
  return {
    ...{ queueValue: 'Sales', mediaType: 'voice', mediaClassification: 'immediate', intervalStart },
    ...{ serviceLevelSeconds: 20, contactsReceived: 10, handledShort: 6, handledLong: 2 },
    ...{ abandonedShort: 1, abandonedLong: 1, handleTimeSeconds: 1000, holdTimeSeconds: null, workTimeSeconds: null },
    ...{ queueDelayTimeSeconds: null, serviceLevelPercent: 60, backlog: null, backlogExpired: null },
    ...{ backlogUnexpired: null, ...dialer },
    ...fields,
  };
}
