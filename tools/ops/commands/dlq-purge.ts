// acdhub dlq purge: messages put away, never thrown away.
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { toTimeText } from '../lines.ts';
import { UsageError } from '../ops-errors.ts';
import { findQueue } from '../queues/dead-letter-queues.ts';
import {
  addChoice,
  checkChoice,
  handleAll,
  handleQueue,
  type Handle,
  type HandlingFlags,
} from '../queues/queue-handling.ts';
import { addQueueArgument } from '../queues/queue-messages.ts';
import { withTarget, type Session } from '../session.ts';

interface PurgeFlags extends HandlingFlags {
  readonly keepIn?: string;
}

const purgeExamples = `
Examples:
  npx acdhub dlq purge --stage acme agent-event-dlq --id 5f2a          shows what would be removed
  npx acdhub dlq purge --stage acme agent-event-dlq --all --yes        removes it; a copy stays in a file here

Every message is in the file before it is removed (one JSON object a line, readable for you alone). It may hold names of
agents: keep or delete it accordingly. Purging failed-executions or quarantine repairs nothing.`;

/** Adds `dlq purge`. */
export function addPurge(dlq: Command, session: Session): void {
  addChoice(addQueueArgument(withTarget(dlq.command('purge')), false))
    .summary('remove messages; a copy of each stays in a local file')
    .description('Removes messages of a dead letter queue after writing them to a file. Shows them first.')
    .option('--keep-in <file>', 'file for the copies; it is added to (default: acdhub-purged-<queue>-<time>.jsonl)')
    .addHelpText('after', purgeExamples)
    .action((name: string, flags: PurgeFlags) =>
      session.onDeployment('dlq purge', flags, (deployment) => {
        checkChoice(flags);
        const queue = findQueue(deployment.names, name);
        const time = toTimeText(new Date(session.nowMs()).toISOString()).replaceAll(':', '');
        const keptIn = flags.keepIn ?? `acdhub-purged-${queue.name}-${time}.jsonl`;
        return handleQueue(deployment, session, { queue, action: 'purge', flags }, async (held, picked) => {
          const file = await open(keptIn, 'a', 0o600).catch((error: unknown) => {
            const why = error instanceof Error ? error.message : String(error);
            throw new UsageError(
              `Nothing was removed: the file for the copies cannot be written (${why}); name one with --keep-in`,
            );
          });
          try {
            const keep: Handle = async ({ messageId, sentAt, body }) => {
              await file.write(`${JSON.stringify({ queue: queue.name, messageId, sentAt, body })}\n`);
              await file.sync();
              return { isDone: true, result: 'kept in the file' };
            };
            return { ...(await handleAll(session, queue, held, picked, keep)), keptIn };
          } finally {
            await file.close();
          }
        });
      }),
    );
}
