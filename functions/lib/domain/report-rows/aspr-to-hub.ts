// Agent system performance report: the rows of one agent and interval to the hub's agent system record.
import type { AgentSystemRecord } from '../../../../schemas/hub-records.ts';
import { intervalSeconds } from '../interval.ts';
import { addPresent, roundTo } from './figure-sums.ts';
import type { IntervalRows, MappingContext } from './hub-mapping.ts';
import type { RowFault } from './rejected-row.ts';

/**
 * Maps one agent and interval.
 * @source docs/figures.md, Agent system performance report
 */
export function toAgentSystemRecord(interval: IntervalRows, mapping: MappingContext): AgentSystemRecord {
  const { sums, figures } = mapping;
  const { rows, agentValue, intervalStart } = interval;
  const idle = sums.sum(rows, 'idleTime');
  const ready = figures.readyTime === 'idle' ? idle : addOnContact(idle);
  return {
    agentValue,
    agentId: mapping.agentIdOf(agentValue),
    intervalStart,
    readyTimeSeconds: roundTo(ready, 3),
    notReadyTimeSeconds: roundTo(sums.sum(rows, 'nonproductiveTime'), 3),
    loginTimeSeconds: roundTo(sums.sum(rows, 'onlineTime'), 3),
  };

  function addOnContact(seconds: number | null): number | null {
    return sums.has('onContactTime') ? addPresent(seconds, sums.sum(rows, 'onContactTime')) : null;
  }
}

const activityFigures = ['readyTimeSeconds', 'notReadyTimeSeconds', 'loginTimeSeconds'] as const;

/**
 * Checks that no activity lasts longer than the interval: these times are split by the clock.
 * @returns null when none does
 * @source docs/figures.md, Agent system performance report
 */
export function checkActivity(record: AgentSystemRecord, toleranceSeconds: number): RowFault | null {
  const figure = activityFigures.find((name) => (record[name] ?? 0) > intervalSeconds + toleranceSeconds);
  if (figure === undefined) return null;
  return {
    rule: 'activity-above-interval',
    reason: `${figure} is ${record[figure]} s, expected at most 900 s in a 15-minute interval (setting figures.activityToleranceSeconds: ${toleranceSeconds})`,
    column: null,
    value: null,
  };
}
