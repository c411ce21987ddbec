// npm run test:schedules: random schedules outside Jest, on every core. SEED=n repeats one and lists its uploads.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { findViolations } from './oracle.ts';
import { runSchedule } from './simulation/schedule.ts';

interface Share {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** Of one seed; none when all was as promised. */
interface Judgement {
  readonly seed: number;
  readonly violations: readonly string[];
}

/** Beyond the seeds of npm test. */
const firstSeed = 100_000;
const presetSeedCount = 100_000;
const failuresShown = 10;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** A positive whole number of the environment. */
function readCount(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a positive whole number; found ${text}`);
  return value;
}

async function repeatSeed(seed: number): Promise<void> {
  const { outcome, faultRate } = await runSchedule(seed);
  print(`Seed ${seed}: ${(faultRate * 100).toFixed(1)} % of calls disturbed`);
  for (const { atMs, key, rows, error } of outcome.uploads) {
    const figures = rows.map(
      ({ entity, handled }) => `${entity.slice(11, 16)} ${entity.split('|')[1] ?? ''} = ${handled}`,
    );
    print(`${new Date(atMs).toISOString()} ${key}: ${error ?? figures.join(', ')}`);
  }
  const violations = findViolations(outcome);
  print(violations.length === 0 ? 'All as promised.' : violations.join('\n'));
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function runShare({ first, last, step }: Share): Promise<void> {
  for (let seed = first; seed <= last; seed += step) {
    const { outcome } = await runSchedule(seed);
    parentPort?.postMessage({ seed, violations: findViolations(outcome) } satisfies Judgement);
  }
}

async function runAll(seedCount: number): Promise<void> {
  let failureCount = 0;
  let doneCount = 0;
  const step = availableParallelism();
  const workers = Array.from({ length: step }, (_, index) => {
    const share: Share = { first: firstSeed + index, last: firstSeed + seedCount - 1, step };
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: share });
    worker.on('message', ({ seed, violations }: Judgement) => {
      doneCount += 1;
      if (violations.length > 0) failureCount += 1;
      if (violations.length > 0 && failureCount <= failuresShown) {
        print(`SEED=${seed} npm run test:schedules\n  ${violations.join('\n  ')}`);
      }
      if (doneCount % 10_000 === 0) print(`${doneCount} of ${seedCount} schedules, ${failureCount} failed`);
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      resolve(undefined);
    });
    return promise;
  });
  await Promise.all(workers);
  print(`${doneCount} schedules, ${failureCount} failed`);
  process.exitCode = failureCount > 0 || doneCount < seedCount ? 1 : 0;
}

if (isMainThread) {
  const seed = readCount('SEED');
  await (seed === undefined ? runAll(readCount('SEEDS') ?? presetSeedCount) : repeatSeed(seed));
} else await runShare(workerData as Share);
