import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAgentStateStore } from '../../functions/lib/io/agent-state-store.ts';
import type { AgentStateRecord } from '../../schemas/agent-states.ts';
import { createCheckpointTable, startDynamoDb } from '../../tools/local/aws/dynamodb.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const dayMs = 86_400_000;
let database: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;

beforeAll(async () => {
  database = await startDynamoDb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ region: 'eu-central-1', credentials, endpoint: database.url });
  await createCheckpointTable(client, 'agent-states');
});
afterAll(async () => {
  client.destroy();
  await database.close();
});

const storeAt = (acdName: string, nowMs: number, timelineDays = 7) =>
  createAgentStateStore(client, { tableName: 'agent-states', acdName, keepDays: 60, timelineDays, nowMs: () => nowMs });
const stateAt = (second: number, eventId: string): AgentStateRecord => {
  const time = new Date(now + second * 1000).toISOString();
  return {
    ...{ agentValue: 'anna', agentId: 'anna', eventId, eventReason: '', activityCode: 'Open', status: 'Open' },
    ...{ mapped: true, mediaType: null, startTime: time, eventTime: time, sourceEventId: 'e', sequence: '1' },
  };
};

describe('the timelines of agents', () => {
  it('reads a day back in order, with one item for each batch and none for a repeated one', async () => {
    const store = storeAt('order', now);
    await store.appendToTimelines([stateAt(60, 'Break')]);
    await store.appendToTimelines([stateAt(0, 'LOGIN'), stateAt(0, 'Available')]);
    await store.appendToTimelines([stateAt(60, 'Break')]);
    await store.appendToTimelines([]);
    expect((await store.readTimelines('2026-11-21'))!.map(({ eventId }) => eventId)).toEqual([
      'LOGIN',
      'Available',
      'Break',
    ]);
    const { Count } = await DynamoDBDocumentClient.from(client).send(
      new QueryCommand({
        ...{ TableName: 'agent-states', KeyConditionExpression: 'pk = :pk' },
        ExpressionAttributeValues: { ':pk': 'order#timeline#2026-11-21' },
      }),
    );
    expect(Count).toBe(2);
  });

  it('knows nothing of a day without states, and not any more of one that is too old', async () => {
    await storeAt('age', now).appendToTimelines([stateAt(0, 'Available')]);
    expect(await storeAt('age', now).readTimelines('2026-11-20')).toBeNull();
    expect(await storeAt('age', now + 7 * dayMs).readTimelines('2026-11-21')).toHaveLength(1);
    expect(await storeAt('age', now + 9 * dayMs).readTimelines('2026-11-21')).toBeNull();
  });

  it('keeps nothing where the settings forbid it', async () => {
    const store = storeAt('off', now, 0);
    await store.appendToTimelines([stateAt(0, 'Available')]);
    expect(await store.readTimelines('2026-11-21')).toBeNull();
  });
});
