// One simulated stretch of operation: uploads, faults, repairs; and what stands at the end, for the oracle.
import { toExecutionStart } from '../../../functions/lib/domain/report-file/report-identity.ts';
import { parseSettings } from '../../../functions/lib/runtime/settings.ts';
import type { Outcome } from '../oracle.ts';
import { createMarkWatch, readFinalState } from './final-state.ts';
import { generateUploads, startMs } from './generated-uploads.ts';
import { createRandom, type Random } from './random.ts';
import { Outside } from './sandbox.ts';
import { acdName, createConnector, listFailed, repair, type Connector, type Mutation } from './simulated-connector.ts';
import { SimulatedHub, type HubHabits } from './simulated-hub.ts';
import { SimulatedStores } from './simulated-stores.ts';
import type { SimulatedWorkflow } from './simulated-workflow.ts';
import { VirtualTime } from './virtual-time.ts';

export interface ScheduleResult {
  readonly outcome: Outcome;
  /** Calls that went wrong would be 0 in a run without faults. */
  readonly faultRate: number;
}

const eventLimit = 200_000;
const repairRounds = 8;

function createHabits(random: Random, mutation: Mutation | undefined): HubHabits {
  const repeatedKey = random.chance(0.2) ? 'already-applied' : 'same-answer';
  // A hub that says "already applied" and no more must refuse a batch whole: nobody could learn of its rejects otherwise.
  const refusal = repeatedKey === 'already-applied' ? 'named' : random.pick(['partly', 'named', 'unnamed'] as const);
  return {
    ...{ refusal, repeatedKey },
    comparesVersions: mutation !== 'hub does not compare versions',
    maxRecords: random.chance(0.15) ? 1 : 100,
  };
}

/** The same seed gives the same run, event for event. */
export async function runSchedule(seed: number, mutation?: Mutation): Promise<ScheduleResult> {
  const random = createRandom(seed);
  const time = new VirtualTime(startMs);
  // Every tenth run is without a fault, and the others from nearly none to more than anybody would operate.
  const faultRate = seed % 10 === 0 ? 0 : 0.15 * random.next();
  const outside = new Outside(time, random, faultRate);
  const hub = new SimulatedHub(time, random, createHabits(random, mutation));
  const stores = new SimulatedStores(outside, random.pick(['sse-s3', 'sse-kms']));
  stores.writesWithoutCondition = mutation === 'writes without conditions';
  stores.losesRejects = mutation === 'loses the rejects';
  stores.cutsBodiesSilently = mutation === 'takes a cut file for a whole one';
  const settings = parseSettings(
    { acd: { name: acdName }, hub: { url: 'http://127.0.0.1' }, batches: { maxRecords: 1 + random.below(4) } },
    'the simulation',
  );
  const prematureMarks: string[] = [];
  stores.onWrite = createMarkWatch(stores, hub, (mark) => prematureMarks.push(mark));
  const { workflow, queue } = createConnector({ outside, stores, hub, settings }, mutation);
  const uploads = generateUploads(random);

  for (const { atMs, key, body } of uploads) {
    time.after(atMs - startMs, () => {
      stores.putObject(key, body);
      announce(queue, key, outside);
    });
  }
  operate(workflow, stores, outside, uploads.at(-1)?.atMs ?? startMs);
  const stuck: string[] = [];
  if (!(await time.runUntilQuiet(eventLimit))) stuck.push(`after ${eventLimit} events`);
  outside.faultRate = 0;
  for (let round = 0; round < repairRounds; round += 1) {
    queue.replayDeadLetters();
    if (mutation !== 'nobody redrives') repair(workflow, random);
    if (!(await time.runUntilQuiet(eventLimit))) stuck.push(`in repair round ${round}`);
    if (listFailed(workflow).length === 0 && queue.deadLetters.length === 0) break;
  }
  stuck.push(...listFailed(workflow).map(({ name, state, error }) => `${name} at ${state}: ${error}`));
  stuck.push(...queue.deadLetters.map((key) => `message of ${key}`));
  return { faultRate, outcome: { uploads, prematureMarks, stuck, ...readFinalState(uploads, stores, hub, acdName) } };
}

/** Usually within seconds, sometimes after a minute or twice; one that never comes is made good by the watch. */
function announce(queue: Connector['queue'], key: string, { time, random, faultRate }: Outside): void {
  const isLost = random.chance(faultRate / 2);
  const delaysMs = isLost ? [1_500_000] : [random.below(2_000)];
  if (random.chance(faultRate)) delaysMs.push(random.below(120_000), random.below(3_600_000));
  if (!isLost && random.chance(faultRate)) delaysMs[0] = random.below(900_000);
  for (const delayMs of delaysMs) {
    time.after(delayMs, () => {
      queue.send(key);
    });
  }
}

/** Operators redrive, start again and reload while all of this goes on. */
function operate(
  workflow: SimulatedWorkflow,
  stores: SimulatedStores,
  { time, random }: Outside,
  lastUploadMs: number,
): void {
  const endMs = lastUploadMs + 3_600_000;
  const count = random.below(4);
  for (let deed = 0; deed < count; deed += 1) {
    time.after(random.below(endMs - startMs), () => {
      const executions = [...workflow.executions.values()];
      const execution = executions[random.below(executions.length)];
      if (execution === undefined) return;
      if (random.chance(0.4)) {
        const object = stores.objects.get(execution.input.object.key);
        if (object === undefined) return;
        const reloadedAt = new Date(Math.floor(time.nowMs)).toISOString();
        const { executionName, input } = toExecutionStart(object, reloadedAt);
        workflow.start(executionName, { ...input });
      } else if (execution.status === 'FAILED' && execution.state !== 'ReportQuarantined') workflow.redrive(execution);
      else workflow.start(`${execution.name}-again-${deed}`, execution.input);
    });
  }
}
