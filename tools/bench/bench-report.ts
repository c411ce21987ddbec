// The benchmark in words: tables for a terminal, and docs/benchmarks.md.
import Table from 'cli-table3';
import { isKept, type Figures, type Judgement } from './judgements.ts';
import type { MemoryOfReport } from './peak-memory.ts';

export interface BenchReport extends Figures {
  readonly machine: string;
  readonly node: string;
  readonly measuredAt: string;
  /** The busy processors of the last minute when the benchmark began: the machine may have had other work. */
  readonly loadAverage: number;
  readonly runCount: number;
  readonly judgements: readonly Judgement[];
}

interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const toMegabytes = (bytes: number) => (bytes / 1_000_000).toFixed(0);
const toMs = (ms: number) => ms.toFixed(1);

function listSections(report: BenchReport): Section[] {
  const { judgements, rowPath, agentEvents, peakMemory, coldStarts, smallFile, delivery } = report;
  const toMemoryRow = ({ kind, rowCount, cellCount, peakRssBytes, outcome }: MemoryOfReport) => [
    ...[kind, String(rowCount), String(cellCount), toMegabytes(peakRssBytes), outcome],
  ];
  return [
    {
      title: 'Ratios',
      head: ['What', 'Ratio', 'Limit', ''],
      rows: judgements.map((judgement) => {
        const { name, ratio, limit, bound } = judgement;
        return [name, ratio.toFixed(2), `at ${bound} ${limit.toFixed(2)}`, isKept(judgement) ? 'ok' : 'NOT REACHED'];
      }),
    },
    {
      title: `Row path: processor time for ${rowPath.rowCount} rows, each in processes of its own`,
      head: ['What', 'ms'],
      rows: [
        [`parse + check + map, ${rowPath.columnCount} columns`, toMs(rowPath.pathMs)],
        ['csv-parse alone', toMs(rowPath.parserMs)],
        ['parse + check + map + JSON, 20 columns in quotes', toMs(rowPath.wideJsonMs)],
        ['csv-parse alone, 20 columns in quotes', toMs(rowPath.wideParserMs)],
        ['counting the lines, 20 columns in quotes', toMs(rowPath.wideScanMs)],
      ],
    },
    {
      title: `Check + map: processor time for the ${rowPath.mappedRowCount} rows of the largest report once compiled, each in processes of its own`,
      head: ['What', 'ms'],
      rows: [
        ['check + map', toMs(rowPath.mappingMs)],
        ['check + map by hand', toMs(rowPath.byHandMs)],
      ],
    },
    {
      title: `Agent events: processor time for ${agentEvents.recordCount} records of ${agentEvents.bytesARecord} bytes`,
      head: ['What', 'ms', 'Ratio'],
      rows: [
        ['base64 + JSON.parse', toMs(agentEvents.parseMs), '1.00'],
        ['decode + check + derive + stringify', toMs(agentEvents.pathMs), agentEvents.pathRatio.toFixed(2)],
        [
          `the whole handler (${agentEvents.recordsASecond} records a second), with hash and gzip of the post`,
          toMs(agentEvents.handlerMs),
          agentEvents.handlerRatio.toFixed(2),
        ],
      ],
    },
    {
      title: 'Peak memory of TransformRows',
      head: ['Kind', 'Rows', 'Cells', 'Peak RSS MB', 'Outcome'],
      rows: [
        ...peakMemory.comparisons.flatMap(({ small, largest }) => [toMemoryRow(small), toMemoryRow(largest)]),
        toMemoryRow(peakMemory.tooLong),
        toMemoryRow(peakMemory.allBad),
      ],
    },
    {
      title: 'Cold starts',
      head: ['Cold start of', 'Is', 'Import ms', 'KB compressed'],
      rows: [
        { name: 'S3 client alone', role: 'what the others are compared to', cost: coldStarts.s3Client },
        ...coldStarts.functions.map((start) => ({
          ...{ name: start.budget.functionKey, role: start.budget.role, cost: start },
        })),
      ].map(({ name, role, cost }) => [name, role, cost.importMs.toFixed(0), (cost.gzipBytes / 1000).toFixed(0)]),
    },
    {
      title: 'In the local stack',
      head: ['What', 'Figure'],
      rows: [
        [
          `upload of ${smallFile.rowCount} rows to figures in the hub`,
          `${smallFile.uploadToHubSeconds.toFixed(2)} seconds`,
        ],
        ['state transitions of that file', String(smallFile.transitionCount)],
        [
          `${delivery.batchCount} batches, ${delivery.concurrency} at a time, to a hub that thinks ${delivery.thinkSeconds} s about each`,
          `${delivery.batchesASecond.toFixed(2)} batches a second`,
        ],
      ],
    },
  ];
}

function listReasons({ judgements }: BenchReport): string[] {
  return judgements
    .filter((judgement) => !isKept(judgement))
    .map(({ name, ratio, reason }) => `${name}: ${ratio.toFixed(2)}. ${reason ?? 'No reason is known'}.`);
}

const describeRun = ({ machine, node, measuredAt, loadAverage, runCount }: BenchReport) =>
  `${machine}, Node ${node}, ${measuredAt}, load ${loadAverage.toFixed(1)} before; medians of ${runCount} rounds or more.`;

/** For a terminal. */
export function writeTables(report: BenchReport): string {
  const tables = listSections(report).map(({ title, head, rows }) => {
    const table = new Table({ head: [...head], style: { head: [], border: [] } });
    for (const row of rows) table.push([...row]);
    return `${title}\n${table.toString()}`;
  });
  return [...tables, ...listReasons(report).map((reason) => `Not reached: ${reason}`), describeRun(report)].join('\n');
}

/** docs/benchmarks.md */
export function writePage(report: BenchReport): string {
  const toLine = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const tables = listSections(report).map(({ title, head, rows }) =>
    [`## ${title}`, '', toLine(head), toLine(head.map(() => '---')), ...rows.map(toLine)].join('\n'),
  );
  const reasons = listReasons(report);
  return `${[
    '# Benchmarks',
    'Written by `npm run bench -- --write`; `npm run bench` measures again and ends with 1 when a ratio misses its limit. **Only the ratios** can be compared ' +
      'with another machine: both sides of each are measured in the same run, in turns, in processor time where waiting is not the point.',
    `Measured on: ${describeRun(report)}`,
    ...tables,
    '## Not reached',
    reasons.length === 0 ? 'Every ratio kept its limit.' : reasons.map((reason) => `- ${reason}`).join('\n'),
  ].join('\n\n')}\n`;
}
