// Reports that reach back further than 15 minutes repeat intervals: only what is new or changed is sent, and the newest
// report's figures stand in the hub, whatever order the files come in.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  interval,
  listRepeatedApplications,
  nextSecond,
  prefix,
  queueReport,
  reportKey,
  startPipeline,
  type Pipeline,
} from './harness.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterEach(() => {
  pipeline.hub.setDown(false);
  expect(listRepeatedApplications(pipeline.hub)).toEqual([]);
});
afterAll(() => pipeline.close());

/** Numbers with a fixed seed, so that a failing order can be repeated (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** A file of a series with these figures by interval number. */
const deliver = (queue: string, n: number, handled: Record<number, number>) =>
  pipeline.deliver(
    reportKey(`QR-${queue}`, n),
    queueReport(Object.entries(handled).map(([of, count]) => ({ queue, n: Number(of), handled: count }))),
  );

describe('a look-back file', () => {
  it('whose older interval is unchanged sends only what is new', async () => {
    await deliver('same', 4, { 4: 8 });
    pipeline.takeRequests();
    const { output } = await deliver('same', 5, { 4: 8, 5: 9 });
    expect(output.rows).toMatchObject({ rowCount: 2, recordCount: 2, unchangedRecordCount: 1 });
    expect(pipeline.takeRequests()).toMatchObject({ count: 1, records: 1 });
    expect(pipeline.handled('same')).toEqual({ [interval(4)]: 8, [interval(5)]: 9 });
  });

  it('sends a record again that the hub refused in the file before', async () => {
    pipeline.hub.refuse((_, record) =>
      'queueValue' in record && record.queueValue === 'refused-b' ? 'unknown queue' : null,
    );
    const rows = (n: number) => ['refused-a', 'refused-b'].map((queue) => ({ queue, n }));
    await pipeline.deliver(reportKey('QR-refused', 4), queueReport(rows(4)));
    pipeline.hub.refuse(null);
    const { output } = await pipeline.deliver(reportKey('QR-refused', 5), queueReport([...rows(4), ...rows(5)]));
    expect(output.rows).toMatchObject({ unchangedRecordCount: 0 });
    expect(Object.keys(pipeline.handled('refused-b'))).toEqual([interval(4), interval(5)]);
  });

  it('with fewer rows for an interval reports them as drift, and the hub keeps them', async () => {
    await pipeline.deliver(
      reportKey('QR-thin', 4),
      queueReport(['thin-a', 'thin-b'].map((queue) => ({ queue, n: 4 }))),
    );
    const { output } = await pipeline.deliver(reportKey('QR-thin', 5), queueReport([{ queue: 'thin-a', n: 4 }]));
    expect(output.rows.notes).toContainEqual(expect.stringMatching(/Drift: an earlier report had more rows/));
    expect(Object.keys(pipeline.handled('thin-b'))).toEqual([interval(4)]);
  });

  it('with nothing new is delivered without a request', async () => {
    await deliver('nothing', 4, { 4: 8 });
    pipeline.takeRequests();
    const execution = await deliver('nothing', 5, { 4: 8 });
    expect(execution.states.at(-1)).toBe('ReportDelivered');
    expect(pipeline.takeRequests().count).toBe(0);
    expect(await pipeline.readCoverage('QR', 'QR-nothing', 5)).toMatchObject({ status: 'DELIVERED', rowCount: 1 });
  });

  it('sends an older interval again when its figures have changed', async () => {
    await deliver('grown', 4, { 4: 8 });
    pipeline.takeRequests();
    await deliver('grown', 5, { 4: 10, 5: 9 });
    expect(pipeline.takeRequests().records).toBe(2);
    expect(pipeline.handled('grown')).toEqual({ [interval(4)]: 10, [interval(5)]: 9 });
  });

  it('sends an older interval again as long as the hub has not acknowledged it', async () => {
    pipeline.hub.setDown(true);
    const failed = await deliver('unsent', 4, { 4: 8 });
    expect(failed.status).toBe('FAILED');
    pipeline.hub.setDown(false);
    pipeline.takeRequests();
    await deliver('unsent', 5, { 4: 8, 5: 9 });
    expect(pipeline.takeRequests().records).toBe(2);
    expect((await pipeline.redrive(failed)).states.at(-1)).toBe('ReportDelivered');
    expect(pipeline.handled('unsent')).toEqual({ [interval(4)]: 8, [interval(5)]: 9 });
  });

  it('that lost a row deletes nothing at the hub', async () => {
    await deliver('lost row', 4, { 4: 8 });
    await deliver('lost row', 5, { 5: 9 });
    expect(pipeline.handled('lost row')).toEqual({ [interval(4)]: 8, [interval(5)]: 9 });
  });

  it('sent again sends all its records, also those a newer file has found unchanged', async () => {
    const body = queueReport([{ queue: 'resend', n: 4 }]);
    await pipeline.deliver(reportKey('QR-resend', 4), body);
    await nextSecond();
    await deliver('resend', 5, { 4: 8, 5: 9 });
    pipeline.takeRequests();
    const { output } = await pipeline.deliver(reportKey('QR-resend', 4), body);
    expect(output.claim.isResend).toBe(true);
    expect(pipeline.takeRequests().records).toBe(1);
    expect(pipeline.handled('resend')).toEqual({ [interval(4)]: 8, [interval(5)]: 9 });
  });

  it('sent again after a newer one has changed an interval does not bring the old figures back', async () => {
    const body = queueReport([{ queue: 'old', n: 4 }]);
    await pipeline.deliver(reportKey('QR-old', 4), body);
    await nextSecond();
    await deliver('old', 5, { 4: 10, 5: 9 });
    // The third file confirms the changed figures without sending them: only the ledger knows.
    await deliver('old', 6, { 4: 10, 5: 9, 6: 1 });
    await pipeline.deliver(reportKey('QR-old', 4), body);
    expect(pipeline.handled('old')).toEqual({ [interval(4)]: 10, [interval(5)]: 9, [interval(6)]: 1 });
  });
});

describe('a reload file', () => {
  it('overwrites what came before it, even within the same second and with an older run time in its name', async () => {
    await deliver('overwritten', 6, { 4: 5 });
    await pipeline.deliver(reportKey('QR-reload-fix', 5), queueReport([{ queue: 'overwritten', n: 4, handled: 8 }]));
    expect(pipeline.handled('overwritten')).toEqual({ [interval(4)]: 8 });
  });

  it('[fault 5] that was newer than a file delivered late does not outlast the next look-back file with the late one’s figures', async () => {
    pipeline.hub.setDown(true);
    const late = await deliver('late', 6, { 5: 9, 6: 7 });
    expect(late.status).toBe('FAILED');
    pipeline.hub.setDown(false);
    await nextSecond();
    await pipeline.deliver(`${prefix}QR-reload-late.csv`, queueReport([{ queue: 'late', n: 5, handled: 19 }]));
    await pipeline.redrive(late);
    expect(pipeline.handled('late')).toEqual({ [interval(5)]: 19, [interval(6)]: 7 });

    await nextSecond();
    await deliver('late', 7, { 5: 9, 6: 7, 7: 1 });
    expect(pipeline.handled('late')).toEqual({ [interval(5)]: 9, [interval(6)]: 7, [interval(7)]: 1 });
  });

  it('that is worked on after a newer file found its interval unchanged stands until the next one', async () => {
    await deliver('undone', 61, { 60: 9, 61: 7 });
    pipeline.before('transform-rows', () => {
      throw Object.assign(new Error('no right'), { name: 'AccessDeniedError' });
    });
    await nextSecond();
    const reload = await pipeline.deliver(
      `${prefix}QR-reload-undone.csv`,
      queueReport([{ queue: 'undone', n: 60, handled: 19 }]),
    );
    expect(reload.status).toBe('FAILED');
    await nextSecond();
    await deliver('undone', 62, { 60: 9, 61: 7, 62: 1 });
    await pipeline.redrive(reload);
    expect(pipeline.handled('undone')).toEqual({ [interval(60)]: 19, [interval(61)]: 7, [interval(62)]: 1 });
    await nextSecond();
    await deliver('undone', 63, { 60: 9, 62: 1, 63: 2 });
    expect(pipeline.handled('undone')).toMatchObject({ [interval(60)]: 9, [interval(63)]: 2 });
  });

  it('with changed figures stands until the next look-back file, which sends its own figures again', async () => {
    await deliver('reloaded', 6, { 4: 8, 5: 9, 6: 7 });
    await nextSecond();
    const reloaded = { 4: 18, 5: 19, 6: 7 };
    const rows = Object.entries(reloaded).map(([n, handled]) => ({ queue: 'reloaded', n: Number(n), handled }));
    await pipeline.deliver(`${prefix}QR-reload-april.csv`, queueReport(rows));
    expect(pipeline.handled('reloaded')).toEqual({ [interval(4)]: 18, [interval(5)]: 19, [interval(6)]: 7 });

    await nextSecond();
    await deliver('reloaded', 7, { 4: 8, 5: 19, 6: 7, 7: 1 });
    expect(pipeline.handled('reloaded')).toEqual({
      ...{ [interval(4)]: 8, [interval(5)]: 19, [interval(6)]: 7, [interval(7)]: 1 },
    });
  });
});

describe('a day of look-back files', () => {
  const fileCount = 12;
  const lookBack = 4;
  const queues = ['day north', 'day south'];
  /** Contacts whose after-contact work ends late appear only two files on. */
  const handledAt = (n: number, file: number) => 5 + (n % 7) + (file - n >= 2 ? 1 : 0);
  const files = Array.from({ length: fileCount }, (_, index) => 20 + index);
  const body = (file: number) =>
    queueReport(
      Array.from({ length: lookBack }, (_, back) => file - lookBack + 1 + back).flatMap((n) =>
        queues.map((queue) => ({ queue, n, handled: handledAt(n, file) })),
      ),
    );
  const lastFile = 20 + fileCount - 1;
  const expected = Object.fromEntries(
    Array.from({ length: fileCount + lookBack - 1 }, (_, index) => 20 - lookBack + 1 + index).map((n) => [
      interval(n),
      handledAt(n, Math.min(n + lookBack - 1, lastFile)),
    ]),
  );

  it('uploaded all at once ends with the right figures', async () => {
    for (const file of files) await pipeline.stack.upload(reportKey('QR-day', file), body(file));
    await pipeline.stack.idle();
    for (const queue of queues) expect(pipeline.handled(queue)).toEqual(expected);
  });

  it.each([1, 2])('uploaded again in random order (seed %i) ends with the same figures', async (seed) => {
    await nextSecond();
    for (const file of shuffle(files, createRandom(seed))) {
      await pipeline.stack.upload(reportKey('QR-day', file), body(file));
    }
    await pipeline.stack.idle();
    const again = files.map((file) => pipeline.newest(reportKey('QR-day', file)));
    expect(again.map(({ states }) => states.at(-1))).toEqual(files.map(() => 'ReportDelivered'));
    expect(again.every(({ output }) => output.claim.isResend)).toBe(true);
    for (const queue of queues) expect(pipeline.handled(queue)).toEqual(expected);
  });
});
