// Runs a function in a process of its own where a test wants to kill or freeze it at a chosen call; all other runs stay here.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HubAccessKey } from '../../functions/lib/io/hub-secret.ts';
import type { StepHandler } from '../../tools/local/stack.ts';
import { createObservedHandlers } from '../statemachine/observed-handlers.ts';
import type { StepJob, StepMessage, StopPoint } from './step-process.ts';

/** What Lambda says of a sandbox that is gone, and of one whose time has run out. */
export type LossReason = 'Lambda.Unknown' | 'Sandbox.Timedout';

export interface Stopped {
  readonly kill: () => void;
  /** Stops the process as it is and gives its run up, as the platform does; `wake` lets it go on and waits for its end. */
  readonly freeze: (reason?: LossReason) => void;
  readonly wake: () => Promise<StepMessage>;
}

interface Plan {
  readonly functionKey: string;
  readonly stop: StopPoint | null;
  /** Runs of this function that pass before. */
  skip: number;
  readonly onStopped: (stopped: Stopped) => void;
}

export interface StepSandboxes {
  /** By key, for the pipeline. */
  readonly handlers: (environment: Record<string, string>) => Record<string, StepHandler>;
  /** The run after `skip` others stops at the call, or nowhere; what becomes of it is decided by `onStopped`. */
  stopNext(
    functionKey: StepJob['functionKey'],
    stop: StopPoint | null,
    onStopped: Plan['onStopped'],
    skip?: number,
  ): void;
  /** Kills the process that is running; for the hub, which sees a request come. */
  killRunning(): void;
  close(): Promise<void>;
}

const file = fileURLToPath(new URL('step-process.ts', import.meta.url));

export function createStepSandboxes(readHubKey: () => HubAccessKey): StepSandboxes {
  const plans: Plan[] = [];
  const running = new Set<ChildProcess>();

  async function runIsolated(plan: Plan, job: Omit<StepJob, 'stop'>): Promise<unknown> {
    const child = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { PATH: process.env['PATH'] } });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const ended = Promise.withResolvers<StepMessage>();
    const giveUp = (reason: LossReason) => {
      reject(Object.assign(new Error(`the process of ${job.functionKey} is gone`), { name: reason }));
    };
    child.once('exit', () => {
      giveUp('Lambda.Unknown');
    });
    child.on('message', (message: StepMessage) => {
      if (message.what === 'stopped') {
        plan.onStopped({
          kill: () => child.kill('SIGKILL'),
          freeze: (reason = 'Lambda.Unknown') => {
            child.kill('SIGSTOP');
            giveUp(reason);
          },
          wake: () => {
            child.kill('SIGCONT');
            child.send('go on');
            return ended.promise;
          },
        });
        return;
      }
      ended.resolve(message);
      if (message.what === 'done') resolve(message.result);
      else reject(Object.assign(new Error(message.message), { name: message.name }));
      child.kill('SIGKILL');
    });
    child.send({ ...job, stop: plan.stop } satisfies StepJob);
    return promise;
  }

  function takePlan(functionKey: string): Plan | undefined {
    const [plan] = plans;
    if (plan?.functionKey !== functionKey) return undefined;
    plan.skip -= 1;
    return plan.skip < 0 ? plans.shift() : undefined;
  }

  return {
    handlers: (environment) => {
      const handlers = createObservedHandlers(environment, readHubKey, (_, run) => run());
      const keys = ['transform-rows', 'deliver-batch', 'complete-report', 'quarantine-report'] as const;
      return Object.fromEntries(
        keys.map((functionKey) => [
          functionKey,
          (input: unknown) => {
            const plan = takePlan(functionKey);
            return plan === undefined
              ? handlers[functionKey](input)
              : runIsolated(plan, { functionKey, input, environment, hubKey: readHubKey() });
          },
        ]),
      );
    },
    stopNext(functionKey, stop, onStopped, skip = 0) {
      plans.push({ functionKey, stop, onStopped, skip });
    },
    killRunning() {
      for (const child of running) child.kill('SIGKILL');
    },
    async close() {
      const exits = [...running].map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(exits);
    },
  };
}
