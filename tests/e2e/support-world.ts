// What a support case needs: a day of reports as Amazon Connect writes them, the pipeline in this process, and `npx acdhub` as
// a process of its own that finds it by the local stack's file.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import type { ReportKind } from '../../schemas/report-kind.ts';
import {
  toCsv,
  writeAgentQueueReport,
  writeAgentSystemReport,
  writeQueueReport,
  type WrittenReport,
} from '../../tools/local/demo/demo-reports.ts';
import { createHandlers } from '../../tools/local/functions.ts';
import { toStackFile, writeStackFile } from '../../tools/local/stack-file.ts';
import { interval, prefix, reportKey, runTime, startPipeline, type Pipeline } from '../statemachine/harness.ts';
import { agentEvent, snapshot } from '../unit/agent-event-builder.ts';

const shell = fileURLToPath(new URL('../../tools/ops/acdhub.mjs', import.meta.url));
const writers = { QR: writeQueueReport, AQR: writeAgentQueueReport, ASPR: writeAgentSystemReport } as const;
export const kinds = ['QR', 'AQR', 'ASPR'] as const satisfies readonly ReportKind[];
export const runTimesOfDay = 96;
/** `2026-11-21`: a day that is over, whose last report came at midnight. */
export const day = interval(1).slice(0, 10);

/** The report of one kind that ran at the n-th run time of the day: its last quarter of an hour. */
export function writeReport(kind: ReportKind, n: number): WrittenReport {
  const dayStartMs = Date.parse(runTime(0));
  return writers[kind]({ dayStartMs, firstInterval: n - 1, lastInterval: n - 1, isComplete: true });
}

export interface Ran {
  /** As it was typed: `npx acdhub status --local`. */
  readonly typed: string;
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SupportWorld {
  readonly pipeline: Pipeline;
  readonly folder: string;
  /** Every command run for people, in order. */
  readonly transcript: readonly Ran[];
  /** Types what follows `npx acdhub`, and keeps it in the transcript. */
  acdhub(commandLine: string): Promise<Ran>;
  /** The same with --json, beside the transcript. */
  acdhubJson(commandLine: string): Promise<{ readonly exitCode: unknown; readonly json: Record<string, unknown> }>;
  /** Uploads the reports of all three kinds of some run times at once, and waits until all is quiet. */
  deliverRunTimes(from: number, to: number): Promise<void>;
  /** An event of the stream, of now. */
  sendAgentEvent(login: string, status: string): Promise<void>;
  /** One run of the watch, as its schedule makes it. */
  watch(): Promise<void>;
  close(): Promise<void>;
}

/** A local stack in which the series end with the n-th run time, so that nothing later is missed. */
export async function startSupportWorld(lastRunTime = runTimesOfDay): Promise<SupportWorld> {
  const ended = kinds.map((kind) => ({ kind, series: kind, endedAt: runTime(lastRunTime) }));
  const options = { settings: { reports: { series: ended } } };
  const pipeline = await startPipeline(options);
  const { stack, hub } = pipeline;
  const folder = await mkdtemp(join(tmpdir(), 'acdhub-support-'));
  const stackFile = join(folder, 'stack.json');
  const given = { acd: { name: hub.acdName }, hub: { url: hub.url, timeoutSeconds: 5 }, ...options.settings };
  const settings = parseSettings(given, 'the test');
  await writeStackFile(toStackFile(stack, { prefix, hubUrl: hub.url, settings }), stackFile);
  const watchIntervals = createHandlers(stack.environment, null)['watch-intervals']!;
  const transcript: Ran[] = [];

  const run = (commandLine: string): Promise<Ran> => {
    const typed = `npx acdhub ${commandLine}`;
    const env = { PATH: process.env['PATH'] ?? '', ACDHUB_LOCAL_STACK_FILE: stackFile };
    return new Promise((resolve) => {
      execFile(process.execPath, [shell, ...commandLine.split(' ')], { env, cwd: folder }, (error, stdout, stderr) => {
        resolve({ typed, exitCode: error === null ? 0 : error.code, stdout, stderr });
      });
    });
  };
  return {
    ...{ pipeline, folder, transcript },
    async acdhub(commandLine) {
      const ran = await run(commandLine);
      transcript.push(ran);
      return ran;
    },
    async acdhubJson(commandLine) {
      const { exitCode, stdout } = await run(`${commandLine} --json`);
      return { exitCode, json: JSON.parse(stdout) as Record<string, unknown> };
    },
    async deliverRunTimes(from, to) {
      for (let n = from; n <= to; n += 1) {
        for (const kind of kinds) await stack.upload(reportKey(kind, n), toCsv(writeReport(kind, n)));
      }
      await stack.idle({ timeoutMs: 120_000 });
    },
    async sendAgentEvent(login, status) {
      const event = agentEvent({ login, current: snapshot(status) });
      await stack.putAgentEvents([JSON.stringify({ ...event, EventTimestamp: new Date().toISOString() })]);
      await stack.idle();
    },
    async watch() {
      await watchIntervals({});
    },
    async close() {
      await pipeline.close();
      await rm(folder, { recursive: true });
    },
  };
}
