// DynamoDB as the stores beside this file need it: strongly consistent reads and conditional writes, one item at a time.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { callAws, isConditionFailure, translateAwsError } from './aws-errors.ts';

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Attributes that must have these values for the write to happen; an empty object: the item must not exist. */
export type ExpectedAttributes = Readonly<Record<string, string | boolean>>;

export interface CheckpointTable {
  read(key: ItemKey): Promise<Record<string, unknown> | null>;
  /** Items of one partition whose sort key lies in [from, to], in order. */
  list(pk: string, from: string, to: string): Promise<Record<string, unknown>[]>;
  /** false when the item is not as expected. A write whose answer was lost looks the same: read and compare. */
  writeIf(item: ItemKey & Readonly<Record<string, unknown>>, expected: ExpectedAttributes): Promise<boolean>;
  write(item: ItemKey & Readonly<Record<string, unknown>>): Promise<void>;
  readonly nowMs: () => number;
}

/** @throws {CheckpointUnavailableError} {AccessDeniedError} {ConfigError} from every method, by DynamoDB's answer. */
export function createCheckpointTable(
  client: DynamoDBClient,
  tableName: string,
  nowMs: () => number = Date.now,
): CheckpointTable {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const call = <T>(what: string, run: () => Promise<T>) => callAws('checkpoint', `${what} the checkpoint table`, run);

  return {
    nowMs,
    async read({ pk, sk }) {
      const answer = await call('read', () =>
        documents.send(new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true })),
      );
      return answer.Item ?? null;
    },
    async list(pk, from, to) {
      const items: Record<string, unknown>[] = [];
      let startKey: Record<string, unknown> | undefined;
      do {
        const page = await call('read', () =>
          documents.send(
            new QueryCommand({
              TableName: tableName,
              ConsistentRead: true,
              KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
              ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
              ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
            }),
          ),
        );
        items.push(...(page.Items ?? []));
        startKey = page.LastEvaluatedKey;
      } while (startKey !== undefined);
      return items;
    },
    async writeIf(item, expected) {
      const names = Object.keys(expected);
      const condition =
        names.length === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: names.map((_, index) => `#a${index} = :a${index}`).join(' AND '),
              ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#a${index}`, name])),
              ExpressionAttributeValues: Object.fromEntries(names.map((name, index) => [`:a${index}`, expected[name]])),
            };
      try {
        await documents.send(new PutCommand({ TableName: tableName, Item: item, ...condition }));
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw translateAwsError(error, 'checkpoint', 'write the checkpoint table');
      }
    },
    async write(item) {
      await call('write', () => documents.send(new PutCommand({ TableName: tableName, Item: item })));
    },
  };
}
