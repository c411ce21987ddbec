// acdhub dlq replay: messages processed again.
import type { Command } from 'commander';
import { parseStatusEvent } from '../../../functions/lib/domain/coverage/failed-executions.ts';
import { mapConcurrently } from '../../../functions/lib/io/concurrency.ts';
import { openStores, type Deployment } from '../deployment.ts';
import { createExecutionReader } from '../executions/execution-reader.ts';
import { planFor } from '../executions/failed-executions.ts';
import { UsageError } from '../ops-errors.ts';
import { findQueue, type DeadLetterQueue } from '../queues/dead-letter-queues.ts';
import { countHeld, holdQueue } from '../queues/held-queue.ts';
import {
  addChoice,
  checkChoice,
  handleAll,
  handleQueue,
  toTyped,
  type HandlingFlags,
} from '../queues/queue-handling.ts';
import { addQueueArgument, lookSeconds, maxHeldCount, pickMessages } from '../queues/queue-messages.ts';
import { openReplay } from '../queues/queue-replay.ts';
import { withTarget, type Session } from '../session.ts';
import { redriveSteps } from './redrive.ts';

const replayExamples = `
Examples:
  npx acdhub dlq replay --stage acme agent-event-dlq --all          shows what would be replayed
  npx acdhub dlq replay --stage acme agent-event-dlq --all --yes    does it
  npx acdhub dlq replay --stage acme historical-dlq --id 5f2a --yes

historical-dlq: back to the Historical queue. agent-event-dlq, agent-event-discards: through the code of agent-events, on
this machine and with your rights (tables, staging bucket, hub secret; the hub must be reachable from here); agents who
have moved on keep their newer state. failed-executions: redrives. quarantine: not replayed, its cure is a corrected upload.
A message is removed only when it has come through. Exit code 1 for a plan with messages, or when one stays.`;

/** The executions the messages tell of, redriven as `acdhub redrive` does it. */
async function redriveMessages(deployment: Deployment, session: Session, queue: DeadLetterQueue, flags: HandlingFlags) {
  const { clients, names, target } = deployment;
  const options = { maxCount: flags.all === true ? flags.limit : maxHeldCount, holdSeconds: lookSeconds };
  const { arns, isCut, heldCount } = await holdQueue(clients.sqs, queue.url, options, async (held) => {
    const found = pickMessages(held.messages, flags).map(({ body }) => parseStatusEvent(body));
    return {
      ...{ arns: [...new Set(found.filter((arn) => arn !== null))], isCut: held.isCut },
      heldCount: held.messages.length > 0 ? 0 : await countHeld(clients.sqs, queue.url),
    };
  });
  const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
  const executions = (await mapConcurrently(arns, 4, (arn) => reader.describe(arn))).filter((one) => one !== null);
  const steps = await planFor(executions, openStores(deployment));
  return redriveSteps(deployment, session, {
    ...{ steps, isCut, heldCount, isNamed: flags.all === undefined, isDone: flags.yes === true },
    ...{ maxWaitMs: 3_600_000, atOnceCount: 10 },
    command: toTyped('replay', queue.name, flags, target),
  });
}

/** Adds `dlq replay`. */
export function addReplay(dlq: Command, session: Session): void {
  addChoice(addQueueArgument(withTarget(dlq.command('replay')), false))
    .summary('process messages again; each is removed only when it has come through')
    .description('Processes messages of a dead letter queue again. Shows them first.')
    .addHelpText('after', replayExamples)
    .action(async (name: string, flags: HandlingFlags) => {
      if (name === 'failed-executions') {
        await session.onDeployment('dlq replay', flags, (deployment) => {
          checkChoice(flags);
          return redriveMessages(deployment, session, findQueue(deployment.names, name), flags);
        });
        return;
      }
      await session.onDeployment('dlq replay', flags, async (deployment) => {
        checkChoice(flags);
        const queue = findQueue(deployment.names, name);
        if (queue.name === 'quarantine' || queue.name === 'failed-executions') {
          throw new UsageError(
            'Quarantined files are not replayed: correct the report and upload it again. ' +
              'npx acdhub dlq show quarantine <id> says what is wrong and where the copy lies',
          );
        }
        const replay = openReplay(deployment, queue.name);
        return handleQueue(deployment, session, { queue, action: 'replay', flags }, async (held, picked) => {
          const sorted = await replay.sort(picked);
          const work = await handleAll(session, queue, held, sorted, (message) => replay.replay(message));
          return { ...work, keptIn: null };
        });
      });
    });
}
