// A process of its own for one run of a function, as a Lambda sandbox is. Started by processes.test.ts, which kills or freezes it.
import type { HubAccessKey } from '../../functions/lib/io/hub-secret.ts';
import '../../tools/local/quiet-telemetry.ts';
import { createObservedHandlers } from '../statemachine/observed-handlers.ts';

export interface StopPoint {
  /** Such as `hub.postReport`. */
  readonly call: string;
  readonly when: 'before' | 'after';
}

export interface StepJob {
  readonly functionKey: 'transform-rows' | 'deliver-batch' | 'complete-report' | 'quarantine-report';
  readonly input: unknown;
  readonly environment: Record<string, string>;
  readonly hubKey: HubAccessKey;
  /** Waits there until it is told to go on. */
  readonly stop: StopPoint | null;
}

export type StepMessage =
  | { readonly what: 'stopped' }
  | { readonly what: 'done'; readonly result: unknown }
  | { readonly what: 'failed'; readonly name: string; readonly message: string };

const tell = (message: StepMessage) => process.send?.(message);
const { promise: released, resolve: release } = Promise.withResolvers<undefined>();

async function run({ functionKey, input, environment, hubKey, stop }: StepJob): Promise<void> {
  const stopAt = async (call: string, when: StopPoint['when']) => {
    if (stop?.call !== call || stop.when !== when) return;
    tell({ what: 'stopped' });
    await released;
  };
  const handlers = createObservedHandlers(
    environment,
    () => hubKey,
    async (call, work) => {
      await stopAt(call, 'before');
      const result = await work();
      await stopAt(call, 'after');
      return result;
    },
  );
  try {
    tell({ what: 'done', result: await handlers[functionKey](input) });
  } catch (error) {
    const { name, message } = error as Error;
    tell({ what: 'failed', name, message });
  }
}

process.on('message', (message: StepJob | 'go on') => {
  if (message === 'go on') release(undefined);
  else void run(message);
});
