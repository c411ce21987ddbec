// `npm run bench`: what the connector costs, as ratios. Times and megabytes depend on the machine and are only shown.
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { Command } from 'commander';
import { describeAgentEvents, measureAgentEvents, type AgentEventsCost } from './agent-events.ts';
import { measurePeakMemory, type MemoryOfReport, type PeakMemory } from './peak-memory.ts';
import { measureRowPath, type RowPath } from './row-path.ts';

interface Judgement {
  readonly name: string;
  readonly ratio: number;
  readonly limit: number;
}

interface BenchReport {
  readonly machine: string;
  readonly node: string;
  readonly measuredAt: string;
  readonly runCount: number;
  readonly judgements: readonly Judgement[];
  readonly rowPath: RowPath;
  readonly peakMemory: PeakMemory;
  readonly agentEvents: AgentEventsCost;
}

const runCount = 5;
// Peak memory: the promise. Row path: a guard against growing slower, a fifth above what was measured when it was set.
const limits = { rowPath: 2.5, peakMemory: 1.5 };
const columnsToClear = 100;
const plain = { head: [], border: [] };

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
  const options = { runCount, onProgress: showProgress };
  const rowPath = await measureRowPath(options);
  showProgress('agent events');
  const agentEvents = await measureAgentEvents();
  const peakMemory = await measurePeakMemory(options);
  clearProgress();
  return {
    machine: describeMachine(),
    node: process.version,
    measuredAt: new Date().toISOString(),
    runCount,
    judgements: [
      { name: 'parse + check + map / csv-parse alone', ratio: rowPath.ratio, limit: limits.rowPath },
      ...peakMemory.comparisons.map(({ kind, ratio }) => ({
        name: `peak memory, largest ${kind} / 1,000 rows`,
        ratio,
        limit: limits.peakMemory,
      })),
    ],
    rowPath,
    peakMemory,
    agentEvents,
  };
}

const toMegabytes = (bytes: number) => (bytes / 1_000_000).toFixed(0);

function writeTables({ judgements, peakMemory, agentEvents, rowPath, machine, node, measuredAt }: BenchReport): string {
  const ratios = new Table({ head: ['What', 'Ratio', 'At most', ''], style: plain });
  for (const { name, ratio, limit } of judgements) {
    ratios.push([name, ratio.toFixed(2), limit.toFixed(2), ratio <= limit ? 'ok' : 'ABOVE']);
  }
  const memory = new Table({
    head: ['Kind', 'Rows', 'Cells', 'Peak RSS MB', 'Ratio to 1,000 rows', 'Outcome'],
    style: plain,
  });
  const addReport = (report: MemoryOfReport, ratio: string) => {
    const { kind, rowCount, cellCount, peakRssBytes, outcome } = report;
    memory.push([kind, rowCount, cellCount, toMegabytes(peakRssBytes), ratio, outcome]);
  };
  for (const { small, largest, ratio } of peakMemory.comparisons) {
    addReport(small, '1.00');
    addReport(largest, ratio.toFixed(2));
  }
  addReport(peakMemory.tooLong, '');
  return [
    ratios.toString(),
    memory.toString(),
    describeAgentEvents(agentEvents),
    `Row path: ${rowPath.rowCount} rows x ${rowPath.columnCount} columns in ${rowPath.wholeMs.toFixed(0)} ms of processor time, csv-parse alone ${rowPath.parserMs.toFixed(0)} ms.`,
    `${machine}, Node ${node}, ${measuredAt}; medians of ${runCount}.`,
  ].join('\n');
}

await new Command('npm run bench --')
  .description('Measures the row path and the peak memory; ends with 1 when a ratio is above its limit.')
  .option('--json', 'the figures as JSON')
  .allowExcessArguments(false)
  .action(async ({ json = false }: { json?: boolean }) => {
    const report = await measure();
    console.log(json ? JSON.stringify(report, null, 2) : writeTables(report));
    if (report.judgements.some(({ ratio, limit }) => ratio > limit)) process.exitCode = 1;
  })
  .parseAsync();
