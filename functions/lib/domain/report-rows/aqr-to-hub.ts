// Agent queue report: the rows of one agent, queue and interval to the hub's agent queue record.
import type { AgentQueueRecord } from '../../../../schemas/hub-records.ts';
import { sumContactFigures } from './contact-figures.ts';
import { missingFigure, type IntervalRows, type QueueMapping } from './hub-mapping.ts';

/**
 * Maps one agent, queue and interval. A handle time above 900 s is legitimate: a contact counts where it ends.
 * @source docs/figures.md, Agent queue report
 */
export function toAgentQueueRecord(interval: IntervalRows, mapping: QueueMapping): AgentQueueRecord {
  const { handled, handleTimeSeconds, holdTimeSeconds, workTimeSeconds } = sumContactFigures(interval, mapping);
  const missing = missingFigure(mapping.figures);
  return {
    agentValue: interval.agentValue,
    agentId: mapping.agentIdOf(interval.agentValue),
    queueValue: interval.queueValue,
    intervalStart: interval.intervalStart,
    contactsHandled: handled,
    handleTimeSeconds,
    holdTimeSeconds,
    workTimeSeconds,
    rightPartyContacts: missing,
    rightPartyTalkTimeSeconds: missing,
    rightPartyWorkTimeSeconds: missing,
    wrongPartyContacts: missing,
    wrongPartyTalkTimeSeconds: missing,
    wrongPartyWorkTimeSeconds: missing,
    active: null,
  };
}
