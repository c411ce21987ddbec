import { afterEach, describe, expect, it } from '@jest/globals';
import type { KinesisStreamEvent } from 'aws-lambda';
import type { StreamRecord } from '../../../../../tools/local/aws/stream-batch.ts';
import type { DiscardedBatch } from '../../../../../tools/local/aws/stream-discards.ts';
import {
  startStreamMapping,
  type Clock,
  type ShardReader,
  type StreamMapping,
  type StreamMappingOptions,
} from '../../../../../tools/local/aws/stream-mapping.ts';

const startMs = 1_795_348_800_000;
const open: StreamMapping[] = [];

afterEach(async () => {
  for (const mapping of open.splice(0)) await mapping.close();
});

/** Time that passes only by waiting, at once; the idle look-around of a shard waits for ever. */
function createTestClock() {
  const waitsMs: number[] = [];
  let nowMs = startMs;
  const clock: Clock = {
    nowMs: () => nowMs,
    async wait(ms, signal) {
      await new Promise<void>((resolve) => {
        const end = () => {
          resolve();
        };
        if (signal.aborted) end();
        signal.addEventListener('abort', end, { once: true });
        if (ms === 1_000) return;
        waitsMs.push(ms);
        nowMs += ms;
        setImmediate(end);
      });
    },
  };
  return { clock, waitsMs };
}

/** A shard in memory; its records carry their sequence number as data. */
function createShard(shardId: string, count: number, first = 101) {
  const records: StreamRecord[] = [];
  const add = (more: number, arrivedAtMs = startMs): void => {
    for (let left = more; left > 0; left -= 1) {
      const sequenceNumber = String(first + records.length);
      records.push({ sequenceNumber, partitionKey: 'agent', data: Buffer.from(sequenceNumber), arrivedAtMs });
    }
  };
  add(count);
  const reader: ShardReader = {
    shardId,
    read(after, limit) {
      const start = after === undefined ? 0 : Number(after) - first + 1;
      return Promise.resolve(records.slice(start, start + limit));
    },
  };
  return { reader, add };
}

type Answer = (ids: string[], shardId: string) => unknown;

function start(shards: readonly ShardReader[], answer: Answer, options: Partial<StreamMappingOptions> = {}) {
  const calls: string[][] = [];
  const discarded: DiscardedBatch[] = [];
  const warnings: string[] = [];
  const { clock, waitsMs } = createTestClock();
  const mapping = startStreamMapping({
    streamArn: 'arn:stream',
    shards,
    handler: async (event) => {
      const { Records } = event as KinesisStreamEvent;
      const ids = Records.map(({ kinesis }) => kinesis.sequenceNumber);
      calls.push(ids);
      await new Promise((resolve) => setImmediate(resolve));
      return answer(ids, Records[0]!.eventID.split(':')[0]!);
    },
    batchSize: 100,
    batchWindowMs: 0,
    maxRecordAgeSeconds: 60,
    backoff: { firstMs: 100, longestMs: 5_000 },
    discard(batch) {
      discarded.push(batch);
      return Promise.resolve();
    },
    onWarning: (message) => warnings.push(message),
    clock,
    ...options,
  });
  open.push(mapping);
  return { mapping, calls, discarded, warnings, waitsMs };
}

async function untilIdle(mapping: StreamMapping): Promise<void> {
  for (let turn = 0; mapping.findActivity() !== undefined; turn += 1) {
    if (turn > 5_000) throw new Error(`Not idle: ${mapping.findActivity() ?? ''}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const fail = (id: string) => ({ batchItemFailures: [{ itemIdentifier: id }] });

describe('startStreamMapping', () => {
  it('hands over what was in the stream before it began, in batches of the batch size and in order', async () => {
    const { mapping, calls } = start([createShard('shardId-0', 5).reader], () => undefined, { batchSize: 2 });
    await untilIdle(mapping);
    expect(calls).toEqual([['101', '102'], ['103', '104'], ['105']]);
  });

  it('repeats from the lowest reported record only, and newer records wait behind it', async () => {
    const shard = createShard('shardId-0', 5);
    let failures = 3;
    const { mapping, calls } = start([shard.reader], (ids) => {
      if (!ids.includes('103') || failures === 0) return null;
      failures -= 1;
      shard.add(1);
      return { batchItemFailures: ['105', '103'].map((itemIdentifier) => ({ itemIdentifier })) };
    });
    await untilIdle(mapping);
    expect(calls).toEqual([
      ['101', '102', '103', '104', '105'],
      ['103', '104', '105'],
      ['103', '104', '105'],
      ['103', '104', '105'],
      ['106', '107', '108'],
    ]);
  });

  it('halves the batch of a function that throws until the bad record is alone, in order, and then goes on', async () => {
    let crashes = 0;
    const { mapping, calls, warnings } = start([createShard('shardId-0', 8).reader], (ids) => {
      if (!ids.includes('106')) return undefined;
      crashes += 1;
      if (crashes < 7) throw new TypeError('no such status');
      return undefined;
    });
    await untilIdle(mapping);
    expect(calls.map((ids) => ids.map((id) => id.at(-1)).join(''))).toEqual([
      '12345678',
      '1234',
      '5678',
      '56',
      '5',
      ...['6', '6', '6', '6'],
      '78',
    ]);
    expect(warnings[0]).toContain('TypeError: no such status');
  });

  it('takes an unknown sequence number as the failure of the whole batch', async () => {
    let calledCount = 0;
    const { mapping, calls } = start([createShard('shardId-0', 2).reader], () => {
      calledCount += 1;
      return calledCount === 1 ? fail('999') : undefined;
    });
    await untilIdle(mapping);
    expect(calls).toEqual([['101', '102'], ['101'], ['102']]);
  });

  it('waits longer after each failure in a row, up to the limit, and starts anew after progress', async () => {
    const { mapping, waitsMs } = start([createShard('shardId-0', 3).reader], (ids) => {
      if (ids.length === 3) return waitsMs.length < 8 ? fail('101') : fail('102');
      return undefined;
    });
    await untilIdle(mapping);
    expect(waitsMs).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 100]);
  });

  it('tries again without end until the records are too old, and then discards them whole', async () => {
    const shard = createShard('shardId-0', 2);
    const { mapping, calls, discarded, warnings } = start([shard.reader], (ids) => fail(ids[0]!));
    await untilIdle(mapping);
    expect(calls.length).toBeGreaterThan(12);
    expect(new Set(calls.map((ids) => ids.join()))).toEqual(new Set(['101,102']));
    expect(discarded).toMatchObject([
      { shardId: 'shardId-0', streamArn: 'arn:stream', invokeCount: calls.length, hasThrown: false },
    ]);
    const payload = discarded[0]!.event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
    expect(payload).toEqual(['101', '102']);
    expect(discarded[0]!.atMs - startMs).toBeGreaterThan(60_000);
    expect(warnings.filter((warning) => warning.includes('failed from'))).toHaveLength(1);
    expect(warnings.at(-1)).toContain('2 records older than 60 s discarded');
  });

  it('never hands over what was too old from the start, and hands over the rest of the batch', async () => {
    const { reader } = createShard('shardId-0', 3);
    const aged: ShardReader = {
      shardId: reader.shardId,
      async read(after, limit) {
        const records = await reader.read(after, limit);
        return records.map((record) =>
          record.sequenceNumber === '101' ? { ...record, arrivedAtMs: startMs - 60_001 } : record,
        );
      },
    };
    const { mapping, calls, discarded } = start([aged], () => undefined);
    await untilIdle(mapping);
    expect(calls).toEqual([['102', '103']]);
    expect(discarded).toMatchObject([{ invokeCount: 0, hasThrown: false, records: [{ sequenceNumber: '101' }] }]);
  });

  it('does not go on before the discard destination has taken the records', async () => {
    const shard = createShard('shardId-0', 1);
    const order: string[] = [];
    const answer: Answer = (ids) => {
      order.push(...ids);
      return ids[0] === '101' ? fail('101') : undefined;
    };
    const { mapping, warnings } = start([shard.reader], answer, {
      discard() {
        order.push('discard');
        if (order.filter((step) => step === 'discard').length === 3) return Promise.resolve();
        shard.add(1, startMs + 3_600_000);
        return Promise.reject(new Error('bucket gone'));
      },
    });
    await untilIdle(mapping);
    expect(order.slice(order.indexOf('discard'))).toEqual(['discard', 'discard', 'discard', '102', '103']);
    expect(warnings.at(-1)).toContain('1 records older than 60 s discarded');
  });

  it('lets one shard go on while another keeps failing', async () => {
    const shards = [createShard('shardId-0', 2), createShard('shardId-1', 3, 501)];
    let isBroken = true;
    const { mapping, calls } = start(
      shards.map(({ reader }) => reader),
      (ids, shardId) => (shardId === 'shardId-0' && isBroken ? fail(ids[0]!) : undefined),
      { batchSize: 1, maxRecordAgeSeconds: 1e9 },
    );
    while (!calls.some(([id]) => id === '503')) await new Promise((resolve) => setImmediate(resolve));
    expect(mapping.findActivity()).toMatch(/^shardId-0: .*failures in a row, the last: 1 records failed from 101 on/);
    expect(calls.flat()).not.toContain('102');
    isBroken = false;
    await untilIdle(mapping);
    expect(calls.flat().filter((id) => id.startsWith('5'))).toEqual(['501', '502', '503']);
    expect(calls.flat().at(-1)).toBe('102');
  });

  it('has one batch of a shard in flight at a time', async () => {
    let inFlight = 0;
    let most = 0;
    const { reader } = createShard('shardId-0', 6);
    const mapping = startStreamMapping({
      ...{ streamArn: 'arn:stream', shards: [reader], batchSize: 1, batchWindowMs: 0, maxRecordAgeSeconds: 60 },
      ...{ backoff: { firstMs: 1, longestMs: 1 }, discard: () => Promise.resolve(), onWarning: () => undefined },
      clock: createTestClock().clock,
      async handler() {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
      },
    });
    open.push(mapping);
    await untilIdle(mapping);
    expect(most).toBe(1);
  });

  it('lets the first record wait for others until the batch window ends', async () => {
    const shard = createShard('shardId-0', 1);
    const { mapping, calls, waitsMs } = start([shard.reader], () => undefined, { batchWindowMs: 300 });
    await untilIdle(mapping);
    expect([calls, waitsMs]).toEqual([[['101']], [300]]);
  });

  it('does not wait for the batch window when the batch is full', async () => {
    const { mapping, calls, waitsMs } = start([createShard('shardId-0', 2).reader], () => undefined, {
      batchWindowMs: 300,
      batchSize: 2,
    });
    await untilIdle(mapping);
    expect([calls, waitsMs]).toEqual([[['101', '102']], []]);
  });

  it('is busy from the moment it is woken, and hands over what has come', async () => {
    const shard = createShard('shardId-0', 0);
    const { mapping, calls } = start([shard.reader], () => undefined);
    await untilIdle(mapping);
    shard.add(1);
    mapping.wake();
    expect(mapping.findActivity()).toBeDefined();
    await untilIdle(mapping);
    expect(calls).toEqual([['101']]);
  });

  it('reads on after the stream could not be read', async () => {
    const { reader } = createShard('shardId-0', 1);
    let reads = 0;
    const flaky: ShardReader = {
      shardId: reader.shardId,
      read(after, limit) {
        reads += 1;
        return reads === 1 ? Promise.reject(new Error('socket hang up')) : reader.read(after, limit);
      },
    };
    const { mapping, calls, warnings } = start([flaky], () => undefined);
    await untilIdle(mapping);
    expect(calls).toEqual([['101']]);
    expect(warnings).toEqual([expect.stringContaining('socket hang up')]);
  });

  it('makes no call after close', async () => {
    const shard = createShard('shardId-0', 1);
    const { mapping, calls } = start([shard.reader], () => fail('101'), { maxRecordAgeSeconds: 1e9 });
    while (calls.length < 3) await new Promise((resolve) => setImmediate(resolve));
    await mapping.close();
    const count = calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toHaveLength(count);
  });
});
