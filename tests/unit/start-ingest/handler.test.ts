import { describe, expect, it } from '@jest/globals';
import { StateInputError, StorageUnavailableError } from '../../../functions/lib/domain/errors.ts';
import { toExecutionStart, type ExecutionStart } from '../../../functions/lib/domain/report-file/report-identity.ts';
import { createHandler } from '../../../functions/start-ingest/handler.ts';

const uploadOf = (bucket: string, key: string) => ({
  ...{ bucket, key, etag: 'e', sizeBytes: 1, uploadedAt: '2026-11-22T12:15:20.000Z' },
});
const created = (key: string) =>
  JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name: 'reports' }, object: { key } } });
const notified = (...keys: string[]) =>
  JSON.stringify({
    Records: keys.map((key) => ({
      ...{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'reports' }, object: { key } } },
    })),
  });

async function run(bodies: readonly string[], failingKeys: readonly string[] = []) {
  const started: ExecutionStart[] = [];
  const failures: [string, unknown][] = [];
  const handler = createHandler({
    source: {
      head: (bucket, key) => {
        if (failingKeys.includes(key)) return Promise.reject(new StorageUnavailableError('S3 is busy'));
        return Promise.resolve(key === 'gone.csv' ? null : uploadOf(bucket, key));
      },
    },
    workflow: {
      start: (start) => {
        started.push(start);
        return Promise.resolve('started');
      },
    },
    reportFailure: (messageId, error) => failures.push([messageId, error]),
  });
  const answer = await handler({ Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) });
  const failedIds = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { keys: started.map(({ input }) => input.object.key), started, failures, failedIds };
}

describe('start-ingest', () => {
  it('starts one execution for each announced object, named and fed by what the bucket says of it', async () => {
    const { started, failedIds } = await run([created('QR-1.csv')]);
    expect(started).toEqual([toExecutionStart(uploadOf('reports', 'QR-1.csv'))]);
    expect(failedIds).toEqual([]);
  });

  it('takes both forms of notification and several records a message', async () => {
    const { keys } = await run([created('a+b.csv'), notified('c+d.csv', 'e%3A.csv')]);
    expect(keys.toSorted()).toEqual(['a+b.csv', 'c d.csv', 'e:.csv']);
  });

  it('is done with a test event, a folder marker and an object that is gone', async () => {
    const { keys, failedIds } = await run([
      JSON.stringify({ Event: 's3:TestEvent', Bucket: 'reports' }),
      ...[created('folder/'), created('gone.csv')],
    ]);
    expect([keys, failedIds]).toEqual([[], []]);
  });

  it('reports the messages that failed and starts the others', async () => {
    const { keys, failedIds, failures } = await run(
      [created('a.csv'), 'no JSON', created('b.csv'), created('c.csv')],
      ['b.csv'],
    );
    expect(keys).toEqual(['a.csv', 'c.csv']);
    expect(failedIds).toEqual(['m1', 'm2']);
    expect(failures.map(([messageId, error]) => [messageId, (error as Error).name])).toEqual([
      ['m1', 'StateInputError'],
      ['m2', 'StorageUnavailableError'],
    ]);
  });

  it('reports a message of which one record failed; the record before it is started, and again the next time', async () => {
    const { keys, failedIds } = await run([notified('a.csv', 'b.csv', 'c.csv')], ['b.csv']);
    expect([keys, failedIds]).toEqual([['a.csv'], ['m0']]);
  });

  it.each([[undefined], [null], [{}], [{ Records: 'x' }]])(
    'refuses %j, which is no batch of messages',
    async (input) => {
      const handler = createHandler({
        source: { head: () => Promise.resolve(null) },
        workflow: { start: () => Promise.resolve('started') },
        reportFailure: () => undefined,
      });
      await expect(handler(input)).rejects.toBeInstanceOf(StateInputError);
    },
  );
});
