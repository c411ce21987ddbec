// npm run test:soak: a week of 40 queues and 400 agents in virtual time, with some faults. Ends red when a figure is wrong or missing,
// the ledger has a hole, or the heap grows from day to day. What the world need not remember is forgotten day by day.
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import { checkpointKeys } from '../../schemas/checkpoint-items.ts';
import { reportKinds, type ReportKind } from '../../schemas/report-kind.ts';
import { createRandom } from './simulation/random.ts';
import { Outside } from './simulation/sandbox.ts';
import { acdName, createConnector, listFailed, repair } from './simulation/simulated-connector.ts';
import { SimulatedHub } from './simulation/simulated-hub.ts';
import { SimulatedStores } from './simulation/simulated-stores.ts';
import { VirtualTime } from './simulation/virtual-time.ts';
import { AgentWeek } from './soak-agents.ts';
import { expectedSeconds, intervalsOf, listEntities, writeReport } from './soak-reports.ts';

const dayMs = 86_400_000;
const quarterMs = 900_000;
const dayCount = Number(process.env['SOAK_DAYS'] ?? 7);
const firstDayMs = Date.parse('2026-11-16T00:00:00.000Z');
const faultRate = 0.002;
const eventLimit = 5_000_000;
/** Of a later day against the second one: the first one still compiles and fills caches. */
const maxGrowth = 1.15;

const time = new VirtualTime(firstDayMs);
const random = createRandom(1);
const outside = new Outside(time, random, faultRate);
const hub = new SimulatedHub(time, random, {
  comparesVersions: true,
  refusal: 'partly',
  repeatedKey: 'same-answer',
  maxRecords: 1_000,
});
const stores = new SimulatedStores(outside);
const settings = parseSettings({ acd: { name: acdName }, hub: { url: 'http://127.0.0.1' } }, 'the soak');
const { workflow, queue } = createConnector({ outside, stores, hub, settings });
const agents = new AgentWeek(random);
const findings: string[] = [];
const heapMb: number[] = [];
let rowCount = 0;
let eventCount = 0;

const toKey = (kind: ReportKind, runTimeMs: number) =>
  `connect/soak/Reports/${kind}-${new Date(runTimeMs).toISOString().replace('.000Z', 'Z')}.csv`;

async function runDay(day: number): Promise<void> {
  const startMs = firstDayMs + day * dayMs;
  for (let runTimeMs = startMs + quarterMs; runTimeMs <= startMs + dayMs; runTimeMs += quarterMs) {
    for (const kind of reportKinds) {
      time.after(runTimeMs + quarterMs + random.below(20_000) - time.nowMs, () => {
        const { body, rows } = writeReport(kind, runTimeMs);
        rowCount += rows;
        stores.putObject(toKey(kind, runTimeMs), body);
        queue.send(toKey(kind, runTimeMs));
      });
    }
  }
  if (!(await time.runUntilQuiet(eventLimit))) findings.push(`day ${day} did not come to its end`);
  for (let round = 0; listFailed(workflow).length > 0 && round < 5; round += 1) {
    repair(workflow, random);
    await time.runUntilQuiet(eventLimit);
  }
  queue.replayDeadLetters();
  await time.runUntilQuiet(eventLimit);
  eventCount += await agents.runDay(startMs);
  findings.push(...listFailed(workflow).map(({ name, error }) => `${name}: ${error}`));
  checkDay(startMs);
  forgetDay();
}

/** Every interval of the day but its last hour, which the next day's files still correct. */
function checkDay(startMs: number): void {
  for (const kind of reportKinds) {
    for (const interval of intervalsOf(startMs, startMs + dayMs - 4 * quarterMs)) {
      for (const entity of listEntities(kind, interval)) {
        const found = hub.standing.get(entity)?.record;
        const expected = expectedSeconds(kind, entity);
        const figure =
          found === undefined ? null : 'loginTimeSeconds' in found ? found.loginTimeSeconds : found.handleTimeSeconds;
        if (figure !== expected) findings.push(`${kind} ${entity} is ${String(figure)}, expected ${expected}`);
      }
    }
    const ledger = stores.items.get(checkpointKeys.coverage(acdName, kind, kind));
    for (let runTimeMs = startMs + quarterMs; runTimeMs <= startMs + dayMs; runTimeMs += quarterMs) {
      const status = ledger?.get(new Date(runTimeMs).toISOString())?.['status'];
      if (status !== 'DELIVERED') findings.push(`the ledger of ${kind} has ${String(status)} at ${String(runTimeMs)}`);
    }
  }
  for (const [application, count] of hub.applications) {
    if (count > 1) findings.push(`${application} was applied ${count} times`);
  }
}

function forgetDay(): void {
  const keptFrom = new Date(time.nowMs - dayMs / 4).toISOString();
  for (const entity of hub.standing.keys()) if (entity < keptFrom) hub.standing.delete(entity);
  hub.applications.clear();
  hub.forgetKeys();
  stores.staged.clear();
  stores.objects.clear();
  workflow.executions.clear();
  for (const [pk, items] of stores.items) {
    if (pk.includes('#report#')) stores.items.delete(pk);
    for (const sk of items.keys()) if (/^\d{4}-/.test(sk) && sk < keptFrom) items.delete(sk);
  }
}

for (let day = 0; day < dayCount; day += 1) {
  const startedAtMs = performance.now();
  await runDay(day);
  globalThis.gc?.();
  heapMb.push(process.memoryUsage().heapUsed / 1_048_576);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
  process.stdout.write(
    `Day ${day + 1}: ${rowCount} rows and ${eventCount} agent events so far, ${(heapMb.at(-1) ?? 0).toFixed(0)} MB, ${seconds} s, ${findings.length} findings\n`,
  );
}
findings.push(...agents.listFindings());
if (globalThis.gc === undefined) findings.push('start it with --expose-gc: the heap cannot be measured otherwise');
const [, secondDayMb] = heapMb;
const largestMb = Math.max(...heapMb.slice(1));
if (secondDayMb !== undefined && largestMb > secondDayMb * maxGrowth) {
  findings.push(`the heap grew from ${secondDayMb.toFixed(0)} to ${largestMb.toFixed(0)} MB`);
}
process.stdout.write(findings.length === 0 ? 'The week ended as promised.\n' : `${findings.slice(0, 20).join('\n')}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
