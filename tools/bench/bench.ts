// `npm run bench`: what the connector costs, as ratios. Times and megabytes depend on the machine and are only shown.
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { Command } from 'commander';
import { format, resolveConfig } from 'prettier';
import { measureAgentEvents } from './agent-events.ts';
import { writePage, writeTables, type BenchReport } from './bench-report.ts';
import { measureColdStarts } from './cold-import.ts';
import { isKept, judge, type Figures } from './judgements.ts';
import { measureDelivery, measureSmallFile } from './local-delivery.ts';
import { measurePeakMemory } from './peak-memory.ts';
import { measureRowPath } from './row-path.ts';

const runCount = 5;
// Processor time within this process varies more than a process of its own, and a round costs less.
const roundCount = 15;
const columnsToClear = 100;
const page = new URL('../../docs/benchmarks.md', import.meta.url);

function showProgress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${message.padEnd(columnsToClear)}`);
  else process.stderr.write(`${message}\n`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(columnsToClear)}\r`);
}

function describeMachine(): string {
  const [first] = cpus();
  return `${process.platform} ${process.arch}, ${cpus().length} x ${first?.model.trim() ?? 'unknown processor'}`;
}

async function measure(): Promise<BenchReport> {
  const [loadAverage = 0] = loadavg();
  const measuredAt = new Date().toISOString();
  const options = { runCount, onProgress: showProgress };
  const figures: Figures = {
    rowPath: await measureRowPath({ ...options, runCount: roundCount, processCount: runCount }),
    agentEvents: await measureAgentEvents({ ...options, runCount: roundCount }),
    coldStarts: await measureColdStarts(showProgress),
    smallFile: await measureSmallFile(options),
    delivery: await measureDelivery(options),
    peakMemory: await measurePeakMemory(options),
  };
  clearProgress();
  return {
    ...{ machine: describeMachine(), node: process.version, measuredAt, loadAverage, runCount },
    judgements: judge(figures),
    ...figures,
  };
}

await new Command('npm run bench --')
  .description('Measures every ratio; ends with 1 when one misses its limit.')
  .option('--json', 'the figures as JSON')
  .option('--write', 'also write them into docs/benchmarks.md')
  .allowExcessArguments(false)
  .action(async ({ json = false, write = false }: { json?: boolean; write?: boolean }) => {
    const report = await measure();
    console.log(json ? JSON.stringify(report, null, 2) : writeTables(report));
    if (write) {
      const style = await resolveConfig(page);
      await writeFile(page, await format(writePage(report), { ...style, parser: 'markdown' }));
    }
    if (!report.judgements.every(isKept)) process.exitCode = 1;
  })
  .parseAsync();
