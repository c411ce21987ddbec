// Random stretches of operation in virtual time, through the real step functions and the real state machine's order, retry and
// catch. A seed that fails is named with the command that repeats it; npm run test:nightly runs 100,000 others.
import { describe, expect, it } from '@jest/globals';
import { findViolations } from './oracle.ts';
import { runSchedule } from './simulation/schedule.ts';
import { mutations, type Mutation } from './simulation/simulated-connector.ts';

const seedCount = 2_000;
const limitMs = 600_000;

async function findFirstFailure(seeds: number, mutation?: Mutation): Promise<string | null> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const violations = findViolations((await runSchedule(seed, mutation)).outcome);
    if (violations.length > 0) return `SEED=${seed} npm run test:schedules\n${violations.join('\n')}`;
  }
  return null;
}

describe('any order of uploads, events, faults and repairs', () => {
  it(
    `[faults 2, 3, 4, 5, 8, 13, 16, 23] leaves the newest figure of every row at the hub, applied once (${seedCount} seeds)`,
    async () => {
      expect(await findFirstFailure(seedCount)).toBeNull();
    },
    limitMs,
  );

  it('[fault 25] is judged by the same oracle when nothing goes wrong', async () => {
    for (const seed of [10, 20, 30, 40, 50]) {
      const { outcome, faultRate } = await runSchedule(seed);
      expect([faultRate, findViolations(outcome)]).toEqual([0, []]);
      expect(outcome.hubFigures.size).toBeGreaterThan(0);
    }
  });

  it('comes again exactly with its seed', async () => {
    const [first, second] = [await runSchedule(17), await runSchedule(17)];
    expect(first.faultRate).toBeGreaterThan(0);
    expect(second).toEqual(first);
  });
});

describe('the oracle', () => {
  it.each(mutations)(
    'goes red when the connector or its surroundings are broken on purpose: %s',
    async (mutation) => {
      expect(await findFirstFailure(300, mutation)).toContain('SEED=');
    },
    limitMs,
  );
});
