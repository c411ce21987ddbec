// DynamoDB in this process, with the checkpoint table: keys `pk` and `sk`, both text.
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import createDynalite from 'dynalite';
import { listenLocally, type LocalServer } from './json-server.ts';

export function startDynamoDb(): Promise<LocalServer> {
  return listenLocally(createDynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }));
}

export async function createCheckpointTable(client: DynamoDBClient, tableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
}
