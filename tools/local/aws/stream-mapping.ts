// Lambda's event source mapping of a Kinesis stream, from TRIM_HORIZON, with ReportBatchItemFailures, bisect, unlimited
// retries and an age limit. Not simulated: a finite MaximumRetryAttempts, ParallelizationFactor, tumbling windows,
// filters, resharding, enhanced fan-out, the function's timeout and throttling.
import { setTimeout as sleep } from 'node:timers/promises';
import type { StepHandler } from '../workflow/function-call.ts';
import { copyJson } from './json-value.ts';
import { countBatch, listRemaining, toKinesisEvent, type Batch, type CallResult } from './stream-batch.ts';
import type { DiscardedBatch } from './stream-discards.ts';

export interface ShardReader {
  readonly shardId: string;
  /** Up to `limit` records in order: those behind the given one, or from the oldest on. */
  read(afterSequenceNumber: string | undefined, limit: number): Promise<Batch>;
}

export interface Clock {
  nowMs(): number;
  /** Ends early, and without an error, when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface StreamMappingOptions {
  readonly streamArn: string;
  readonly shards: readonly ShardReader[];
  readonly handler: StepHandler;
  /** BatchSize */
  readonly batchSize: number;
  /** MaximumBatchingWindowInSeconds: how long the first record of a batch that is not full waits for others. */
  readonly batchWindowMs: number;
  /** MaximumRecordAgeInSeconds: older records are discarded instead of handed over. */
  readonly maxRecordAgeSeconds: number;
  /** Wait after the first failure in a row; doubled with each further one. */
  readonly backoff: { readonly firstMs: number; readonly longestMs: number };
  /** The on-failure destination. The shard does not go on before it has taken the records. */
  readonly discard: (batch: DiscardedBatch) => Promise<void>;
  readonly onWarning: (message: string) => void;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

export interface StreamMapping {
  /** Says that there is something new to read; without it a shard is looked at once a second. */
  wake(): void;
  /** What is being read, waited for or tried again; undefined when every shard is read to its end. */
  findActivity(): string | undefined;
  /** Waits for the calls in flight and makes no further one. */
  close(): Promise<void>;
}

/** A batch on its way: one that has failed comes back as it is or in parts. */
interface Attempt {
  readonly records: Batch;
  readonly invokeCount: number;
  readonly hasThrown: boolean;
}

const pollMs = 1_000;

const machineClock: Clock = {
  nowMs: () => Date.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

async function callFunction(handler: StepHandler, event: unknown): Promise<CallResult> {
  try {
    return { answer: copyJson(await handler(copyJson(event))) };
  } catch (error) {
    return { error };
  }
}

function startShard(options: StreamMappingOptions, reader: ShardReader, stop: AbortSignal) {
  const { streamArn, batchSize, batchWindowMs, maxRecordAgeSeconds, backoff, clock = machineClock } = options;
  const { shardId } = reader;
  const isStopped = (): boolean => stop.aborted;
  let unsent: Batch = [];
  let lastRead: string | undefined;
  let windowEndsAtMs = 0;
  let wakeCount = 0;
  let alarm = new AbortController();
  let isAtEnd = false;
  let activity = 'being read';
  let failureCount = 0;
  let lastFailure = '';

  const backOff = async (): Promise<void> => {
    failureCount += 1;
    await clock.wait(Math.min(backoff.firstMs * 2 ** (failureCount - 1), backoff.longestMs), stop);
  };
  /** Only the first failure in a row is told: with unlimited retries the rest would bury it. */
  const tellFailure = (what: string): void => {
    lastFailure = what;
    if (failureCount === 0) options.onWarning(`${shardId} of ${streamArn}: ${what}`);
  };

  /** True when there was something. */
  const readMore = async (): Promise<boolean> => {
    if (unsent.length >= batchSize) return true;
    const records = await reader.read(lastRead, batchSize - unsent.length);
    if (records.length === 0) return false;
    isAtEnd = false;
    if (unsent.length === 0) windowEndsAtMs = clock.nowMs() + batchWindowMs;
    lastRead = records.at(-1)?.sequenceNumber;
    unsent = [...unsent, ...records];
    return true;
  };
  const gatherBatch = async (): Promise<Batch> => {
    while (!isStopped()) {
      const wakeCountBefore = wakeCount;
      const hasRead = await readMore();
      const isDue = unsent.length >= batchSize || (unsent.length > 0 && clock.nowMs() >= windowEndsAtMs);
      if (isDue) {
        const count = countBatch(unsent, batchSize);
        const batch = unsent.slice(0, count);
        unsent = unsent.slice(count);
        return batch;
      }
      if (hasRead || wakeCount !== wakeCountBefore) continue;
      isAtEnd = unsent.length === 0;
      activity = `${unsent.length} records waiting for the batch window`;
      alarm = new AbortController();
      await clock.wait(isAtEnd ? pollMs : windowEndsAtMs - clock.nowMs(), alarm.signal);
    }
    return [];
  };

  const discard = async ({ records, invokeCount, hasThrown }: Attempt): Promise<void> => {
    const event = toKinesisEvent(records, { streamArn, shardId });
    const atMs = clock.nowMs();
    while (!isStopped()) {
      try {
        await options.discard({ streamArn, shardId, event, records, invokeCount, hasThrown, atMs });
        failureCount = 0;
        options.onWarning(
          `${shardId} of ${streamArn}: ${records.length} records older than ${maxRecordAgeSeconds} s discarded`,
        );
        return;
      } catch (error) {
        tellFailure(`${records.length} records that are too old could not be kept: ${String(error)}`);
        await backOff();
      }
    }
  };
  /** One call with what is not too old; returns what is left of the attempt. */
  const handOver = async ({ records, invokeCount, hasThrown }: Attempt): Promise<readonly Attempt[]> => {
    const oldestAtMs = clock.nowMs() - maxRecordAgeSeconds * 1000;
    const expired = records.filter(({ arrivedAtMs }) => arrivedAtMs < oldestAtMs);
    if (expired.length > 0) await discard({ records: expired, invokeCount, hasThrown });
    const current = records.filter(({ arrivedAtMs }) => arrivedAtMs >= oldestAtMs);
    if (current.length === 0 || isStopped()) return [];
    activity = `${current.length} records with the function`;
    const result = await callFunction(options.handler, toKinesisEvent(current, { streamArn, shardId }));
    const remaining = listRemaining(current, result);
    const [first] = remaining;
    const reason = 'error' in result ? String(result.error) : 'reported by the function';
    if (first?.[0] === undefined) failureCount = 0;
    else {
      if (first[0] !== current[0]) failureCount = 0;
      tellFailure(`${current.length} records failed from ${first[0].sequenceNumber} on: ${reason}`);
      await backOff();
    }
    return remaining.map((part) => ({ records: part, invokeCount: invokeCount + 1, hasThrown: 'error' in result }));
  };
  const deliver = async (batch: Batch): Promise<void> => {
    let attempts: readonly Attempt[] = [{ records: batch, invokeCount: 0, hasThrown: false }];
    while (!isStopped()) {
      const [current, ...later] = attempts;
      if (current === undefined) return;
      attempts = [...(await handOver(current)), ...later];
    }
  };
  const pollUntilStopped = async (): Promise<void> => {
    while (!isStopped()) {
      try {
        await deliver(await gatherBatch());
      } catch (error) {
        tellFailure(`cannot be read: ${String(error)}`);
        await backOff();
      }
    }
  };
  const polling = pollUntilStopped();
  return {
    wake(): void {
      wakeCount += 1;
      isAtEnd = false;
      alarm.abort();
    },
    findActivity(): string | undefined {
      if (isAtEnd) return undefined;
      const failures = failureCount === 0 ? '' : `, ${failureCount} failures in a row, the last: ${lastFailure}`;
      return `${shardId}: ${activity}${failures}`;
    },
    ended: () => polling,
  };
}

/** Begins to read at once. */
export function startStreamMapping(options: StreamMappingOptions): StreamMapping {
  const stop = new AbortController();
  const shards = options.shards.map((reader) => startShard(options, reader, stop.signal));
  return {
    wake() {
      for (const shard of shards) shard.wake();
    },
    findActivity() {
      const activities = shards.map((shard) => shard.findActivity()).filter((activity) => activity !== undefined);
      return activities.length === 0 ? undefined : activities.join('; ');
    },
    async close() {
      stop.abort();
      for (const shard of shards) shard.wake();
      await Promise.all(shards.map((shard) => shard.ended()));
    },
  };
}
