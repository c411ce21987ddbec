// The ratios of the benchmark and their limits. A reason says why a limit is not reached, as far as that is known; it is shown
// when it is not.
import type { AgentEventsCost } from './agent-events.ts';
import type { ColdStarts } from './cold-import.ts';
import type { DeliveryRate, SmallFile } from './local-delivery.ts';
import type { PeakMemory } from './peak-memory.ts';
import type { RowPath } from './row-path.ts';

export interface Figures {
  readonly rowPath: RowPath;
  readonly agentEvents: AgentEventsCost;
  readonly peakMemory: PeakMemory;
  readonly coldStarts: ColdStarts;
  readonly smallFile: SmallFile;
  readonly delivery: DeliveryRate;
}

export interface Judgement {
  readonly name: string;
  readonly ratio: number;
  readonly limit: number;
  /** Whether the limit is the least or the most the ratio may be. */
  readonly bound: 'most' | 'least';
  readonly reason?: string;
}

const atMost = (name: string, ratio: number, limit: number, reason?: string): Judgement => ({
  ...{ name, ratio, limit, bound: 'most' },
  ...(reason === undefined ? {} : { reason }),
});

export function isKept({ ratio, limit, bound }: Judgement): boolean {
  return bound === 'most' ? ratio <= limit : ratio >= limit;
}

/** Every ratio with its limit. */
export function judge(figures: Figures): Judgement[] {
  const { rowPath, agentEvents, peakMemory, coldStarts, smallFile, delivery } = figures;
  return [
    atMost(
      'parse + check + map, 12 columns / csv-parse alone',
      rowPath.parserRatio,
      1.7,
      'beside the parser every row is checked, kept, sorted and mapped; the shorter the row, the more that weighs',
    ),
    atMost(
      'parse + check + map + JSON, 20 columns in quotes / csv-parse alone',
      rowPath.wideParserRatio,
      1.7,
      'beside the parser every row is checked, kept, sorted and mapped twice, the second time to its text of some 600 bytes',
    ),
    atMost(
      'parse + check + map + JSON, 20 columns in quotes / counting the lines',
      rowPath.wideScanRatio,
      32,
      `csv-parse alone takes ${(rowPath.wideParserMs / rowPath.wideScanMs).toFixed(0)} times as long as counting the lines`,
    ),
    atMost(
      'check + map / the same by hand',
      rowPath.mappingRatio,
      1.3,
      'by hand there is one column layout, no other settings and one row a record; the connector keeps rows as numbers, which holds the ' +
        'peak memory below its limit, and adds up any grouping',
    ),
    atMost('time per row, 10,000 rows / 1,000 rows', rowPath.growthRatio, 1.1),
    atMost(
      'decode + check + derive + stringify of agent events / base64 + JSON.parse',
      agentEvents.pathRatio,
      1.25,
      'the rest is checking the event, deriving the state, its place in the order and its instants as text, and writing it as JSON',
    ),
    atMost('states behind a poison record / without one', agentEvents.poisonDelayRatio, 1.2),
    ...peakMemory.comparisons.map(({ kind, ratio }) => atMost(`peak memory, largest ${kind} / 1,000 rows`, ratio, 1.5)),
    ...coldStarts.functions.flatMap(({ budget, importRatio, gzipRatio }) => [
      atMost(`cold import, ${budget.functionKey} / S3 client`, importRatio, budget.importRatio),
      atMost(`bundle, ${budget.functionKey} / S3 client`, gzipRatio, budget.gzipRatio),
    ]),
    { name: 'batches a second / (concurrency ÷ think time)', ratio: delivery.share, limit: 0.9, bound: 'least' },
    atMost('state transitions of a small file', smallFile.transitionCount, 12),
  ];
}
