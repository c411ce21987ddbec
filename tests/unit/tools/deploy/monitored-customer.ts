import type { MonitoredCustomer } from '../../../../tools/deploy/alarm-rules.ts';

interface Changes {
  readonly alarms?: Partial<MonitoredCustomer['alarms']>;
  readonly schedules?: Partial<MonitoredCustomer['schedules']>;
  readonly limits?: Partial<MonitoredCustomer['limits']>;
  readonly alarmEmails?: readonly string[];
}

/** A customer with the default thresholds; alarms are on where addresses are given. */
export function buildCustomer({ alarms, schedules, limits, alarmEmails = ['one@example.com'] }: Changes = {}) {
  return {
    EnableCloudWatchAlarms: alarmEmails.length > 0 ? 'YES' : 'NO',
    alarms: {
      ...{ missingIntervalCount: 1, rejectedRowCount: 1, mixedDirectionRowCount: 1, iteratorAgeSeconds: 300 },
      ...{ cutOffAgentCount: 3, hubErrorPercent: 20, functionErrorCount: 5, functionThrottleCount: 10 },
      watchSilentMinutes: 20,
      ...alarms,
    },
    schedules: { watchMinutes: 5, feedHealthMinutes: 1, ...schedules },
    limits: { ingestConcurrency: 5, ...limits },
    derived: { stage: 'larkfield-bank', alarmEmails },
  } satisfies MonitoredCustomer;
}
