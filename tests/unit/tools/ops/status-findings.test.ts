import { describe, expect, it } from '@jest/globals';
import { listFindings } from '../../../../tools/ops/status-findings.ts';
import type { Status } from '../../../../tools/ops/status-reader.ts';

const nowMs = Date.parse('2026-11-22T12:00:00Z');
const rules = { target: '--stage acme', nowMs, agentStates: { staleAfterSeconds: 600 } };
const well: Status = {
  ...{
    acdName: 'acd',
    series: [],
    failedExecutions: [],
    isFailedCut: false,
    queues: [],
    waitingUploadCount: 0,
    alarms: null,
  },
  ...{ watchedAt: '2026-11-22T11:50:00.000Z', lastAgentEventAt: '2026-11-22T11:59:00.000Z' },
};

describe('listFindings', () => {
  it('finds nothing where all is well, also where no agent event ever came', () => {
    expect(listFindings(well, rules)).toEqual([]);
    expect(listFindings({ ...well, lastAgentEventAt: null }, rules)).toEqual([]);
  });

  it('puts failed executions first and names the command', () => {
    const failed = { name: 'x', error: null, startedAt: '2026-11-22T11:00:00.000Z' };
    const queues = [{ queue: 'quarantine', messageCount: 2 }] as const;
    expect(listFindings({ ...well, failedExecutions: [failed], queues }, rules)).toEqual([
      { finding: '1 execution has failed', next: 'npx acdhub redrive --all-failed --stage acme' },
      { finding: '2 quarantined files in quarantine', next: 'npx acdhub dlq list quarantine --stage acme' },
    ]);
  });

  it('does not take failures it has not looked at for none', () => {
    expect(listFindings({ ...well, isFailedCut: true }, rules)).toMatchObject([
      { finding: expect.stringContaining('not looked at'), next: 'npx acdhub redrive --all-failed --stage acme' },
    ]);
  });

  it('does not take silence of the watch for an absence of holes', () => {
    for (const watchedAt of [null, '2026-11-22T11:00:00.000Z']) {
      expect(listFindings({ ...well, watchedAt }, rules)).toMatchObject([
        { finding: expect.stringContaining('nobody looks for missing intervals') },
      ]);
    }
  });

  it('tells of missing intervals, a silent stream, alarms, and addresses nobody is reached at', () => {
    const status: Status = {
      ...well,
      series: [{ kind: 'QR', series: 'QR', lastDeliveredInterval: null, missing: ['2026-11-22T10:00:00.000Z'] }],
      lastAgentEventAt: '2026-11-22T11:00:00.000Z',
      alarms: {
        ringing: [{ name: 'failed-executions', runbook: 'docs/runbook/failed-executions.md' }],
        unconfirmedEmails: ['ops@example.com'],
      },
    };
    expect(listFindings(status, rules).map(({ finding }) => finding)).toEqual([
      '1 interval missing',
      'no agent event for 1 h',
      '1 alarm address not confirmed',
      'alarm failed-executions',
    ]);
  });
});
