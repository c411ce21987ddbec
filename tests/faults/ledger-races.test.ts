// Files and reloads of one interval settle it at the same time, their calls to the table in any order. Whatever came of it, the next
// look-back of a series puts its figures at the hub: nothing it leaves out as unchanged may be anything else there.
import { describe, expect, it } from '@jest/globals';
import type { CheckpointTable } from '../../functions/lib/io/checkpoint-table.ts';
import { createIntervalLedger } from '../../functions/lib/io/interval-ledger-store.ts';
import { createRandom } from './simulation/random.ts';

const intervalStart = '2026-11-22T12:00:00.000Z';
const seedCount = 3000;
const maxFiles = 5;

interface File {
  readonly sourceVersion: string;
  /** null for a reload file, which has figures of every series. */
  readonly series: string | null;
  readonly contentHash: string;
}

type Item = Record<string, unknown>;

/** A table whose every call waits until it is its turn. */
function createRacingTable() {
  const waiting: (() => void)[] = [];
  const items = new Map<string, Item>();
  const turn = () => new Promise<void>((resolve) => waiting.push(resolve));
  const keyOf = ({ pk, sk }: Item) => `${String(pk)} ${String(sk)}`;
  const table = {
    nowMs: () => 0,
    async read(key: Item) {
      await turn();
      return items.get(keyOf(key)) ?? null;
    },
    async list() {
      await turn();
      return [...items.values()];
    },
    async writeIf(item: Item, expected: Item) {
      await turn();
      const present = items.get(keyOf(item));
      const isNew = Object.keys(expected).length === 0;
      const isAsExpected =
        present !== undefined && Object.entries(expected).every(([name, value]) => present[name] === value);
      if (isNew ? present !== undefined : !isAsExpected) return false;
      items.set(keyOf(item), item);
      return true;
    },
  };
  return { table: table as unknown as CheckpointTable, waiting, turn };
}

/** @returns what the hub holds of each series after the race and one more look-back of each, and what it should hold */
async function race(seed: number, names: readonly string[]) {
  const random = createRandom(seed);
  const { table, waiting, turn } = createRacingTable();
  const hub = new Map<string, { readonly sourceVersion: string; readonly contentHash: string }>();
  const work = async ({ series, sourceVersion, contentHash }: File) => {
    const ledger = createIntervalLedger(table, 'acd', 60);
    const source = { kind: 'QR', series, sourceVersion, isResend: series === null } as const;
    const settled = await ledger.settle(source, [{ intervalStart, contentHash, recordCount: 1 }]);
    await turn();
    for (const name of settled[0]?.action === 'send' ? (series === null ? names : [series]) : []) {
      if ((hub.get(name)?.sourceVersion ?? '') < sourceVersion) hub.set(name, { sourceVersion, contentHash });
    }
    await turn();
    await ledger.markDelivered(source, settled);
  };
  /** Runs the work there is, and begins with the files in the order of their versions, or not. */
  const runAll = async (files: File[], pickNext: (count: number) => number) => {
    const running = new Set<Promise<void>>();
    while (files.length > 0 || running.size > 0) {
      // Until everybody waits for the table again.
      await new Promise((resolve) => setImmediate(resolve));
      if (files.length > 0 && (running.size === 0 || random.chance(0.3))) {
        const [file] = files.splice(random.chance(0.6) ? 0 : random.below(files.length), 1);
        const working = work(file!).finally(() => running.delete(working));
        running.add(working);
      } else waiting.splice(pickNext(waiting.length), 1)[0]?.();
    }
  };
  const files = Array.from({ length: 3 + random.below(maxFiles - 2) }, (_, index): File => {
    const isReload = index > 0 && random.chance(0.35);
    return {
      sourceVersion: `v${index}`,
      series: isReload ? null : names[random.below(names.length)]!,
      contentHash: isReload ? `R${index}` : random.pick(['A', 'A', 'B']),
    };
  });
  await runAll([...files], (count) => random.below(Math.max(1, count)));
  const newest = names.map((series) => ({
    series,
    contentHash: files.findLast((file) => file.series === series)?.contentHash ?? 'A',
  }));
  for (const look of newest) await runAll([{ ...look, sourceVersion: 'v9' }], () => 0);
  return {
    held: names.map((name) => hub.get(name)?.contentHash),
    expected: newest.map(({ contentHash }) => contentHash),
  };
}

describe('files and reloads of one interval at the same time', () => {
  it.each([[['QR']], [['QR-a', 'QR-b']]])(
    'leave nothing the next look-back does not put right (series %j)',
    async (names) => {
      for (let seed = 1; seed <= seedCount; seed += 1) {
        const { held, expected } = await race(seed, names);
        expect([seed, ...held]).toEqual([seed, ...expected]);
      }
    },
  );
});
