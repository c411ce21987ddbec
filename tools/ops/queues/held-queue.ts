// A dead letter queue, looked through as a whole: its messages are held back from others meanwhile, and let go at the end.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface HeldMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: string | null;
}

export interface HeldQueue {
  /** Oldest first. */
  readonly messages: readonly HeldMessage[];
  /** There may be more. */
  readonly isCut: boolean;
  readonly remove: (messageId: string) => Promise<void>;
}

export interface HoldOptions {
  readonly maxCount: number;
  /** Longer than the work on all of them takes: afterwards others see them again. */
  readonly holdSeconds: number;
}

const batchSize = 10;
/** Without a wait only some of SQS's hosts are asked, and nothing may be answered although there is something. */
const longPollSeconds = 1;

/** Messages that can be received now, and those that are held by somebody or delayed. */
export async function countQueue(
  sqs: SQSClient,
  queueUrl: string,
): Promise<{ readonly waitingCount: number; readonly heldCount: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  const { ApproximateNumberOfMessagesNotVisible: held = 0, ApproximateNumberOfMessagesDelayed: delayed = 0 } =
    Attributes;
  return {
    waitingCount: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    heldCount: Number(held) + Number(delayed),
  };
}

function toHeld({ MessageId = '', Body = '', Attributes = {} }: Message): HeldMessage {
  const sentAtMs = Number(Attributes.SentTimestamp);
  return { messageId: MessageId, body: Body, sentAt: sentAtMs > 0 ? new Date(sentAtMs).toISOString() : null };
}

/** Messages that somebody holds: a queue that shows none is not empty for that. */
export async function countHeld(sqs: SQSClient, queueUrl: string): Promise<number> {
  return (await countQueue(sqs, queueUrl)).heldCount;
}

/** Holds the messages while `work` runs; what it does not remove is let go afterwards, also when it throws. */
export async function holdQueue<T>(
  sqs: SQSClient,
  queueUrl: string,
  { maxCount, holdSeconds }: HoldOptions,
  work: (queue: HeldQueue) => Promise<T>,
): Promise<T> {
  const receipts = new Map<string, string>();
  const messages = new Map<string, HeldMessage>();
  const letGo = async (): Promise<void> => {
    const handles = [...receipts.values()];
    for (let start = 0; start < handles.length; start += batchSize) {
      const Entries = handles
        .slice(start, start + batchSize)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  };
  try {
    let isEmpty = false;
    while (!isEmpty && messages.size < maxCount) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(batchSize, maxCount - messages.size),
          WaitTimeSeconds: longPollSeconds,
          VisibilityTimeout: holdSeconds,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      isEmpty = Messages.length === 0;
      for (const message of Messages) {
        const held = toHeld(message);
        receipts.set(held.messageId, message.ReceiptHandle ?? '');
        messages.set(held.messageId, held);
      }
    }
    return await work({
      messages: [...messages.values()].toSorted((a, b) => (a.sentAt ?? '').localeCompare(b.sentAt ?? '')),
      isCut: messages.size >= maxCount,
      async remove(messageId) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipts.get(messageId) }));
        receipts.delete(messageId);
      },
    });
  } finally {
    await letGo();
  }
}
