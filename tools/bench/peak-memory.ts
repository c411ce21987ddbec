// What TransformRows needs at its peak: the largest report Amazon Connect writes against one of 1,000 rows, and what it
// does with a report far above the row limit. Every run is a process of its own with the function bundled as for Lambda.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { toExecutionStart } from '../../functions/lib/domain/report-file/report-identity.ts';
import { createSourceBucket } from '../../functions/lib/io/source-bucket.ts';
import { toClientOptions } from '../../functions/lib/runtime/clients.ts';
import { reportKinds, type ReportKind } from '../../schemas/report-kind.ts';
import { createHandlers } from '../local/functions.ts';
import { loadLocalSettings, removeSettingsFile, writeSettingsFile } from '../local/settings.ts';
import { startLocalStack, type LocalStack } from '../local/stack.ts';
import { countColumns, countLargestRows, widenReport, writeReport, type ReportShape } from './generated-report.ts';
import { findMedian } from './median.ts';
import type { TransformOutcome } from './transform-process.ts';

export interface MemoryOptions {
  /** Processes for each report; the median of their peaks counts. */
  readonly runCount: number;
  readonly onProgress: (message: string) => void;
}

export interface MemoryOfReport {
  readonly kind: ReportKind;
  readonly rowCount: number;
  readonly cellCount: number;
  /** `TRANSFORMED`, or the name of the error the function ended with. */
  readonly outcome: string;
  readonly recordCount: number;
  readonly peakRssBytes: number;
}

export interface MemoryComparison {
  readonly kind: ReportKind;
  readonly small: MemoryOfReport;
  readonly largest: MemoryOfReport;
  /** Peak of the largest over that of the small one. */
  readonly ratio: number;
}

export interface PeakMemory {
  readonly comparisons: readonly MemoryComparison[];
  /** A report of 500,000 rows. */
  readonly tooLong: MemoryOfReport;
  /** 30,000 rows of 20 columns, all of them to be rejected. */
  readonly allBad: MemoryOfReport;
}

const smallRowCount = 1000;
const tooLongRowCount = 500_000;
// Their rejects have to stay below the 11 MiB that the S3 of the local stack takes.
const badRowCount = 30_000;
const dayMs = 86_400_000;
const quarterHourMs = 900_000;
const definitionFile = new URL('../../statemachines/report-ingest.asl.yml', import.meta.url);
const processFile = fileURLToPath(new URL('transform-process.ts', import.meta.url));

/** @throws Error when a process dies instead of answering */
export async function measurePeakMemory(options: MemoryOptions): Promise<PeakMemory> {
  const folder = await mkdtemp(join(tmpdir(), 'acdhub-bench-'));
  try {
    const program = await bundleProcess(folder);
    const settingsFile = await writeSettingsFile(await loadLocalSettings());
    try {
      const stack = await startSilentStack(settingsFile);
      try {
        return await compareReports(stack, program, options);
      } finally {
        await stack.close();
      }
    } finally {
      await removeSettingsFile(settingsFile);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

// Without the bundle the small report's peak would be mostly the compiler that strips the types, and the ratio flattered.
async function bundleProcess(folder: string): Promise<string> {
  const outfile = join(folder, 'transform-process.mjs');
  await build({
    entryPoints: [processFile],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}

async function startSilentStack(settingsFile: string): Promise<LocalStack> {
  const definition: unknown = parse(await readFile(definitionFile, 'utf8'), { merge: true });
  return startLocalStack({
    definition,
    createHandlers,
    // No report is uploaded below this prefix, so that none starts an execution.
    prefix: 'executed/',
    hubAccessKey: { accessKeyId: 'bench', accessKeySecret: 'bench' },
    settingsFile,
  });
}

async function compareReports(stack: LocalStack, program: string, options: MemoryOptions): Promise<PeakMemory> {
  const measure = createMeasure(stack, program, options.onProgress);
  const comparisons: MemoryComparison[] = [];
  for (const kind of reportKinds) {
    const small = await measure(kind, smallRowCount, options.runCount);
    const largest = await measure(kind, countLargestRows(kind), options.runCount);
    comparisons.push({ kind, small, largest, ratio: largest.peakRssBytes / small.peakRssBytes });
  }
  return {
    comparisons,
    tooLong: await measure('QR', tooLongRowCount, 1),
    allBad: await measure('QR', badRowCount, 1, writeBadReport),
  };
}

function createMeasure(stack: LocalStack, program: string, onProgress: (message: string) => void) {
  const runTime = new Date(Math.floor(Date.now() / quarterHourMs) * quarterHourMs).toISOString();
  return async (kind: ReportKind, rowCount: number, runCount: number, write = writeReport): Promise<MemoryOfReport> => {
    const body = write({ kind, rowCount, runTime });
    const outcomes: TransformOutcome[] = [];
    for (let run = 1; run <= runCount; run += 1) {
      onProgress(`peak memory: ${kind}, ${rowCount} rows, run ${run} of ${runCount}`);
      // A series of its own for every run: what one run has staged or entered in the ledger spares another no work.
      const key = `measured/${kind}-${write.name}-${rowCount}-run-${run}-${runTime.replace('.000Z', 'Z')}.csv`;
      await stack.upload(key, body);
      outcomes.push(await runProcess(program, stack.environment, await walkToTransformRows(stack.environment, key)));
    }
    const [first] = outcomes;
    return {
      kind,
      rowCount,
      cellCount: rowCount * countColumns(kind),
      outcome: [...new Set(outcomes.map(({ outcome }) => outcome))].join(', '),
      recordCount: first?.recordCount ?? 0,
      peakRssBytes: findMedian(outcomes.map(({ peakRssBytes }) => peakRssBytes)),
    };
  };
}

/** Every row lies a day after the report's run time. */
function writeBadReport({ runTime, ...shape }: ReportShape): Buffer {
  return widenReport(writeReport({ ...shape, runTime: new Date(Date.parse(runTime) + dayMs).toISOString() }));
}

/** The state as TransformRows finds it: written by the steps before it. */
async function walkToTransformRows(environment: Record<string, string>, key: string): Promise<unknown> {
  const s3 = new S3Client(toClientOptions(environment, 'S3'));
  try {
    const object = await createSourceBucket(s3).head(environment['SOURCE_BUCKET'] ?? '', key);
    if (object === null) throw new Error(`The report ${key} was not uploaded`);
    const steps = createHandlers(environment);
    const { input } = toExecutionStart(object);
    const withReport = { ...input, report: await steps['classify-report']?.(input) };
    const withClaim = { ...withReport, claim: await steps['claim-checkpoint']?.(withReport) };
    return { ...withClaim, spacing: await steps['validate-spacing']?.(withClaim) };
  } finally {
    s3.destroy();
  }
}

async function runProcess(
  program: string,
  environment: Record<string, string>,
  input: unknown,
): Promise<TransformOutcome> {
  const child = spawn(process.execPath, [program], { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  const exit = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(String(code ?? signal));
    });
  });
  // A process that dies before it has read its input closes the pipe; the exit code says more than EPIPE.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(input));
  const [answer, complaint, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (exitCode !== '0') throw new Error(`TransformRows ended with ${exitCode}: ${complaint.slice(-2000)}`);
  return parseOutcome(answer);
}

function parseOutcome(answer: string): TransformOutcome {
  const value: unknown = JSON.parse(answer);
  if (!isOutcome(value)) throw new Error(`TransformRows answered ${answer.slice(0, 200)}; expected its outcome`);
  return value;
}

function isOutcome(value: unknown): value is TransformOutcome {
  return (
    typeof value === 'object' &&
    value !== null &&
    'outcome' in value &&
    typeof value.outcome === 'string' &&
    'recordCount' in value &&
    typeof value.recordCount === 'number' &&
    'peakRssBytes' in value &&
    typeof value.peakRssBytes === 'number'
  );
}
