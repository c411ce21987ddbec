// `npm start`: the connector on this machine. A bundled day, or the files of a folder, through the real state machine
// and the real agent event pipeline.
import { readFile, writeFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { parse as parseYaml } from 'yaml';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { intervalMs, toInstant } from '../../functions/lib/domain/interval.ts';
import { createHubClient } from '../../functions/lib/io/hub-client.ts';
import { openStagingBucket } from '../../functions/lib/runtime/buckets.ts';
import { reportKinds, type ReportKind } from '../../schemas/report-kind.ts';
import type { Settings } from '../../schemas/settings.ts';
import type { HubAccessKey } from './aws/secrets.ts';
import { listAgentDifferences } from './demo/demo-agent-check.ts';
import { createDemoHour } from './demo/demo-agents.ts';
import { listDifferences } from './demo/demo-check.ts';
import { createDemoDay, intervalsOfDay, type DemoDay } from './demo/demo-day.ts';
import { toDemoLines } from './demo/demo-lines.ts';
import { createHandlers } from './functions.ts';
import { startReferenceHub, type ReferenceHub } from './hub/reference-hub.ts';
import { createAgentEventLog } from './run/agent-event-log.ts';
import { toCountText, toDeadLetterLines, toFailureLines } from './run/agent-event-report.ts';
import { toTimelineLines, toTimelines } from './run/agent-timeline.ts';
import { chooseColors, type Colors } from './run/colors.ts';
import { toCoverageLines } from './run/coverage-grid.ts';
import { judgeCoverage, type CoverageOptions, type SeriesCoverage } from './run/coverage.ts';
import { createExecutionWatch } from './run/execution-watch.ts';
import { readInputFolder, type InputFolder } from './run/input-folder.ts';
import { observeAgentEvents } from './run/observed-agent-events.ts';
import { startProgress } from './run/progress.ts';
import { noAgentEvents, runAgentEvents, type AgentEventsRun } from './run/run-agent-events.ts';
import { runFiles, type RunFile, type RunFilesOptions } from './run/run-files.ts';
import { toRunJson } from './run/run-json.ts';
import {
  countOutcomes,
  toFileLine,
  toFileTable,
  toNoteLines,
  toPrintable,
  toRejectLines,
  type ReportLine,
} from './run/run-report.ts';
import { parseStartOptions, type StartOptions } from './run/start-options.ts';
import { loadLocalSettings, removeSettingsFile, writeSettingsFile } from './settings.ts';
import { startLocalStack } from './stack.ts';

const exitCodes = { done: 0, notDone: 1, wrongUsage: 2, interrupted: 130 } as const;
const definitionFile = new URL('../../statemachines/report-ingest.asl.yml', import.meta.url);
const dayMs = intervalsOfDay * intervalMs;
// Longer than any step may take: TransformRows 390 s, and a hub that keeps us waiting on every attempt.
const watchLimits = { startMs: 120_000, silenceMs: 600_000 };

// Ten attempts: a hub that is back after some seconds gets its batches, one that stays away fails the file soon after.
const userHubRetryWaitMs = 600;

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
  readonly agentEvents: AgentEventsRun;
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

function describeInput({ reports, eventLines }: InputFolder): string {
  const plural = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;
  const parts = [
    ...(reports.length > 0 || eventLines.length === 0 ? [plural(reports.length, 'report file')] : []),
    ...(eventLines.length > 0 ? [plural(eventLines.length, 'agent event')] : []),
  ];
  return parts.join(' and ');
}

async function runReports(reports: InputFolder['reports'], options: Omit<RunFilesOptions, 'onFileEnd'>) {
  if (reports.length === 0) return [];
  const progress = startProgress(reports.length, process.stdout);
  try {
    return await runFiles(reports, {
      ...options,
      onFileEnd: ({ fileName }) => {
        progress.advance(fileName);
      },
    });
  } finally {
    progress.stop();
  }
}

/** Brings the stack up, runs the files, then the agent events, takes the stack down. */
async function run(
  { title, reports, eventLines }: InputFolder & { readonly title: string },
  options: StartOptions,
  signal: AbortSignal,
): Promise<Run> {
  const { hub } = options;
  const given = await loadLocalSettings(options.settings, hub === undefined ? {} : { hubUrl: hub });
  const startedAt = new Date();
  const target = await openTarget(options, given);
  const settings = { ...given, hub: { ...given.hub, url: target.url } };
  console.log(`${title}: ${describeInput({ reports, eventLines })} through the local stack.\n`);
  const keyPrefix = options.prefix === '' ? '' : `${options.prefix}/`;
  const watch = createExecutionWatch(watchLimits);
  const settingsFile = await writeSettingsFile(settings);
  const log = createAgentEventLog((reason) => {
    console.error(`agent-events failed and tries again. ${toPrintable(reason)}`);
  });
  try {
    const stack = await startLocalStack({
      definition: parseYaml(await readFile(definitionFile, 'utf8')),
      // The stream costs time to start: only for agent events.
      createHandlers: (environment) =>
        createHandlers(environment, eventLines.length > 0 ? observeAgentEvents(log) : null),
      prefix: keyPrefix,
      hubAccessKey: target.accessKey,
      settingsFile,
      fastRetries: true,
      ...(target.referenceHub === null ? { retryWaitMs: userHubRetryWaitMs } : {}),
      onExecutionEvent: (event) => {
        watch.onEvent(event);
      },
      onExecutionEnd: (execution) => {
        watch.onEnd(execution);
      },
    });
    try {
      const staging = openStagingBucket(stack.environment);
      const files = await runReports(reports, { stack, watch, keyPrefix, signal, staging });
      const ended =
        eventLines.length > 0 && !signal.aborted
          ? await runAgentEvents(eventLines, { stack, log, signal })
          : noAgentEvents;
      const agentEvents = { ...ended, states: target.referenceHub?.agentTransitions ?? ended.states };
      const seconds = (Date.now() - startedAt.getTime()) / 1000;
      return { startedAt: startedAt.toISOString(), seconds, files, agentEvents, target, settings };
    } finally {
      await stack.close();
    }
  } finally {
    await target.referenceHub?.close();
    await removeSettingsFile(settingsFile);
  }
}

function print(lines: readonly string[]): void {
  if (lines.length > 0) console.log(`${lines.join('\n')}\n`);
}

function printRun(
  { files, agentEvents, target, seconds }: Run,
  lines: readonly ReportLine[],
  coverage: readonly SeriesCoverage[],
  colors: Colors,
): void {
  if (files.length > 0) {
    console.log();
    print(toFileTable(lines, colors));
  }
  print(toRejectLines(files, colors));
  print(toNoteLines(files, colors));
  print(toCoverageLines(coverage, colors));
  print(toTimelineLines(toTimelines(agentEvents.states), colors));
  print(toDeadLetterLines(agentEvents.deadLetters, colors));
  const outcomes = Object.entries(countOutcomes(files)).map(([status, count]) => `${count} ${status}`);
  const delivered = files.reduce((sum, { result }) => sum + result.delivered, 0);
  const { referenceHub } = target;
  const standing =
    referenceHub === null
      ? ''
      : `, where ${reportKinds.map((kind) => `${referenceHub.records(kind).length} ${kind}`).join(', ')} records stand now`;
  print([
    ...(files.length > 0
      ? [
          `${colors.bold('Files')}  ${files.length}: ${outcomes.join(', ')} in ${seconds.toFixed(1)} s`,
          `${colors.bold('Hub')}    ${delivered} ${delivered === 1 ? 'record' : 'records'} sent to ${target.url}${standing}`,
        ]
      : []),
    ...(agentEvents.counts.received > 0
      ? [
          `${colors.bold('Agents')} ${toCountText(agentEvents.counts)}`,
          `       ${agentEvents.states.length} agent states sent to ${target.url}`,
        ]
      : []),
    ...toFailureLines(agentEvents, colors),
  ]);
}

async function writeJson(
  file: string | undefined,
  { startedAt, files, agentEvents, target }: Run,
  coverage: readonly SeriesCoverage[],
) {
  if (file === undefined) return;
  const endedAt = new Date().toISOString();
  await writeFile(
    file,
    `${JSON.stringify(toRunJson({ startedAt, endedAt, hubUrl: target.url }, { files, coverage, agentEvents }), null, 2)}\n`,
  );
}

function readStanding(hub: ReferenceHub | null) {
  const recordsOf = (kind: ReportKind) => (hub?.records(kind) ?? []).map(({ record }) => record);
  return { QR: recordsOf('QR'), AQR: recordsOf('AQR'), ASPR: recordsOf('ASPR') };
}

const whereNext = (colors: Colors): string[] => [
  colors.bold('Where to look next'),
  ' npm start -- --input DIR            the same with your own report files and agent events (*.jsonl)',
  ' npm run local                       the same stack, staying up: aws s3 cp, list-executions, redrive',
  ' statemachines/report-ingest.asl.yml the order of work, what is retried and what is quarantined',
  ' README.md                           everything else',
];

async function playDemoDay(options: StartOptions, signal: AbortSignal, colors: Colors): Promise<number> {
  const day: DemoDay = createDemoDay(Math.floor(Date.now() / dayMs) * dayMs - dayMs);
  const hour = createDemoHour(day.dayStartMs);
  const reports = day.files.map(({ name, body }) => ({ name, read: () => Promise.resolve(body) }));
  const title = `The bundled day, ${day.date} (UTC)`;
  const ran = await run({ title, reports, eventLines: hour.lines }, options, signal);
  if (signal.aborted) return exitCodes.interrupted;
  const range = { from: toInstant(day.dayStartMs), to: toInstant(day.dayStartMs + dayMs) };
  const coverage = judgeCoverage(ran.files, { ...toCoverageOptions(ran), range });
  printRun(ran, toDemoLines(day, ran.files), coverage, colors);
  await writeJson(options.json, ran, coverage);
  const standing = readStanding(ran.target.referenceHub);
  const differences = [
    ...listDifferences(day, { files: ran.files, coverage, standing }),
    ...listAgentDifferences(hour, ran.agentEvents),
  ];
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
  const ran = await run({ title: folder, ...(await readInputFolder(folder)) }, options, signal);
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
  const { deadLetters, failure } = ran.agentEvents;
  return isBad || deadLetters.length > 0 || failure !== null ? exitCodes.notDone : exitCodes.done;
}

function toCoverageOptions({ settings }: Run): CoverageOptions {
  return { reports: settings.reports };
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
