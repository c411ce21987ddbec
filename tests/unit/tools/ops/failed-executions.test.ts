import { describe, expect, it } from '@jest/globals';
import type { ExecutionReader, ListedExecution } from '../../../../tools/ops/executions/execution-reader.ts';
import { planAllFailed, type FailedRequest } from '../../../../tools/ops/executions/failed-executions.ts';
import type { ReportExecution } from '../../../../tools/ops/executions/report-execution.ts';

const startedAtMs = Date.parse('2026-11-22T12:00:00Z');

function toExecution(index: number, outcome: ReportExecution['outcome']): ReportExecution {
  const startedAt = new Date(startedAtMs - index * 1000).toISOString();
  const object = { bucket: 'b', key: `k-${index}`, etag: 'e', sizeBytes: 1, uploadedAt: startedAt };
  return {
    ...{ name: `QR-${index}`, arn: `arn:QR-${index}`, outcome, status: 'FAILED', kind: 'QR', series: 'QR' },
    ...{ runTime: null, startedAt, endedAt: null, redriveCount: 0, isRedrivable: true, redriveReason: null },
    ...{ input: { object, revision: startedAt }, deliveredRecordCount: null, rejectedRowCount: null },
    ...{ error: 'HubUnavailableError', cause: 'down' },
  };
}

/** Plans over executions given newest first, each a second older than the one before. */
function plan(all: readonly ReportExecution[], request: Partial<FailedRequest> = {}) {
  const byArn = new Map(all.map((execution) => [execution.arn, execution]));
  const listed = all.map(({ name, arn, startedAt }): ListedExecution => ({
    ...{ name, arn, status: 'FAILED', startedAtMs: Date.parse(startedAt), redriveCount: 0 },
  }));
  const reader: Pick<ExecutionReader, 'list' | 'describeAll'> = {
    list: ({ limit, isWanted = () => true }) => {
      const wanted = listed.filter(isWanted);
      return Promise.resolve({ executions: wanted.slice(0, limit), isCut: wanted.length > limit });
    },
    describeAll: (some) => Promise.resolve(some.flatMap(({ arn }) => byArn.get(arn) ?? [])),
  };
  const stores = { checkpoints: { read: () => Promise.resolve(null) } } as unknown as Parameters<
    typeof planAllFailed
  >[1];
  return planAllFailed(reader, stores, { sinceMs: 0, limit: 200, lookLimit: 5000, ...request });
}

const many = (count: number, outcome: ReportExecution['outcome'], from = 0) =>
  Array.from({ length: count }, (_, index) => toExecution(from + index, outcome));
const toDo = ({ steps }: Awaited<ReturnType<typeof plan>>) =>
  steps.filter(({ action }) => action !== 'leave').map(({ execution }) => execution.name);

describe('planAllFailed', () => {
  it('reaches a failure behind more quarantined executions than it takes failures', async () => {
    const planned = await plan([...many(1500, 'QUARANTINED'), toExecution(1500, 'FAILED')]);
    expect(toDo(planned)).toEqual(['QR-1500']);
    expect(planned.leftBefore).toBeNull();
  });

  it('stops at the limit and says from where to go on, so that every one is reached', async () => {
    const all = many(450, 'FAILED');
    const first = await plan(all);
    expect(toDo(first)).toHaveLength(200);
    expect(first.leftBefore).toBe(toExecution(199, 'FAILED').startedAt);
    const second = await plan(all, { untilMs: Date.parse(first.leftBefore!) });
    const third = await plan(all, { untilMs: Date.parse(second.leftBefore!) });
    expect(third.leftBefore).toBeNull();
    expect(new Set([first, second, third].flatMap(toDo)).size).toBe(450);
  });

  it('says too from where to go on where it has only looked at so many', async () => {
    const planned = await plan(many(400, 'QUARANTINED'), { lookLimit: 300 });
    expect(toDo(planned)).toEqual([]);
    expect(planned.leftBefore).toBe(toExecution(299, 'FAILED').startedAt);
  });

  it('leaves a file that was started anew and is running', async () => {
    const failed = toExecution(5, 'FAILED');
    const again = { ...failed, name: 'QR-5-again-1', arn: 'arn:again', startedAt: '2026-11-22T13:00:00.000Z' };
    const { steps } = await plan([failed], { running: [{ ...again, outcome: 'RUNNING' }] });
    expect(steps).toMatchObject([
      { action: 'leave', reason: 'QR-5-again-1 is a later execution of the same upload', cure: null },
    ]);
  });
});
