import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, CheckpointUnavailableError } from '../../functions/lib/domain/errors.ts';
import { createCheckpointTable, type CheckpointTable } from '../../functions/lib/io/checkpoint-table.ts';
import { createCheckpointTable as createTable, startDynamoDb } from '../../tools/local/aws/dynamodb.ts';

const options = { region: 'eu-central-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
let database: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let table: CheckpointTable;

beforeAll(async () => {
  database = await startDynamoDb();
  client = new DynamoDBClient({ ...options, endpoint: database.url });
  await createTable(client, 'checkpoints');
  table = createCheckpointTable(client, 'checkpoints', () => 1_000);
});
afterAll(async () => {
  client.destroy();
  await database.close();
});

describe('the checkpoint table', () => {
  it('gives back what was written, without the attributes that have no value', async () => {
    await table.write({ pk: 'a', sk: '1', status: 'CLAIMED', errorName: undefined, missing: ['x'] });
    expect(await table.read({ pk: 'a', sk: '1' })).toEqual({ pk: 'a', sk: '1', status: 'CLAIMED', missing: ['x'] });
    expect(await table.read({ pk: 'a', sk: '2' })).toBeNull();
  });

  it('writes a new item once: the second writer learns that it is there', async () => {
    expect(await table.writeIf({ pk: 'once', sk: '1', by: 'first' }, {})).toBe(true);
    expect(await table.writeIf({ pk: 'once', sk: '1', by: 'second' }, {})).toBe(false);
    expect(await table.read({ pk: 'once', sk: '1' })).toMatchObject({ by: 'first' });
  });

  it('changes an item only while all expected attributes stand', async () => {
    await table.write({ pk: 'if', sk: '1', status: 'CLAIMED', isDelivered: false });
    const item = { pk: 'if', sk: '1', status: 'DELIVERED', isDelivered: true };
    expect(await table.writeIf(item, { status: 'CLAIMED', isDelivered: true })).toBe(false);
    expect(await table.writeIf(item, { status: 'CLAIMED', isDelivered: false })).toBe(true);
    expect(await table.writeIf(item, { status: 'CLAIMED' })).toBe(false);
    expect(await table.writeIf({ pk: 'if', sk: 'none', status: 'x' }, { status: 'CLAIMED' })).toBe(false);
  });

  it('lets one of many writers at a time through', async () => {
    const writers = Array.from({ length: 20 }, (_, by) => table.writeIf({ pk: 'race', sk: '1', by }, {}));
    expect((await Promise.all(writers)).filter(Boolean)).toHaveLength(1);
  });

  it('lists a range of one partition in order, over as many pages as it takes', async () => {
    const text = 'x'.repeat(200_000);
    for (let index = 0; index < 12; index += 1) {
      await table.write({ pk: 'list', sk: String(index).padStart(2, '0'), text });
    }
    await table.write({ pk: 'list too', sk: '05' });
    const items = await table.list('list', '01', '10');
    expect(items.map(({ sk }) => sk)).toEqual(['01', '02', '03', '04', '05', '06', '07', '08', '09', '10']);
  });

  it('that is not there is a mistake of the deployment, and one that does not answer is not', async () => {
    const missing = createCheckpointTable(client, 'other');
    await expect(missing.read({ pk: 'a', sk: '1' })).rejects.toBeInstanceOf(ConfigError);
    await expect(missing.writeIf({ pk: 'a', sk: '1' }, {})).rejects.toBeInstanceOf(ConfigError);
    // Jest's errors are not Node's: the SDK would wrap one of the network and lose its code, which it does not elsewhere.
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const requestHandler = { handle: () => Promise.reject(refused) };
    const closed = new DynamoDBClient({ ...options, endpoint: database.url, maxAttempts: 1, requestHandler });
    const unreachable = createCheckpointTable(closed, 'checkpoints');
    await expect(unreachable.write({ pk: 'a', sk: '1' })).rejects.toBeInstanceOf(CheckpointUnavailableError);
    await expect(unreachable.writeIf({ pk: 'a', sk: '1' }, {})).rejects.toBeInstanceOf(CheckpointUnavailableError);
    closed.destroy();
  });
});
