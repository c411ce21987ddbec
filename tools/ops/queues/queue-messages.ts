// Messages of a dead letter queue as lines, and how one says which are meant.
import type { Command } from 'commander';
import { Argument } from 'commander';
import { shorten, toCountText, toTableLines, toTimeText } from '../lines.ts';
import { UsageError } from '../ops-errors.ts';
import { describeMessage, queueNames, type MessageFacts, type QueueName } from './dead-letter-queues.ts';
import type { HeldMessage } from './held-queue.ts';

export interface MessageChoice {
  /** How the IDs begin. */
  readonly id?: readonly string[];
  readonly all?: true;
}

export interface ShownMessage extends MessageFacts {
  readonly messageId: string;
  readonly sentAt: string | null;
}

/** While somebody looks. */
export const lookSeconds = 60;
/** Of messages in one call. */
export const maxHeldCount = 500;
export const longestText = 70;

export const toShown = (queue: QueueName, { messageId, sentAt, body }: HeldMessage): ShownMessage => ({
  messageId,
  sentAt,
  ...describeMessage(queue, body),
});

/** A line for each message. */
export function toMessageLines(messages: readonly ShownMessage[]): string[] {
  const rows = messages.map(({ messageId, sentAt, subject, reason }) => [
    messageId.slice(0, 8),
    toTimeText(sentAt ?? '–'),
    shorten(subject, longestText),
    shorten(reason, longestText),
  ]);
  return toTableLines(['ID', 'Since', 'What', 'Why'], rows);
}

/** What is said of a queue that has shown no message. */
export function toEmptyLine(queue: QueueName, heldCount: number): string {
  if (heldCount === 0) return `${queue} is empty.`;
  return `${queue} shows nothing: somebody else holds ${toCountText(heldCount, 'message')} just now, for at most half an hour.`;
}

/** @throws UsageError when an ID names no message, or several */
export function pickMessages(
  messages: readonly HeldMessage[],
  { id: ids = [], all }: MessageChoice,
): readonly HeldMessage[] {
  if (all === true) return messages;
  return ids.map((id) => {
    const found = messages.filter(({ messageId }) => messageId.startsWith(id));
    if (found[0] !== undefined && found.length === 1) return found[0];
    throw new UsageError(
      found.length === 0
        ? `No message of this queue has an ID that begins with "${id}": it may be held by somebody else just now`
        : `${found.length} messages have IDs that begin with "${id}": type more of it`,
    );
  });
}

/** Adds the argument that names the queue. */
export function addQueueArgument(command: Command, isOptional: boolean): Command {
  const name = isOptional ? '[queue]' : '<queue>';
  return command.addArgument(new Argument(name, `one of ${queueNames.join(', ')}`).choices(queueNames));
}
