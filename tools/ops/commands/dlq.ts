// acdhub dlq: what could not be processed, looked at, replayed, or put away.
import type { Command } from 'commander';
import { mapConcurrently } from '../../../functions/lib/io/concurrency.ts';
import type { Colors } from '../../local/run/colors.ts';
import type { Deployment } from '../deployment.ts';
import { toCountText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes, UsageError } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import { findQueue, listQueues, parseBody, type QueueName } from '../queues/dead-letter-queues.ts';
import { countHeld, countQueue, holdQueue } from '../queues/held-queue.ts';
import {
  addQueueArgument,
  lookSeconds,
  maxHeldCount,
  pickMessages,
  toEmptyLine,
  toMessageLines,
  toShown,
  type ShownMessage,
} from '../queues/queue-messages.ts';
import { withTarget, type AddCommand, type Session, type TargetFlags } from '../session.ts';
import { addPurge } from './dlq-purge.ts';
import { addReplay } from './dlq-replay.ts';

interface QueueDepths {
  readonly queues: readonly {
    readonly queue: QueueName;
    readonly holds: string;
    readonly messageCount: number;
    /** Of these, held by somebody or something just now. */
    readonly heldCount: number;
  }[];
}

interface Messages {
  readonly queue: QueueName;
  readonly messages: readonly ShownMessage[];
  readonly isCut: boolean;
  /** Held by somebody else just now, where none could be looked at. */
  readonly heldCount: number;
}

interface ListFlags extends TargetFlags {
  readonly limit: number;
}

interface Shown extends ShownMessage {
  readonly queue: QueueName;
  /** Parsed, where it is JSON. */
  readonly message: unknown;
}

const listExamples = `
Examples:
  npx acdhub dlq list --stage acme                        how many messages lie in each queue
  npx acdhub dlq list --stage acme agent-event-dlq        what they are

The messages are held back from others for the moment of looking. Exit code 1 when there are any.`;

const showExamples = `
Example:
  npx acdhub dlq show --stage acme agent-event-dlq 5f2a   the message whose ID begins so, whole`;

async function listDepths({ clients, names }: Deployment): Promise<QueueDepths> {
  const queues = await mapConcurrently(listQueues(names), 4, async ({ name, holds, url }) => {
    const { waitingCount, heldCount } = await countQueue(clients.sqs, url);
    return { queue: name, holds, messageCount: waitingCount + heldCount, heldCount };
  });
  return { queues };
}

function toDepthLines({ queues }: QueueDepths, colors: Colors): string[] {
  const rows = queues.map(({ queue, holds, messageCount, heldCount }) => [
    queue,
    messageCount === 0 ? '0' : colors.red(String(messageCount)),
    heldCount === 0 ? '' : `${heldCount} held just now`,
    holds,
  ]);
  return toTableLines(['Queue', 'Messages', '', 'Holds'], rows);
}

function addList(dlq: Command, session: Session): void {
  addQueueArgument(withTarget(dlq.command('list')), true)
    .summary('how many messages, or which')
    .description('Counts the messages of every dead letter queue, or lists those of one.')
    .option('--limit <count>', 'of one queue at most so many', parseCount(1, maxHeldCount), 100)
    .addHelpText('after', listExamples)
    .action((name: string | undefined, flags: ListFlags) =>
      name === undefined
        ? session.onDeployment('dlq list', flags, async (deployment) => {
            const data = await listDepths(deployment);
            const isEmpty = data.queues.every(({ messageCount }) => messageCount === 0);
            return { data, toLines: toDepthLines, exitCode: isEmpty ? exitCodes.done : exitCodes.attention };
          })
        : session.onDeployment('dlq list', flags, async ({ clients, names }) => {
            const queue = findQueue(names, name);
            const options = { maxCount: flags.limit, holdSeconds: lookSeconds };
            return holdQueue(clients.sqs, queue.url, options, async ({ messages, isCut }) => {
              const shown = messages.map((message) => toShown(queue.name, message));
              const heldCount = shown.length > 0 ? 0 : await countHeld(clients.sqs, queue.url);
              const data: Messages = { queue: queue.name, messages: shown, isCut, heldCount };
              const isEmpty = shown.length === 0 && heldCount === 0;
              return { data, toLines: toListLines, exitCode: isEmpty ? exitCodes.done : exitCodes.attention };
            });
          }),
    );
}

function toListLines({ queue, messages, isCut, heldCount }: Messages): string[] {
  if (messages.length === 0) return [toEmptyLine(queue, heldCount)];
  const cures = [...new Set(messages.map(({ cure }) => cure))];
  return [
    ...toMessageLines(messages),
    '',
    ...cures.map((cure) => ` - ${cure}`),
    `${toCountText(messages.length, 'message')} in ${queue}${isCut ? '; there may be more: --limit' : ''}`,
  ];
}

function addShowMessage(dlq: Command, session: Session): void {
  addQueueArgument(withTarget(dlq.command('show')), false)
    .summary('one message, whole')
    .description('Shows one message of a dead letter queue as it is, and what to do about it.')
    .argument('<id>', 'ID of the message, or how it begins')
    .addHelpText('after', showExamples)
    .action((name: string, id: string, flags: TargetFlags) =>
      session.onDeployment('dlq show', flags, async ({ clients, names }) => {
        const queue = findQueue(names, name);
        const options = { maxCount: maxHeldCount, holdSeconds: lookSeconds };
        return holdQueue(clients.sqs, queue.url, options, ({ messages }) => {
          const [message] = pickMessages(messages, { id: [id] });
          if (message === undefined) throw new UsageError('Name the message by its ID');
          const parsed = parseBody(message.body);
          const whole: unknown = Object.keys(parsed).length === 0 ? message.body : parsed;
          const data: Shown = { queue: queue.name, ...toShown(queue.name, message), message: whole };
          return Promise.resolve({ data, toLines: toShownLines, exitCode: exitCodes.done });
        });
      }),
    );
}

function toShownLines({ queue, messageId, sentAt, subject, reason, cure, message }: Shown, colors: Colors): string[] {
  const text = typeof message === 'string' ? [message] : JSON.stringify(message, null, 2).split('\n');
  return [
    ` Queue    ${queue}`,
    ` ID       ${messageId}`,
    ` Since    ${toTimeText(sentAt ?? '–')}`,
    ` What     ${subject}`,
    ` Why      ${reason}`,
    `${colors.bold(' Do')}       ${cure}`,
    '',
    ...text,
  ];
}

export const addDlq: AddCommand = (program, session) => {
  const dlq = program
    .command('dlq')
    .summary('dead letter queues: list, show, replay, purge')
    .description('Looks after what could not be processed.')
    .addHelpText('after', '\nExamples of each: npx acdhub dlq <command> --help');
  for (const add of [addList, addShowMessage, addReplay, addPurge]) add(dlq, session);
};
