// Files through the whole local stack: how long a small one takes from its upload to the hub and in how many transitions, and how
// much of what the hub could take is delivered when it thinks a while about every batch.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { createHandlers } from '../local/functions.ts';
import { startReferenceHub, type ReferenceHub } from '../local/hub/reference-hub.ts';
import '../local/quiet-telemetry.ts';
import { loadLocalSettings, removeSettingsFile, writeSettingsFile } from '../local/settings.ts';
import { startLocalStack, type LocalStack } from '../local/stack.ts';
import { writeReport } from './generated-report.ts';
import type { BenchOptions } from './measurement.ts';
import { findMedian } from './median.ts';

export interface SmallFile {
  readonly rowCount: number;
  /** From the upload to the hub's answer to the last batch. */
  readonly uploadToHubSeconds: number;
  /** States entered and the start, as Step Functions counts them. */
  readonly transitionCount: number;
}

export interface DeliveryRate {
  readonly batchCount: number;
  readonly concurrency: number;
  readonly thinkSeconds: number;
  readonly batchesASecond: number;
  /** Of concurrency ÷ think time, which no client can pass. */
  readonly share: number;
}

const smallRowCount = 100;
const batchRowCount = 10;
const batchCount = 32;
const thinkMs = 1000;
const quarterHourMs = 900_000;
const idleTimeoutMs = 120_000;
const definitionFile = new URL('../../statemachines/report-ingest.asl.yml', import.meta.url);

interface World {
  readonly stack: LocalStack;
  readonly hub: ReferenceHub;
  readonly concurrency: number;
  /** Of all executions until now. */
  readonly transitionCount: () => number;
}

async function withStack<T>(maxRecords: number, work: (world: World) => Promise<T>): Promise<T> {
  const definitionText = await readFile(definitionFile, 'utf8');
  const definition: unknown = parse(definitionText, { merge: true });
  const [, concurrency] = /^ +MaxConcurrency: (\d+)$/m.exec(definitionText) ?? [];
  const hub = await startReferenceHub();
  const settings = await loadLocalSettings(undefined, { hubUrl: hub.url });
  const batches = { ...settings.batches, maxRecords };
  const settingsFile = await writeSettingsFile({ ...settings, acd: { ...settings.acd, name: hub.acdName }, batches });
  let transitionCount = 0;
  try {
    const stack = await startLocalStack({
      definition,
      createHandlers,
      hubAccessKey: hub.credentials,
      settingsFile,
      onExecutionEvent({ event: { type } }) {
        if (type === 'ExecutionStarted' || type?.endsWith('StateEntered')) transitionCount += 1;
      },
    });
    try {
      return await work({ stack, hub, concurrency: Number(concurrency), transitionCount: () => transitionCount });
    } finally {
      await stack.close();
    }
  } finally {
    await hub.close();
    await removeSettingsFile(settingsFile);
  }
}

/** Uploads a queue report of a series of its own and waits until it is delivered; `run` names the series. */
async function deliverFile({ stack, hub }: World, run: number, rowCount: number) {
  const runTime = new Date(Math.floor(Date.now() / quarterHourMs) * quarterHourMs).toISOString();
  const requestsBefore = hub.requests.length;
  const applicationsBefore = hub.applications.length;
  const startedAtMs = Date.now();
  await stack.upload(
    `QR-run-${run}-${runTime.replace('.000Z', 'Z')}.csv`,
    writeReport({ kind: 'QR', rowCount, runTime }),
  );
  await stack.idle({ timeoutMs: idleTimeoutMs });
  const appliedCount = hub.applications.length - applicationsBefore;
  // S3 tells uploads apart by the second, and the hub their versions.
  await delay(1000);
  if (appliedCount !== rowCount) throw new Error(`Expected ${rowCount} records in the hub, found ${appliedCount}`);
  return { startedAtMs, requests: hub.requests.slice(requestsBefore) };
}

/** @throws Error when a file does not arrive whole */
export async function measureSmallFile({ runCount, onProgress }: BenchOptions): Promise<SmallFile> {
  return withStack(500, async (world) => {
    const seconds: number[] = [];
    const transitions: number[] = [];
    // The first one opens connections and compiles code; it is not counted.
    for (let run = 0; run <= runCount; run += 1) {
      onProgress(`upload to hub: ${smallRowCount} rows, run ${run} of ${runCount}`);
      const transitionsBefore = world.transitionCount();
      const { startedAtMs, requests } = await deliverFile(world, run, smallRowCount);
      const endedAtMs = Math.max(...requests.map((request) => request.endedAtMs));
      if (run === 0) continue;
      seconds.push((endedAtMs - startedAtMs) / 1000);
      transitions.push(world.transitionCount() - transitionsBefore);
    }
    return {
      rowCount: smallRowCount,
      uploadToHubSeconds: findMedian(seconds),
      transitionCount: Math.max(...transitions),
    };
  });
}

/** @throws Error when a file does not arrive whole, or in another number of batches */
export async function measureDelivery({ runCount, onProgress }: BenchOptions): Promise<DeliveryRate> {
  return withStack(batchRowCount, async (world) => {
    const rates: number[] = [];
    for (let run = 0; run <= runCount; run += 1) {
      onProgress(`delivery: ${batchCount} batches, run ${run} of ${runCount}`);
      world.hub.misbehave(Array.from({ length: batchCount }, () => ({ delayMs: thinkMs })));
      const { requests } = await deliverFile(world, run, batchCount * batchRowCount);
      if (requests.length !== batchCount) {
        throw new Error(`Expected ${batchCount} requests to the hub, found ${requests.length}`);
      }
      const beganAtMs = Math.min(...requests.map((request) => request.startedAtMs));
      const endedAtMs = Math.max(...requests.map((request) => request.endedAtMs));
      if (run > 0) rates.push(batchCount / ((endedAtMs - beganAtMs) / 1000));
    }
    const { concurrency } = world;
    const batchesASecond = findMedian(rates);
    const thinkSeconds = thinkMs / 1000;
    return {
      ...{ batchCount, concurrency, thinkSeconds, batchesASecond },
      share: batchesASecond / (concurrency / thinkSeconds),
    };
  });
}
