// What a cold start pays before the first line of a handler runs: its bundle imported in a fresh process, against an S3 client
// imported alone. Bundles are built as for the package.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundleFunction, bundleS3Client, measureGzipBytes, type Bundle } from '../deploy/bundling.ts';
import { bundleBudgets, type BundleBudget } from './budgets.ts';
import { findMedian } from './median.ts';

export interface BundleCost {
  readonly importMs: number;
  readonly gzipBytes: number;
}

export interface FunctionStart extends BundleCost {
  readonly budget: BundleBudget;
  /** To the S3 client alone. */
  readonly importRatio: number;
  readonly gzipRatio: number;
}

export interface ColdStarts {
  readonly s3Client: BundleCost;
  readonly functions: readonly FunctionStart[];
}

interface Contender {
  readonly bundle: Bundle;
  readonly timesMs: number[];
}

/** Processes for each bundle; one is too noisy, and the machine's first ones read from a cold disk. */
const startCount = 15;
const runFile = promisify(execFile);
const importAndTell = `
  const startedAt = performance.now();
  await import(process.argv[1]);
  process.stdout.write(String(performance.now() - startedAt));
`;

/** @throws Error when a bundle cannot be built or imported */
export async function measureColdStarts(onProgress: (message: string) => void): Promise<ColdStarts> {
  const folder = await mkdtemp(join(tmpdir(), 'acdhub-cold-'));
  try {
    const s3Client: Contender = { bundle: await bundleS3Client(folder), timesMs: [] };
    const functions = await Promise.all(
      bundleBudgets.map(async (budget) => ({
        budget,
        contender: { bundle: await bundleFunction(budget.functionKey, folder), timesMs: [] } satisfies Contender,
      })),
    );
    // In turns, so that whatever else the machine does meanwhile touches all of them.
    for (let start = 1; start <= startCount; start += 1) {
      onProgress(`cold import: ${start} of ${startCount}`);
      for (const contender of [s3Client, ...functions.map((each) => each.contender)]) await addStart(contender);
    }
    const yardstick = await toCost(s3Client);
    return {
      s3Client: yardstick,
      functions: await Promise.all(
        functions.map(async ({ budget, contender }) => {
          const cost = await toCost(contender);
          return {
            ...{ budget, ...cost },
            importRatio: cost.importMs / yardstick.importMs,
            gzipRatio: cost.gzipBytes / yardstick.gzipBytes,
          };
        }),
      ),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function addStart({ bundle, timesMs }: Contender): Promise<void> {
  const { stdout } = await runFile(
    process.execPath,
    ['--input-type=module', '--eval', importAndTell, pathToFileURL(bundle.entryFile).href],
    { env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const timeMs = Number(stdout);
  if (!(timeMs > 0)) throw new Error(`Importing ${bundle.entryFile} told no time, but: ${stdout.slice(0, 200)}`);
  timesMs.push(timeMs);
}

async function toCost({ bundle, timesMs }: Contender): Promise<BundleCost> {
  return { importMs: findMedian(timesMs), gzipBytes: await measureGzipBytes(bundle) };
}
