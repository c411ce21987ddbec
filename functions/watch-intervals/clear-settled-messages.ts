// The queue of failed executions holds what somebody has to look at: what was settled since leaves it.
import { parseStatusEvent } from '../lib/domain/coverage/failed-executions.ts';
import type { FailedExecutionsQueue, QueuedMessage } from '../lib/io/failed-executions-queue.ts';

const mostReceived = 1000;

/**
 * Removes the messages of executions that are settled. Every other message stays; a message of unknown form, too.
 * @param isSettled asked once for each execution
 */
export async function clearSettledMessages(
  queue: FailedExecutionsQueue,
  isSettled: (executionArn: string) => Promise<boolean>,
): Promise<{ readonly removedCount: number; readonly keptCount: number; readonly limits: readonly string[] }> {
  const kept = new Map<string, QueuedMessage>();
  const verdicts = new Map<string, boolean>();
  let removedCount = 0;
  let isWhole = false;
  try {
    while (!isWhole && removedCount + kept.size < mostReceived) {
      const messages = await queue.receive();
      // A message that comes a second time has been everybody's turn before.
      isWhole = messages.length === 0 || messages.some(({ messageId }) => kept.has(messageId));
      const settled: QueuedMessage[] = [];
      for (const message of messages) {
        const executionArn = parseStatusEvent(message.body);
        const verdict = executionArn !== null && (verdicts.get(executionArn) ?? (await isSettled(executionArn)));
        if (executionArn !== null) verdicts.set(executionArn, verdict);
        if (verdict) settled.push(message);
        else kept.set(message.messageId, message);
      }
      await queue.remove(settled);
      removedCount += settled.length;
    }
  } finally {
    await queue.release([...kept.values()]);
  }
  const limits = isWhole ? [] : [`More than ${mostReceived} messages wait in the queue of failed executions`];
  return { removedCount, keptCount: kept.size, limits };
}
