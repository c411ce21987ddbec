// What replay and purge share: which messages are meant, the plan, one after another, what became of each.
import type { Command } from 'commander';
import type { Colors } from '../../local/run/colors.ts';
import type { Deployment } from '../deployment.ts';
import { shorten, toCountText, toTableLines } from '../lines.ts';
import { exitCodes, UsageError } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import type { Answer, Session, TargetFlags } from '../session.ts';
import type { DeadLetterQueue, QueueName } from './dead-letter-queues.ts';
import { countHeld, holdQueue, type HeldMessage, type HeldQueue } from './held-queue.ts';
import {
  longestText,
  lookSeconds,
  maxHeldCount,
  pickMessages,
  toEmptyLine,
  toMessageLines,
  toShown,
  type MessageChoice,
  type ShownMessage,
} from './queue-messages.ts';

export interface HandlingFlags extends TargetFlags, MessageChoice {
  readonly yes?: true;
  readonly limit: number;
}

export interface Handled {
  readonly queue: QueueName;
  readonly action: 'replay' | 'purge';
  readonly isDone: boolean;
  readonly messages: readonly (ShownMessage & {
    /** null in a plan. */
    readonly isRemoved: boolean | null;
    readonly result: string | null;
  })[];
  readonly isCut: boolean;
  /** Where purged messages are kept. */
  readonly keptIn: string | null;
  /** To be typed to do what is planned, or to go on where it was cut short; null when there is nothing to do. */
  readonly nextCommand: string | null;
  /** Held by somebody else just now, so that they could not be looked at. */
  readonly heldCount: number;
}

/** Work on a whole queue may wait for a slow hub at every message. */
const workSeconds = 1_800;

function toHandledLines(
  { queue, action, isDone, messages, isCut, keptIn, nextCommand, heldCount }: Handled,
  colors: Colors,
): string[] {
  if (messages.length === 0) return [toEmptyLine(queue, heldCount)];
  const results = messages.map(({ messageId, subject, isRemoved, result }) => [
    messageId.slice(0, 8),
    shorten(subject, longestText),
    isRemoved === true ? colors.green('removed') : colors.red('stays'),
    shorten(result ?? '', longestText),
  ]);
  const removedCount = messages.filter(({ isRemoved }) => isRemoved === true).length;
  return [
    ...(isDone ? toTableLines(['ID', 'What', 'Message', 'Result'], results) : toMessageLines(messages)),
    '',
    isDone
      ? `${removedCount} of ${toCountText(messages.length, 'message')} removed from ${queue}.`
      : `${toCountText(messages.length, 'message')} of ${queue} to ${action}. Nothing was done yet.`,
    ...(keptIn === null ? [] : [`A copy of each is in ${keptIn}`]),
    ...(isCut ? ['There may be more: run it again afterwards.'] : []),
    ...(nextCommand === null ? [] : [`${isDone ? 'To go on' : 'To do it'}: ${nextCommand}`]),
  ];
}

export type Handle = (message: HeldMessage) => Promise<{ readonly isDone: boolean; readonly result: string }>;

export interface HandledMessages {
  readonly messages: Handled['messages'];
  /** What cut it short; undefined when every message was handled. */
  readonly stoppedBy: unknown;
}

/** Handles the messages one after another; where it is cut short, what was handled is removed, and the rest stays. */
export async function handleAll(
  session: Session,
  queue: DeadLetterQueue,
  { remove }: HeldQueue,
  messages: readonly HeldMessage[],
  handle: Handle,
): Promise<HandledMessages> {
  const progress = session.startProgress(messages.length, 'messages');
  const handled: Handled['messages'][number][] = [];
  let stoppedBy: unknown;
  try {
    for (const message of messages) {
      session.checkInterrupted();
      const { isDone, result } = await handle(message);
      if (isDone) await remove(message.messageId);
      handled.push({ ...toShown(queue.name, message), isRemoved: isDone, result });
      progress.advance(message.messageId);
    }
  } catch (error) {
    stoppedBy = error;
  } finally {
    progress.stop();
  }
  const left = messages
    .slice(handled.length)
    .map((message) => ({ ...toShown(queue.name, message), isRemoved: false, result: 'not handled to its end' }));
  return { messages: [...handled, ...left], stoppedBy };
}

/** What to type to do it. */
export function toTyped(
  action: 'replay' | 'purge',
  queue: QueueName,
  { id: ids = [], all, limit }: HandlingFlags,
  target: string,
): string {
  const cut = limit === maxHeldCount ? '' : ` --limit ${limit}`;
  const which = all === true ? `--all${cut}` : ids.map((id) => `--id ${id}`).join(' ');
  return `npx acdhub dlq ${action} ${queue} ${which} ${target} --yes`;
}

/** @throws UsageError when it is not said which messages are meant */
export function checkChoice({ id, all }: HandlingFlags): void {
  if ((id === undefined) === (all === undefined)) {
    throw new UsageError('Which messages? Say --id with the beginning of an ID, or --all');
  }
  if (id?.some((one) => !/^[0-9a-zA-Z-]{4,}$/.test(one)) === true) {
    throw new UsageError('--id takes at least the first four letters and digits of an ID');
  }
}

/** Adds the flags that say which messages are meant. */
export function addChoice(command: Command): Command {
  return command
    .option('--id <id...>', 'messages by their IDs, or how they begin')
    .option('--all', 'every message')
    .option('--limit <count>', 'at most so many in one call', parseCount(1, maxHeldCount), maxHeldCount)
    .option('--yes', 'do it');
}

/** Shows the messages that are meant, or does the work on them. */
export async function handleQueue(
  deployment: Deployment,
  session: Session,
  { queue, action, flags }: { queue: DeadLetterQueue; action: 'replay' | 'purge'; flags: HandlingFlags },
  work: (held: HeldQueue, picked: readonly HeldMessage[]) => Promise<HandledMessages & Pick<Handled, 'keptIn'>>,
): Promise<Answer<Handled>> {
  const isDone = flags.yes === true;
  const options = {
    maxCount: flags.all === true ? flags.limit : maxHeldCount,
    holdSeconds: isDone ? workSeconds : lookSeconds,
  };
  let answer: Answer<Handled> | undefined;
  const answerFor = async (held: HeldQueue): Promise<Answer<Handled>> => {
    const picked = pickMessages(held.messages, flags);
    const plan = picked.map((message) => ({ ...toShown(queue.name, message), isRemoved: null, result: null }));
    const heldCount = picked.length > 0 ? 0 : await countHeld(deployment.clients.sqs, queue.url);
    const { stoppedBy, ...handled } =
      isDone && picked.length > 0 ? await work(held, picked) : { messages: plan, keptIn: null, stoppedBy: undefined };
    const isOpen = !isDone || stoppedBy !== undefined;
    const data: Handled = {
      ...{ queue: queue.name, action, isDone, isCut: held.isCut && flags.all === true },
      ...handled,
      heldCount,
      nextCommand: isOpen && picked.length > 0 ? toTyped(action, queue.name, flags, deployment.target) : null,
    };
    const isWhole = heldCount === 0 && data.messages.every(({ isRemoved }) => isRemoved === true);
    answer = { data, toLines: toHandledLines, exitCode: isWhole ? exitCodes.done : exitCodes.attention, stoppedBy };
    return answer;
  };
  try {
    return await holdQueue(deployment.clients.sqs, queue.url, options, answerFor);
  } catch (error) {
    // Letting go of the messages failed after the work: what was done is to be said all the same, before this.
    if (answer === undefined) throw error;
    return { ...answer, stoppedBy: answer.stoppedBy ?? error };
  }
}
