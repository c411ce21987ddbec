// Replaying the messages of one queue: one after another, and a message is removed only when its work is done.
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { StreamRecord } from '../../../functions/lib/domain/agent-states/agent-record.ts';
import { parseObjectNotices, type ObjectNotice } from '../../../functions/lib/domain/report-file/object-notice.ts';
import { openStores, type Deployment } from '../deployment.ts';
import { createReplay, readDeadLetter, readDiscardedRecords, type ReplayOutcome } from './agent-event-replay.ts';
import type { HeldMessage } from './held-queue.ts';

/** Queues whose messages can be replayed one by one; failed executions are redriven, quarantined files corrected. */
export type ReplayableQueue = 'historical-dlq' | 'agent-event-dlq' | 'agent-event-discards';

export interface MessageReplay {
  /** In the order in which they have to be replayed. */
  sort(messages: readonly HeldMessage[]): Promise<readonly HeldMessage[]>;
  /** Every error of AWS passes through; what the connector itself refuses is an outcome. */
  replay(message: HeldMessage): Promise<ReplayOutcome>;
}

const notDone = (result: string): ReplayOutcome => ({ isDone: false, result });

function readNotices(body: string): readonly ObjectNotice[] {
  try {
    return parseObjectNotices(body);
  } catch {
    return [];
  }
}

function createHistoricalReplay({ clients, names }: Deployment): MessageReplay {
  return {
    sort: (messages) => Promise.resolve(messages),
    async replay({ body }) {
      if (readNotices(body).length === 0) return notDone('it announces no object: it would come back; purge it');
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: names.historicalQueueUrl, MessageBody: body }));
      return { isDone: true, result: 'back in the Historical queue' };
    },
  };
}

/** Sequence numbers are digits of any length. */
function compareRecords(a: StreamRecord, b: StreamRecord): number {
  if (a.shardId !== b.shardId) return a.shardId < b.shardId ? -1 : 1;
  const [one, other] = [BigInt(a.sequenceNumber), BigInt(b.sequenceNumber)];
  return one < other ? -1 : Number(one > other);
}

/** By shard and sequence number; what holds no record comes last. */
function sortByRecord(messages: readonly HeldMessage[], recordOf: ReadonlyMap<string, StreamRecord>): HeldMessage[] {
  return messages.toSorted((a, b) => {
    const [one, other] = [recordOf.get(a.messageId), recordOf.get(b.messageId)];
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
    return compareRecords(one, other);
  });
}

function createAgentEventReplay(
  deployment: Deployment,
  queue: 'agent-event-dlq' | 'agent-event-discards',
  readRecords: (message: HeldMessage) => Promise<readonly StreamRecord[] | null>,
): MessageReplay {
  const replayRecords = createReplay(deployment, openStores(deployment), queue);
  const records = new Map<string, readonly StreamRecord[]>();
  return {
    async sort(messages) {
      const first = new Map<string, StreamRecord>();
      for (const message of messages) {
        const found = (await readRecords(message)) ?? [];
        records.set(message.messageId, found);
        const isNumbered = found.every(({ sequenceNumber }) => /^\d+$/.test(sequenceNumber));
        if (found[0] !== undefined && isNumbered) first.set(message.messageId, found[0]);
        else records.set(message.messageId, []);
      }
      return sortByRecord(messages, first);
    },
    async replay({ messageId }) {
      const found = records.get(messageId) ?? [];
      return found.length === 0 ? notDone('its record is nowhere to be found: purge it') : replayRecords(found);
    },
  };
}

/** How messages of this queue are replayed. */
export function openReplay(deployment: Deployment, queue: ReplayableQueue): MessageReplay {
  const { staging } = openStores(deployment);
  switch (queue) {
    case 'historical-dlq':
      return createHistoricalReplay(deployment);
    case 'agent-event-dlq':
      return createAgentEventReplay(deployment, queue, async ({ body }) => {
        const record = await readDeadLetter(body, staging);
        return record === null ? null : [record];
      });
    case 'agent-event-discards':
      return createAgentEventReplay(deployment, queue, async ({ body }) => {
        const [notice] = readNotices(body);
        const object = notice === undefined ? null : await staging.read(notice.key);
        return object === null ? null : readDiscardedRecords(object);
      });
  }
}
