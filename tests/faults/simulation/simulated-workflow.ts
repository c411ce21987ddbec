// The real state machine in virtual time: its states, Retry and Catch are read from statemachines/report-ingest.asl.yml.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { IngestInput, StagedBatch } from '../../../schemas/state.ts';
import type { Random } from './random.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import type { VirtualTime } from './virtual-time.ts';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly MaxAttempts: number;
}

interface State {
  readonly Type: 'Task' | 'Map' | 'Choice' | 'Succeed' | 'Fail';
  readonly Resource?: string;
  readonly ResultPath?: string | null;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Variable: string; readonly StringEquals: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Next?: string;
  readonly MaxConcurrency?: number;
  readonly ItemProcessor?: { readonly StartAt: string; readonly States: Readonly<Record<string, State>> };
}

interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const definition = parse(
  readFileSync(new URL('../../../statemachines/report-ingest.asl.yml', import.meta.url), 'utf8'),
) as Definition;

export type Functions = Readonly<Record<string, (sandbox: Sandbox) => (input: unknown) => Promise<unknown>>>;

export interface SimulatedExecution {
  readonly name: string;
  readonly input: IngestInput;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  /** Where it is, or has ended. */
  state: string;
  error: string;
  data: Record<string, unknown>;
  readonly deliveredBatches: Set<number>;
}

class NamedError extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

const toFunctionKey = (resource: string) =>
  resource
    .replace(/^#\{(.*)LambdaFunction\.Arn\}$/, '$1')
    .replaceAll('Dash', '-')
    .toLowerCase();
const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
/** Quick enough for a simulation, and far above what a good run of a file takes. */
const lostAfterMs = 20_000;

export class SimulatedWorkflow {
  readonly executions = new Map<string, SimulatedExecution>();
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #functions: Functions;

  constructor(time: VirtualTime, random: Random, functions: Functions) {
    this.#time = time;
    this.#random = random;
    this.#functions = functions;
  }

  start(name: string, input: IngestInput): 'started' | 'already-started' {
    if (this.executions.has(name)) return 'already-started';
    const execution: SimulatedExecution = {
      ...{ name, input, status: 'RUNNING', state: definition.StartAt, error: '', data: { ...input } },
      deliveredBatches: new Set(),
    };
    this.executions.set(name, execution);
    void this.#run(execution);
    return 'started';
  }

  /** Goes on at the state that failed, as RedriveExecution does. */
  redrive(execution: SimulatedExecution): void {
    execution.status = 'RUNNING';
    void this.#run(execution);
  }

  /** One run of a function, which may die or be given up as slow. */
  invoke(functionKey: string, input: unknown, timeoutSeconds: number): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const sandbox = createSandbox();
    const create = this.#functions[functionKey];
    if (create === undefined) throw new Error(`There is no function ${functionKey}`);
    sandbox.onLost = () => {
      this.#time.after(this.#random.below(lostAfterMs), () => {
        reject(new NamedError(this.#random.chance(0.5) ? 'Lambda.Unknown' : 'Sandbox.Timedout'));
      });
    };
    this.#time.after(timeoutSeconds * 1000, () => {
      reject(new NamedError('States.Timeout'));
    });
    create(sandbox)(copy(input)).then(resolve, reject);
    return promise;
  }

  async #run(execution: SimulatedExecution): Promise<void> {
    try {
      for (;;) {
        const state = definition.States[execution.state];
        if (state === undefined) throw new Error(`There is no state ${execution.state}`);
        if (state.Type === 'Succeed' || state.Type === 'Fail') {
          execution.status = state.Type === 'Succeed' ? 'SUCCEEDED' : 'FAILED';
          return;
        }
        execution.state = await this.#enter(execution, state);
      }
    } catch (error) {
      execution.status = 'FAILED';
      execution.error = `${toError(error).name}: ${toError(error).message}`;
    }
  }

  /** Name of the next state. */
  async #enter(execution: SimulatedExecution, state: State): Promise<string> {
    const { data } = execution;
    if (state.Type === 'Choice') {
      const chosen = state.Choices?.find(({ Variable, StringEquals }) => readPath(data, Variable) === StringEquals);
      return chosen?.Next ?? state.Default ?? '';
    }
    if (state.Type === 'Map') {
      await this.#deliverBatches(execution, state);
      return state.Next ?? '';
    }
    try {
      const result = await this.#runTask(state, data);
      if (typeof state.ResultPath === 'string') data[state.ResultPath.slice(2)] = copy(result);
      return state.Next ?? '';
    } catch (error) {
      const { name, message } = toError(error);
      const caught = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes(name));
      if (caught === undefined) throw error;
      data['error'] = { Error: name, Cause: JSON.stringify({ errorType: name, errorMessage: message }) };
      return caught.Next;
    }
  }

  async #runTask(state: State, input: unknown): Promise<unknown> {
    const used = new Map<Retrier, number>();
    for (;;) {
      try {
        return await this.invoke(toFunctionKey(state.Resource ?? ''), input, state.TimeoutSeconds ?? 60);
      } catch (error) {
        const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(toError(error).name));
        const count = retrier === undefined ? 0 : (used.get(retrier) ?? 0);
        if (retrier === undefined || count >= retrier.MaxAttempts) throw error;
        used.set(retrier, count + 1);
        const waitSeconds = Math.min(retrier.MaxDelaySeconds, retrier.IntervalSeconds * retrier.BackoffRate ** count);
        await this.#time.sleep(waitSeconds * 1000 * this.#random.next());
      }
    }
  }

  /** The one Map of the machine; an iteration that failed ends the others, and a redrive repeats only those that did not succeed. */
  async #deliverBatches(execution: SimulatedExecution, state: State): Promise<void> {
    const { object, revision, report, claim, rows } = execution.data;
    const task = state.ItemProcessor?.States[state.ItemProcessor.StartAt];
    if (task === undefined) throw new Error('The Map has no task');
    const batches = (rows as { readonly batches: readonly StagedBatch[] }).batches;
    const waiting = batches.filter(({ index }) => !execution.deliveredBatches.has(index));
    let hasFailed = false;
    const work = async () => {
      for (let batch = waiting.shift(); batch !== undefined && !hasFailed; batch = waiting.shift()) {
        try {
          await this.#runTask(task, { object, revision, report, claim, batch });
          execution.deliveredBatches.add(batch.index);
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: state.MaxConcurrency ?? 1 }, work));
  }
}

function readPath(data: Record<string, unknown>, path: string): unknown {
  return path
    .slice(2)
    .split('.')
    .reduce<unknown>(
      (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
      data,
    );
}
