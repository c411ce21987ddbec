// Random stretches of operation in virtual time, through the real step functions and the real state machine's order, retry and
// catch. A seed that fails is named with the command that repeats it; npm run test:nightly runs 100,000 others.
import { describe, expect, it } from '@jest/globals';
import { findingKinds, findViolations, type FindingKind } from './oracle.ts';
import { runSchedule } from './simulation/schedule.ts';
import type { Mutation } from './simulation/simulated-connector.ts';

const seedCount = 2_000;
const limitMs = 600_000;

async function findFirstFailure(): Promise<string | null> {
  for (let seed = 1; seed <= seedCount; seed += 1) {
    const violations = findViolations((await runSchedule(seed)).outcome);
    if (violations.length > 0) return `SEED=${seed} npm run test:schedules\n${violations.join('\n')}`;
  }
  return null;
}

describe('any order of uploads, events, faults and repairs', () => {
  it(
    `[faults 2, 3, 4, 5, 8, 13, 16, 23] leaves the newest figure of every row at the hub, applied once (${seedCount} seeds)`,
    async () => {
      expect(await findFirstFailure()).toBeNull();
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

/** What each thing broken on purpose has to be seen by; more may be found. */
const expectedKinds: Readonly<Record<Mutation, readonly FindingKind[]>> = {
  'marks a batch before the hub has it': ['premature', 'lost', 'hub rejects'],
  'hub does not compare versions': ['wrong'],
  'writes without conditions': ['status'],
  'loses the rejects': ['rejects'],
  'takes a cut file for a whole one': ['wrong', 'quarantine', 'ledger'],
  'forgets messages that failed': ['forgotten', 'lost'],
  'sends a batch again under another key': ['repeated'],
  'sends other bytes under the same key': ['conflict'],
  'sends other queue names than it was given': ['invented', 'lost'],
  'nobody redrives': ['stuck', 'status'],
};
const mutationSeedCount = 300;

/** Those of the expected kinds that no seed brings up. */
async function listUnseenKinds(mutation: Mutation, expected: readonly FindingKind[]): Promise<FindingKind[]> {
  let unseen = [...expected];
  for (let seed = 1; seed <= mutationSeedCount && unseen.length > 0; seed += 1) {
    const violations = findViolations((await runSchedule(seed, mutation)).outcome);
    unseen = unseen.filter((kind) => !violations.some((violation) => violation.startsWith(`${kind}: `)));
  }
  return unseen;
}

describe('the oracle', () => {
  it.each(Object.entries(expectedKinds) as [Mutation, readonly FindingKind[]][])(
    'sees it when the connector or its surroundings are broken on purpose: %s → %j',
    async (mutation, expected) => {
      expect(await listUnseenKinds(mutation, expected)).toEqual([]);
    },
    limitMs,
  );

  it('has no kind of finding that none of these brings up', () => {
    expect(new Set(Object.values(expectedKinds).flat())).toEqual(new Set(findingKinds));
  });
});
