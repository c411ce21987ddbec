// The frame of every command: opens the deployment, prints the answer as lines or as JSON, says what went wrong, exits.
import { Option, type Command } from 'commander';
import { chooseColors, type Colors } from '../local/run/colors.ts';
import type { Deployment } from './deployment.ts';
import { exitCodes, InterruptedError, toFailure, UsageError, type ExitCode, type Failure } from './ops-errors.ts';
import { toJsonText, toPlainText, toPlainValue } from './plain-text.ts';
import { startProgress, type Progress } from './progress.ts';

/** The command's surroundings; the process's own, or a test's. */
export interface Surroundings {
  readonly stdout: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly openStage: (stage: string) => Promise<Deployment>;
  readonly openLocal: () => Promise<Deployment>;
}

/** Which deployment, and how to answer. */
export interface TargetFlags {
  readonly stage?: string;
  readonly local?: true;
  readonly json?: true;
}

export interface Answer<T extends object> {
  /** What `--json` prints, beside `formatVersion`, `command`, `deployment` and `error`: no field may be called so. */
  readonly data: T;
  /** The same for people. Every text of the data is safe to print by then. */
  readonly toLines: (data: T, colors: Colors) => readonly string[];
  readonly exitCode: ExitCode;
  /** What cut the work short: it is said, and decides the exit code, after what was done until then. */
  readonly stoppedBy?: unknown;
}

export interface Session {
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  /** @throws InterruptedError after Ctrl-C */
  checkInterrupted(): void;
  /** Waits, or throws InterruptedError at Ctrl-C. */
  wait(ms: number): Promise<void>;
  /** A line on standard error, for people who wait. */
  say(text: string): void;
  /** How far long work has come, on standard error. */
  startProgress(total: number, noun: string): Progress;
  /** Runs a command on the deployment the flags name. */
  onDeployment<T extends object>(
    command: string,
    flags: TargetFlags,
    work: (deployment: Deployment) => Promise<Answer<T>>,
  ): Promise<void>;
  /** Runs a command that needs no deployment. */
  offline<T extends object>(
    command: string,
    flags: Pick<TargetFlags, 'json'>,
    work: () => Promise<Answer<T>>,
  ): Promise<void>;
  readonly exitCode: ExitCode;
}

/** How a command joins the program: see commands.ts. */
export type AddCommand = (program: Command, session: Session) => void;

export const formatVersion = 1;

export const jsonOption = (): Option => new Option('--json', 'answer as one JSON object on standard output');

/** Adds the flags that say which deployment is meant. */
export function withTarget(command: Command): Command {
  return command
    .addOption(new Option('--stage <customer>', 'the deployed stage, as in customers/<customer>.yml'))
    .addOption(new Option('--local', 'the local stack of a running `npm run local`').conflicts('stage'))
    .addOption(jsonOption());
}

function openTarget({ openStage, openLocal }: Surroundings, { stage, local }: TargetFlags): Promise<Deployment> {
  if (stage !== undefined) return openStage(stage);
  if (local === true) return openLocal();
  throw new UsageError('Which deployment? Say --stage <customer>, or --local for a running `npm run local`');
}

export function createSession(surroundings: Surroundings): Session {
  const { stdout, stderr, signal } = surroundings;
  const colors = chooseColors(stdout.isTTY, surroundings.environment);
  let exitCode: ExitCode = exitCodes.done;

  const explain = ({ message, exitCode: code }: Failure): void => {
    stderr.write(`${message.split('\n').map(toPlainText).join('\n')}\n`);
    exitCode = code;
  };
  const show = <T extends object>(facts: object, isJson: boolean, answer: Answer<T>): void => {
    const { data, toLines, stoppedBy } = answer;
    const failure = stoppedBy === undefined ? null : toFailure(stoppedBy);
    const error = failure === null ? {} : { error: { name: failure.name, message: failure.message } };
    const text = isJson
      ? toJsonText({ formatVersion, ...facts, ...data, ...error })
      : toLines(toPlainValue(data), colors).join('\n');
    stdout.write(`${text}\n`);
    if (failure === null) exitCode = answer.exitCode;
    else explain(failure);
  };
  const fail = (command: string, isJson: boolean, thrown: unknown): void => {
    const failure = toFailure(thrown);
    const error = { name: failure.name, message: failure.message };
    if (isJson) stdout.write(`${toJsonText({ formatVersion, command, error })}\n`);
    explain(failure);
  };
  const checkInterrupted = (): void => {
    if (signal.aborted) throw new InterruptedError('Stopped. What was started goes on; nothing else was begun');
  };
  return {
    nowMs: surroundings.nowMs,
    signal,
    checkInterrupted,
    async wait(ms) {
      checkInterrupted();
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
      });
      checkInterrupted();
    },
    say: (text) => void stderr.write(`${toPlainText(text)}\n`),
    startProgress: (total, noun) => startProgress(stderr, total, noun),
    async onDeployment(command, flags, work) {
      const isJson = flags.json === true;
      let deployment: Deployment | undefined;
      try {
        deployment = await openTarget(surroundings, flags);
        show({ command, deployment: deployment.label }, isJson, await work(deployment));
      } catch (error) {
        fail(command, isJson, error);
      } finally {
        deployment?.close();
      }
    },
    async offline(command, flags, work) {
      try {
        show({ command }, flags.json === true, await work());
      } catch (error) {
        fail(command, flags.json === true, error);
      }
    },
    get exitCode() {
      return exitCode;
    },
  };
}
