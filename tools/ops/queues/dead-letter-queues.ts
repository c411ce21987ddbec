// The dead letter queues of the connector: what each message says, and what may be done with it.
import { parseObjectNotices } from '../../../functions/lib/domain/report-file/object-notice.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../local/aws/json-value.ts';
import { readCauseMessage } from '../../local/run/file-result.ts';
import type { DeploymentNames } from '../deployment.ts';
import { findCure } from '../executions/error-cures.ts';
import { UsageError } from '../ops-errors.ts';

export const queueNames = [
  'historical-dlq',
  'agent-event-dlq',
  'agent-event-discards',
  'failed-executions',
  'quarantine',
] as const;
export type QueueName = (typeof queueNames)[number];

export interface DeadLetterQueue {
  readonly name: QueueName;
  readonly holds: string;
  readonly url: string;
}

/** What a message is about, for a line of a table. */
export interface MessageFacts {
  readonly subject: string;
  readonly reason: string;
  readonly cure: string;
}

const holds: Readonly<Record<QueueName, string>> = {
  'historical-dlq': 'upload events start-ingest could not take',
  'agent-event-dlq': 'agent events that can never pass, and why',
  'agent-event-discards': 'batches of agent events that grew too old',
  'failed-executions': 'executions that failed, were stopped or timed out',
  quarantine: 'report files of which nothing was delivered',
};

/** In the order they are shown. */
export function listQueues(names: DeploymentNames): DeadLetterQueue[] {
  const urls: Readonly<Record<QueueName, string>> = {
    'historical-dlq': names.historicalDlqUrl,
    'agent-event-dlq': names.agentEventDlqUrl,
    'agent-event-discards': names.agentEventDiscardsQueueUrl,
    'failed-executions': names.failedExecutionsQueueUrl,
    quarantine: names.quarantineQueueUrl,
  };
  return queueNames.map((name) => ({ name, holds: holds[name], url: urls[name] }));
}

/** @throws UsageError naming the queues there are */
export function findQueue(names: DeploymentNames, name: string): DeadLetterQueue {
  const queue = listQueues(names).find((candidate) => candidate.name === name);
  if (queue !== undefined) return queue;
  throw new UsageError(`There is no queue "${name}": expected one of ${queueNames.join(', ')}`);
}

/** The message as JSON; an empty object when it is none. */
export function parseBody(body: string): JsonObject {
  try {
    const value = parseJson(body);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function readText(object: JsonObject, field: string): string {
  const value = object[field];
  return typeof value === 'string' ? value : '';
}

function describeNotice(body: string): MessageFacts {
  try {
    const keys = parseObjectNotices(body).map(({ key }) => key);
    if (keys.length === 0) {
      return { subject: '(no object)', reason: 'it announces no object', cure: 'Purge it.' };
    }
    const reason = 'start-ingest failed five times with it';
    return { subject: keys.join(', '), reason, cure: 'Replay it when the cause is gone: the log of start-ingest.' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { subject: '(unreadable)', reason, cure: 'Nothing can be started from it: purge it.' };
  }
}

function describeDiscard(body: string): MessageFacts {
  const { subject, reason } = describeNotice(body);
  if (subject.startsWith('(')) return { subject, reason, cure: 'Purge it.' };
  return {
    subject,
    reason: 'the hub or AWS failed for longer than agentEvents.maxRecordAgeHours',
    cure: 'Replay it: agents who have moved on meanwhile keep their newer state.',
  };
}

/** What an operator reads of a message. Never throws: a message of any form can lie in a queue. */
export function describeMessage(queue: QueueName, body: string): MessageFacts {
  const message = parseBody(body);
  switch (queue) {
    case 'historical-dlq':
      return describeNotice(body);
    case 'agent-event-discards':
      return describeDiscard(body);
    case 'agent-event-dlq':
      return {
        subject: `${readText(message, 'shardId')} ${readText(message, 'sequenceNumber')}`,
        reason: `${readText(message, 'fault')}: ${readText(message, 'reason')}`,
        cure: 'Mend what the reason says, then replay it; a record that is no agent event can only be purged.',
      };
    case 'failed-executions': {
      const detail = message['detail'];
      const facts = detail !== undefined && isJsonObject(detail) ? detail : {};
      const error = readText(facts, 'error') || readText(facts, 'status');
      const cause = readCauseMessage(readText(facts, 'cause'));
      return { subject: readText(facts, 'name'), reason: `${error}: ${cause}`, cure: findCure(error).cure };
    }
    case 'quarantine':
      return {
        subject: readText(message, 'key'),
        reason: `${readText(message, 'error')}: ${readText(message, 'cause')}`,
        cure: findCure(readText(message, 'error')).cure,
      };
  }
}
