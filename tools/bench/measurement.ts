// How the sides of a ratio are measured beside each other, so that whatever else the machine does touches them alike.
import { findMedian } from './median.ts';

export interface BenchOptions {
  /** Rounds, or processes, each figure is the median of. */
  readonly runCount: number;
  readonly onProgress: (message: string) => void;
}

/** What each side does; a promise is waited for. */
export type Sides<Name extends string> = Readonly<Record<Name, () => unknown>>;

/** The rounds of a comparison: figures of each side, all in the same unit. */
export interface Rounds<Name extends string> {
  medianOf(name: Name): number;
  /** Median of the ratios of each round. */
  ratioOf(name: Name, yardstick: Name): number;
}

const presetWarmUpCount = 10;

/**
 * Milliseconds of this process's own time: what other processes do on the machine does not count. `npm run bench` collects garbage
 * on one thread: helpers that wait for a busy processor would count as work.
 */
export async function measureCpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export interface RoundOptions {
  /** The figure of one side's work. */
  readonly measure?: (work: () => unknown) => Promise<number>;
  /** Rounds before the others that are not counted. */
  readonly warmUpCount?: number;
}

/**
 * Measures every side once a round, the order turned round each time. The rounds that are not counted come first: after them
 * the code is compiled, and no side pays for being first.
 */
export async function measureRounds<Name extends string>(
  sides: Sides<Name>,
  runCount: number,
  { measure = measureCpuMs, warmUpCount = presetWarmUpCount }: RoundOptions = {},
): Promise<Rounds<Name>> {
  const figures = new Map<string, number[]>();
  const order = Object.entries<Sides<Name>[Name]>(sides);
  for (let round = 0; round < runCount + warmUpCount; round += 1) {
    order.reverse();
    for (const [name, work] of order) {
      const figure = await measure(work);
      if (round >= warmUpCount) figures.set(name, [...(figures.get(name) ?? []), figure]);
    }
  }
  return toRounds((name) => figures.get(name) ?? []);
}

/** The same of figures that are there already. */
export function toRounds<Name extends string>(figuresOf: (name: Name) => readonly number[]): Rounds<Name> {
  return {
    medianOf: (name) => findMedian(figuresOf(name)),
    ratioOf(name, yardstick) {
      const divisors = figuresOf(yardstick);
      return findMedian(figuresOf(name).map((figure, round) => figure / (divisors[round] ?? Number.NaN)));
    },
  };
}
