import { describe, expect, it } from '@jest/globals';
import { planRedrives, toNewName, type KeyCheckpoint } from '../../../../tools/ops/executions/redrive-plan.ts';
import type { ReportExecution } from '../../../../tools/ops/executions/report-execution.ts';

const object = { bucket: 'b', key: 'k', etag: 'e', sizeBytes: 1, uploadedAt: '2026-11-22T12:00:00.000Z' };
const input = { object, revision: object.uploadedAt };

const failed = (fields: Partial<ReportExecution> = {}): ReportExecution => ({
  ...{ name: 'QR-1', arn: `arn:${fields.name ?? 'QR-1'}`, outcome: 'FAILED', status: 'FAILED', input, kind: 'QR' },
  ...{ series: 'QR', runTime: null, startedAt: '2026-11-22T12:00:10.000Z', endedAt: null, redriveCount: 0 },
  ...{ isRedrivable: true, redriveReason: null, deliveredRecordCount: null, rejectedRowCount: null },
  ...{ error: 'HubUnavailableError', cause: 'down' },
  ...fields,
});
const checkpoint = (fields: Partial<KeyCheckpoint> = {}): KeyCheckpoint => ({
  ...{ etag: 'e', uploadedAt: object.uploadedAt, revision: object.uploadedAt, status: 'CLAIMED' },
  ...fields,
});
const plan = (executions: ReportExecution[], known: KeyCheckpoint | null = null) =>
  planRedrives(executions, new Map([['k', known]]));

describe('planRedrives', () => {
  it('redrives what can be redriven, also when the file never came as far as its checkpoint', () => {
    expect(plan([failed()])).toMatchObject([{ action: 'redrive' }]);
    expect(plan([failed()], checkpoint())).toMatchObject([{ action: 'redrive' }]);
  });

  it('starts anew what cannot be redriven, and says why', () => {
    const old = failed({ isRedrivable: false, redriveReason: 'Execution is older than 14 days' });
    expect(plan([old])).toMatchObject([
      { action: 'start-anew', reason: 'not redrivable: Execution is older than 14 days' },
    ]);
  });

  it('leaves what was delivered since, by this upload or a newer one', () => {
    const newer = '2026-11-22T12:30:00.000Z';
    for (const known of [
      checkpoint({ status: 'DELIVERED' }),
      checkpoint({ uploadedAt: newer, etag: 'f', revision: newer }),
      checkpoint({ revision: newer }),
    ]) {
      expect(plan([failed()], known)).toMatchObject([{ action: 'leave', isHealed: true, cure: null }]);
    }
  });

  it('leaves quarantined files with their cure, unless a corrected upload has healed them', () => {
    const quarantined = failed({ outcome: 'QUARANTINED', error: 'ReportHeaderError' });
    expect(plan([quarantined], checkpoint({ status: 'QUARANTINED' }))).toMatchObject([
      { action: 'leave', isHealed: false, cure: expect.stringContaining('upload it again') },
    ]);
    expect(plan([quarantined], checkpoint({ uploadedAt: '2026-11-22T13:00:00.000Z' }))).toMatchObject([
      { action: 'leave', isHealed: true },
    ]);
  });

  it('deals with the newest of several executions of one upload only', () => {
    const first = failed({ isRedrivable: false });
    const again = failed({ name: 'QR-1-again-1', startedAt: '2026-12-10T00:00:00.000Z' });
    expect(plan([again, first])).toMatchObject([
      { action: 'redrive' },
      { action: 'leave', reason: 'QR-1-again-1 is a later execution of the same upload', isHealed: false },
    ]);
  });

  it('leaves what was started by hand with another input', () => {
    expect(plan([failed({ input: null, error: 'StateInputError' })])).toMatchObject([
      { action: 'leave', cure: expect.stringContaining('input of the original') },
    ]);
  });
});

describe('toNewName', () => {
  it('is the same for the same execution, counts on, and has at most 80 characters', () => {
    expect(toNewName('QR-1')).toBe('QR-1-again-1');
    expect(toNewName('QR-1-again-9')).toBe('QR-1-again-10');
    const long = toNewName('x'.repeat(79));
    expect(long).toHaveLength(80);
    expect(toNewName(long)).toHaveLength(80);
  });
});
