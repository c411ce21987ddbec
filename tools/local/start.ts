// `npm start`: the connector on this machine. A bundled day, or the files of a folder, through the real state machine.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommanderError } from 'commander';
import { parse as parseYaml } from 'yaml';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { intervalMs, toInstant } from '../../functions/lib/domain/interval.ts';
import { createHubClient } from '../../functions/lib/io/hub-client.ts';
import { openStagingBucket } from '../../functions/lib/runtime/buckets.ts';
import { reportKinds, type ReportKind } from '../../schemas/report-kind.ts';
import type { Settings } from '../../schemas/settings.ts';
import { chooseColors, type Colors } from './colors.ts';
import { toCoverageLines } from './coverage-grid.ts';
import { judgeCoverage, type CoverageOptions, type SeriesCoverage } from './coverage.ts';
import { listDifferences } from './demo-check.ts';
import { createDemoDay, intervalsOfDay, type DemoDay } from './demo-day.ts';
import { toDemoLines } from './demo-lines.ts';
import { createExecutionWatch } from './execution-watch.ts';
import { createHandlers } from './functions.ts';
import { listInputFiles } from './input-folder.ts';
import { startProgress } from './progress.ts';
import { startReferenceHub, type ReferenceHub } from './reference-hub.ts';
import { runFiles, type InputFile, type RunFile } from './run-files.ts';
import { toRunJson } from './run-json.ts';
import { countOutcomes, toFileLine, toFileTable, toNoteLines, toRejectLines, type ReportLine } from './run-report.ts';
import type { HubAccessKey } from './secrets.ts';
import { loadLocalSettings, writeSettingsFile } from './settings.ts';
import { startLocalStack } from './stack.ts';
import { parseStartOptions, type StartOptions } from './start-options.ts';

const exitCodes = { done: 0, notDone: 1, wrongUsage: 2, interrupted: 130 } as const;
const definitionFile = new URL('../../statemachines/report-ingest.asl.yml', import.meta.url);
const dayMs = intervalsOfDay * intervalMs;
// Longer than any step may take: TransformRows 390 s, and a hub that keeps us waiting on every attempt.
const watchLimits = { startMs: 120_000, silenceMs: 600_000 };

/** Where the figures go, and what can be read back there. */
interface Target {
  readonly url: string;
  readonly accessKey: HubAccessKey;
  /** null for a hub of the user's. */
  readonly referenceHub: ReferenceHub | null;
}

interface Run {
  readonly startedAt: string;
  readonly seconds: number;
  readonly files: readonly RunFile[];
  readonly target: Target;
  readonly settings: Settings;
}

async function openTarget(options: StartOptions, settings: Settings): Promise<Target> {
  if (options.hub === undefined) {
    const referenceHub = await startReferenceHub({ acdName: settings.acd.name });
    return { url: referenceHub.url, accessKey: referenceHub.credentials, referenceHub };
  }
  const accessKey = {
    accessKeyId: process.env['HUB_ACCESS_KEY_ID'] ?? 'local',
    accessKeySecret: process.env['HUB_ACCESS_KEY_SECRET'] ?? 'local',
  };
  // Said here what every delivery would fail with: an address the connector does not take.
  createHubClient({
    ...settings.hub,
    acdName: settings.acd.name,
    readAccessKey: () => Promise.resolve(accessKey),
    allowHttp: true,
  });
  return { url: options.hub, accessKey, referenceHub: null };
}

/** Brings the stack up, runs the files, takes the stack down. */
async function run(
  { title, inputs }: { readonly title: string; readonly inputs: readonly InputFile[] },
  options: StartOptions,
  signal: AbortSignal,
): Promise<Run> {
  const { hub } = options;
  const given = await loadLocalSettings(options.settings, hub === undefined ? {} : { hubUrl: hub });
  const startedAt = new Date();
  const target = await openTarget(options, given);
  const settings = { ...given, hub: { ...given.hub, url: target.url } };
  console.log(`${title}: ${inputs.length} report ${inputs.length === 1 ? 'file' : 'files'} through the local stack.\n`);
  const keyPrefix = options.prefix === '' ? '' : `${options.prefix}/`;
  const watch = createExecutionWatch(watchLimits);
  const settingsFile = await writeSettingsFile(settings);
  try {
    const stack = await startLocalStack({
      definition: parseYaml(await readFile(definitionFile, 'utf8')),
      createHandlers,
      prefix: keyPrefix,
      hubAccessKey: target.accessKey,
      settingsFile,
      fastRetries: true,
      onExecutionEvent: (event) => {
        watch.onEvent(event);
      },
      onExecutionEnd: (execution) => {
        watch.onEnd(execution);
      },
    });
    const progress = startProgress(inputs.length, process.stdout);
    try {
      const files = await runFiles(inputs, {
        ...{ stack, watch, keyPrefix, signal },
        staging: openStagingBucket(stack.environment),
        onFileEnd: ({ fileName }) => {
          progress.advance(fileName);
        },
      });
      const seconds = (Date.now() - startedAt.getTime()) / 1000;
      return { startedAt: startedAt.toISOString(), seconds, files, target, settings };
    } finally {
      progress.stop();
      await stack.close();
    }
  } finally {
    await target.referenceHub?.close();
    await rm(dirname(settingsFile), { recursive: true });
  }
}

function print(lines: readonly string[]): void {
  if (lines.length > 0) console.log(`${lines.join('\n')}\n`);
}

function printRun(
  { files, target, seconds }: Run,
  lines: readonly ReportLine[],
  coverage: readonly SeriesCoverage[],
  colors: Colors,
): void {
  console.log();
  print(toFileTable(lines, colors));
  print(toRejectLines(files, colors));
  print(toNoteLines(files, colors));
  print(toCoverageLines(coverage, colors));
  const outcomes = Object.entries(countOutcomes(files)).map(([status, count]) => `${count} ${status}`);
  const delivered = files.reduce((sum, { result }) => sum + result.delivered, 0);
  const standing =
    target.referenceHub === null
      ? ''
      : `, where ${reportKinds.map((kind) => `${target.referenceHub?.records(kind).length ?? 0} ${kind}`).join(', ')} records stand now`;
  print([
    `${colors.bold('Files')}  ${files.length}: ${outcomes.join(', ')} in ${seconds.toFixed(1)} s`,
    `${colors.bold('Hub')}    ${delivered} ${delivered === 1 ? 'record' : 'records'} sent to ${target.url}${standing}`,
  ]);
}

async function writeJson(
  file: string | undefined,
  { startedAt, files, target }: Run,
  coverage: readonly SeriesCoverage[],
) {
  if (file === undefined) return;
  const endedAt = new Date().toISOString();
  await writeFile(
    file,
    `${JSON.stringify(toRunJson({ startedAt, endedAt, hubUrl: target.url }, files, coverage), null, 2)}\n`,
  );
}

function readStanding(hub: ReferenceHub | null) {
  const recordsOf = (kind: ReportKind) => (hub?.records(kind) ?? []).map(({ record }) => record);
  return { QR: recordsOf('QR'), AQR: recordsOf('AQR'), ASPR: recordsOf('ASPR') };
}

const whereNext = (colors: Colors): string[] => [
  colors.bold('Where to look next'),
  ' npm start -- --input DIR            the same with your own report files',
  ' npm run local                       the same stack, staying up: aws s3 cp, list-executions, redrive',
  ' statemachines/report-ingest.asl.yml the order of work, what is retried and what is quarantined',
  ' README.md                           everything else',
];

async function playDemoDay(options: StartOptions, signal: AbortSignal, colors: Colors): Promise<number> {
  const day: DemoDay = createDemoDay(Math.floor(Date.now() / dayMs) * dayMs - dayMs);
  const inputs = day.files.map(({ name, body }) => ({ name, read: () => Promise.resolve(body) }));
  const ran = await run({ title: `The bundled day, ${day.date} (UTC)`, inputs }, options, signal);
  if (signal.aborted) return exitCodes.interrupted;
  const range = { from: toInstant(day.dayStartMs), to: toInstant(day.dayStartMs + dayMs) };
  const coverage = judgeCoverage(ran.files, { ...toCoverageOptions(ran), range });
  printRun(ran, toDemoLines(day, ran.files), coverage, colors);
  await writeJson(options.json, ran, coverage);
  const standing = readStanding(ran.target.referenceHub);
  const differences = listDifferences(day, { files: ran.files, coverage, standing });
  if (differences.length > 0) {
    print([colors.red('The day did not end as designed:'), ...differences.map((difference) => ` - ${difference}`)]);
    return exitCodes.notDone;
  }
  const { gap } = day.design;
  print([
    colors.green('The day ended as designed.'),
    ` No ${gap.series} report came for the run of ${gap.runTime}: the interval ${gap.intervalStart} is missing, not zero.`,
  ]);
  print(whereNext(colors));
  return exitCodes.done;
}

async function runFolder(folder: string, options: StartOptions, signal: AbortSignal, colors: Colors): Promise<number> {
  const inputs = await listInputFiles(folder);
  const ran = await run({ title: folder, inputs }, options, signal);
  if (signal.aborted) return exitCodes.interrupted;
  const coverage = judgeCoverage(ran.files, toCoverageOptions(ran));
  printRun(
    ran,
    ran.files.map((file) => toFileLine(file, file.fileName)),
    coverage,
    colors,
  );
  await writeJson(options.json, ran, coverage);
  const isBad = ran.files.some(({ result }) => result.status === 'QUARANTINED' || result.status === 'FAILED');
  return isBad ? exitCodes.notDone : exitCodes.done;
}

function toCoverageOptions({ settings }: Run): CoverageOptions {
  return { lookBackMinutes: settings.reports.lookBackMinutes };
}

async function main(args: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      interrupted.abort();
    });
  }
  const colors = chooseColors(process.stdout.isTTY, process.env);
  try {
    const options = await parseStartOptions(args);
    const exitCode =
      options.input === undefined
        ? await playDemoDay(options, interrupted.signal, colors)
        : await runFolder(options.input, options, interrupted.signal, colors);
    if (exitCode === exitCodes.interrupted) console.error('Stopped.');
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    if (!(error instanceof ConfigError)) throw error;
    console.error(`${error.message}\nHelp: npm start -- --help`);
    return exitCodes.wrongUsage;
  }
}

process.exitCode = await main(process.argv.slice(2));
