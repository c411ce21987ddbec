// One run of one function: it may die between any two calls to the outside, or freeze and wake up long after it was given up.
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How one call to the outside ends. `late`: given up by the caller, and done nevertheless, later. `repeated`: done twice by the SDK. */
export type Fate = 'done' | 'refused' | 'refused-after' | 'repeated' | 'late' | 'lost-before' | 'lost-after' | 'frozen';

export interface Sandbox {
  isLost: boolean;
  frozenUntilMs: number;
  /** Told once when the process dies. */
  onLost: () => void;
}

export const createSandbox = (): Sandbox => ({ isLost: false, frozenUntilMs: 0, onLost: () => undefined });

export interface OutsideCall<T> {
  readonly effect: () => T;
  /** What the caller is told when the call fails. */
  readonly toError: () => Error;
  /** A call that was given up may still be done after as long. */
  readonly maxLateMs: number;
}

const faultyFates = ['refused', 'refused-after', 'repeated', 'late', 'lost-before', 'lost-after', 'frozen'] as const;
const weights: Readonly<Record<(typeof faultyFates)[number], number>> = {
  refused: 4,
  'refused-after': 4,
  repeated: 3,
  late: 2,
  'lost-before': 2,
  'lost-after': 3,
  frozen: 1,
};
const wheel = faultyFates.flatMap((fate) => Array.from({ length: weights[fate] }, () => fate));
const timeoutMs = 30_000;

/** Calls to the outside, each with a fate of its own. */
export class Outside {
  /** Share of calls that do not go well; 0 when the storm is over. */
  faultRate: number;
  readonly time: VirtualTime;
  readonly random: Random;

  constructor(time: VirtualTime, random: Random, faultRate: number) {
    this.time = time;
    this.random = random;
    this.faultRate = faultRate;
  }

  drawFate(): Fate {
    return this.random.chance(this.faultRate) ? (wheel[this.random.below(wheel.length)] ?? 'done') : 'done';
  }

  call<T>(sandbox: Sandbox, { effect, toError, maxLateMs }: OutsideCall<T>, fate = this.drawFate()): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const { time } = this;
    const answer = (give: () => void) => {
      time.after(this.#latencyMs(), () => {
        this.#resume(sandbox, give);
      });
    };
    const apply = (): void => {
      try {
        const value = effect();
        answer(() => {
          resolve(value);
        });
      } catch (error) {
        answer(() => {
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      }
    };
    const applyUnseen = (): void => {
      try {
        effect();
      } catch {
        // Nobody hears the answer.
      }
    };
    const fail = () => {
      answer(() => {
        reject(toError());
      });
    };
    if (fate === 'frozen') sandbox.frozenUntilMs = time.nowMs + this.random.below(2_400_000);
    time.after(this.#latencyMs(), () => {
      switch (fate) {
        case 'done':
        case 'frozen':
          apply();
          break;
        case 'refused':
          fail();
          break;
        case 'refused-after':
          applyUnseen();
          fail();
          break;
        case 'repeated':
          applyUnseen();
          apply();
          break;
        case 'late':
          time.after(this.random.below(maxLateMs), applyUnseen);
          time.after(this.random.below(timeoutMs), fail);
          break;
        case 'lost-before':
          lose(sandbox);
          break;
        case 'lost-after':
          applyUnseen();
          lose(sandbox);
          break;
      }
    });
    return promise;
  }

  #resume(sandbox: Sandbox, give: () => void): void {
    if (sandbox.isLost) return;
    const frozenMs = sandbox.frozenUntilMs - this.time.nowMs;
    if (frozenMs <= 0) give();
    else
      this.time.after(frozenMs, () => {
        this.#resume(sandbox, give);
      });
  }

  /** Mostly quick, now and then slow: what was called first is often answered last. */
  #latencyMs(): number {
    return this.random.chance(0.05) ? this.random.below(20_000) : this.random.below(40);
  }
}

function lose(sandbox: Sandbox): void {
  if (sandbox.isLost) return;
  sandbox.isLost = true;
  sandbox.onLost();
}
