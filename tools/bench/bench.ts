// `npm run bench`: what the connector costs, as ratios. Times and megabytes depend on the machine and are only shown.
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { Command } from 'commander';
import { describeAgentEvents, measureAgentEvents, type AgentEventsCost } from './agent-events.ts';
import { measureColdStarts, type BundleCost, type ColdStarts } from './cold-import.ts';
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
  readonly coldStarts: ColdStarts;
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
  const coldStarts = await measureColdStarts(showProgress);
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
      ...judgeColdStarts(coldStarts),
    ],
    rowPath,
    peakMemory,
    agentEvents,
    coldStarts,
  };
}

function judgeColdStarts({ functions }: ColdStarts): Judgement[] {
  return functions.flatMap(({ budget, importRatio, gzipRatio }) => [
    { name: `cold import, ${budget.functionKey} / S3 client`, ratio: importRatio, limit: budget.importRatio },
    { name: `bundle, ${budget.functionKey} / S3 client`, ratio: gzipRatio, limit: budget.gzipRatio },
  ]);
}

function tabulateColdStarts({ s3Client, functions }: ColdStarts): string {
  const table = new Table({ head: ['Cold start of', 'Is', 'Import ms', 'KB compressed'], style: plain });
  const toRow = ({ importMs, gzipBytes }: BundleCost) => [importMs.toFixed(0), (gzipBytes / 1000).toFixed(0)];
  table.push(['S3 client alone', 'what the others are compared to', ...toRow(s3Client)]);
  for (const start of functions) table.push([start.budget.functionKey, start.budget.role, ...toRow(start)]);
  return table.toString();
}

const toMegabytes = (bytes: number) => (bytes / 1_000_000).toFixed(0);

function writeTables(report: BenchReport): string {
  const { judgements, peakMemory, agentEvents, coldStarts, rowPath, machine, node, measuredAt } = report;
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
    tabulateColdStarts(coldStarts),
    describeAgentEvents(agentEvents),
    `Row path: ${rowPath.rowCount} rows x ${rowPath.columnCount} columns in ${rowPath.wholeMs.toFixed(0)} ms of processor time, csv-parse alone ${rowPath.parserMs.toFixed(0)} ms.`,
    `${machine}, Node ${node}, ${measuredAt}; medians of ${runCount}.`,
  ].join('\n');
}

await new Command('npm run bench --')
  .description(
    'Measures the row path, the peak memory and the cold starts; ends with 1 when a ratio is above its limit.',
  )
  .option('--json', 'the figures as JSON')
  .allowExcessArguments(false)
  .action(async ({ json = false }: { json?: boolean }) => {
    const report = await measure();
    console.log(json ? JSON.stringify(report, null, 2) : writeTables(report));
    if (report.judgements.some(({ ratio, limit }) => ratio > limit)) process.exitCode = 1;
  })
  .parseAsync();
