import { describe, expect, it } from '@jest/globals';
import type { ListedPage } from '../../../functions/lib/io/source-bucket.ts';
import { startLostFiles, type StartLostFilesDeps } from '../../../functions/watch-intervals/start-lost-files.ts';

const quarterMs = 900_000;
const rules: Parameters<typeof startLostFiles>[1] = {
  uploadedSince: '2026-10-23T12:00:00.000Z',
  uploadedUntil: '2026-11-22T12:00:00.000Z',
  runTimeSince: '2026-10-23T12:00:00.000Z',
  readArrivedVersion: () => null,
  failedExecutionNames: new Set(),
};
/** A file every quarter of an hour for that many days before the end of 21 November, as S3 sorts them. */
const listYears = (series: string, days: number) =>
  Array.from({ length: days * 96 }, (_, index) => {
    const runTimeMs = Date.parse('2026-11-22T00:00:00.000Z') - (index + 1) * quarterMs;
    return { series, runTimeMs };
  })
    .toReversed()
    .map(({ series: name, runTimeMs }) => ({
      ...{ bucket: 'b', etag: 'e', sizeBytes: 1 },
      key: `p/${name}-${new Date(runTimeMs).toISOString().replace('.000Z', 'Z')}.csv`,
      uploadedAt: new Date(runTimeMs + quarterMs).toISOString(),
    }));

function createBucket(objects: ReturnType<typeof listYears>) {
  const sorted = objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  let listCount = 0;
  const started: string[] = [];
  const deps: StartLostFilesDeps = {
    ...{ bucket: 'b', prefix: 'p/' },
    source: {
      list: (_bucket, _prefix, afterKey): Promise<ListedPage> => {
        listCount += 1;
        const behind = sorted.filter(({ key }) => afterKey === null || key > afterKey);
        const page = behind.slice(0, 1000);
        return Promise.resolve({ objects: page, lastKey: behind.length > 1000 ? page.at(-1)!.key : null });
      },
      head: (_bucket, key) => Promise.resolve(sorted.find((object) => object.key === key) ?? null),
    },
    checkpoints: { read: () => Promise.resolve(null) },
    archive: { describe: () => Promise.resolve(null), toExecutionArn: (name) => name },
    workflow: {
      start: ({ input }) => {
        started.push(input.object.key);
        return Promise.resolve('started');
      },
    },
  };
  return { deps, started, readListCount: () => listCount };
}
const isLast = (clock: string) => ({
  readArrivedVersion: (_: string, runTime: string) => (runTime.includes(clock) ? null : '||9'),
});

describe('startLostFiles', () => {
  it('jumps over years of old files of each series', async () => {
    const { deps, readListCount } = createBucket(['QR', 'AQR', 'ASPR-x'].flatMap((name) => listYears(name, 400)));
    const { started, limits } = await startLostFiles(deps, { ...rules, ...isLast('2026-11-21T23:45') }, null);
    expect(started.map(({ object }) => object.key).toSorted()).toEqual(
      ['AQR', 'ASPR-x', 'QR'].map((name) => `p/${name}-2026-11-21T23:45:00Z.csv`),
    );
    expect(limits).toEqual([]);
    // 115,200 keys; a page to see that a series is old, and three for its last month.
    expect(readListCount()).toBeLessThanOrEqual(12);
  });

  it('goes on in the next run where a listing was too long, and says so', async () => {
    const others = Array.from({ length: 100_500 }, (_, index) => ({
      ...{ bucket: 'b', etag: 'e', sizeBytes: 1, uploadedAt: '2026-11-22T01:00:00.000Z' },
      key: `p/A${String(index).padStart(6, '0')}.txt`,
    }));
    const last = listYears('QR', 1).slice(-1);
    const { deps } = createBucket([...others, ...last]);
    const first = await startLostFiles(deps, rules, null);
    expect(first).toMatchObject({ started: [], listAfterKey: 'p/A099999.txt' });
    expect(first.limits).toHaveLength(1);
    const second = await startLostFiles(deps, rules, first.listAfterKey);
    expect(second.started.map(({ object }) => object.key)).toEqual([last[0]!.key]);
    expect(second.listAfterKey).toBeNull();
  });

  it('starts no more than 500 files a run, the oldest first', async () => {
    const { deps, started } = createBucket(listYears('QR', 6));
    const { limits } = await startLostFiles(deps, rules, null);
    expect(started).toHaveLength(500);
    expect(started[0]).toBe('p/QR-2026-11-16T00:00:00Z.csv');
    expect(limits).toEqual(['76 files nobody knows of are looked at in the next runs']);
  });

  it('finds a lost file behind a month of reload files that are done', async () => {
    const reloaded = Array.from({ length: 600 }, (_, index) => ({
      ...{ bucket: 'b', etag: 'e', sizeBytes: 1, uploadedAt: '2026-11-01T00:00:00.000Z' },
      key: `p/QR-reload-${index}.csv`,
    }));
    const last = listYears('QR', 1).slice(-1);
    const { deps, started } = createBucket([...reloaded, ...last]);
    const checkpoints: unknown = {
      read: ({ key }: { readonly key: string }) =>
        Promise.resolve(key.includes('reload') ? { uploadedAt: '2026-11-01T00:00:00.000Z' } : null),
    };
    const { limits } = await startLostFiles({ ...deps, checkpoints } as StartLostFilesDeps, rules, null);
    expect(started).toEqual([last[0]!.key]);
    expect(limits).toEqual([]);
  });

  it.each([
    ['has a checkpoint of this upload', { checkpoints: { read: () => Promise.resolve({ uploadedAt: '9' }) } }],
    ['has an execution', { archive: { describe: () => Promise.resolve({}), toExecutionArn: String } }],
  ])('leaves a file alone that %s', async (_, changes) => {
    const { deps, started } = createBucket(listYears('QR', 1).slice(-1));
    await startLostFiles({ ...deps, ...changes } as unknown as StartLostFilesDeps, rules, null);
    expect(started).toEqual([]);
  });

  it('leaves a file alone that is gone, or that was just uploaded again', async () => {
    const [object] = listYears('QR', 1).slice(-1);
    for (const current of [null, { ...object!, uploadedAt: '2026-11-22T12:00:01.000Z' }]) {
      const { deps, started } = createBucket([object!]);
      await startLostFiles({ ...deps, source: { ...deps.source, head: () => Promise.resolve(current) } }, rules, null);
      expect(started).toEqual([]);
    }
  });
});
