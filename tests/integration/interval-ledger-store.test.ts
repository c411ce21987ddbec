import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CheckpointConflictError } from '../../functions/lib/domain/errors.ts';
import { createCheckpointTable, type CheckpointTable } from '../../functions/lib/io/checkpoint-table.ts';
import { createIntervalLedger, type IntervalLedger } from '../../functions/lib/io/interval-ledger-store.ts';
import { createCheckpointTable as createTable, startDynamoDb } from '../../tools/local/aws/dynamodb.ts';

let database: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let table: CheckpointTable;
let ledger: IntervalLedger;

beforeAll(async () => {
  database = await startDynamoDb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ region: 'eu-central-1', credentials, endpoint: database.url });
  await createTable(client, 'checkpoints');
  table = createCheckpointTable(client, 'checkpoints');
  ledger = createIntervalLedger(table, 'acd', 60);
});
afterAll(async () => {
  client.destroy();
  await database.close();
});

// Each test has a day of its own: the ledger is one for all series of a kind.
const at = (day: number, quarter: number) => new Date(Date.UTC(2026, 10, day) + quarter * 900_000).toISOString();
const source = (series: string | null, sourceVersion: string, isResend = false) =>
  ({ kind: 'QR', series, sourceVersion, isResend }) as const;
const contents = (day: number, hashes: readonly string[]) =>
  hashes.map((contentHash, quarter) => ({ intervalStart: at(day, quarter), contentHash, recordCount: 2 }));
const actions = (settled: readonly { action: string }[]) => settled.map(({ action }) => action);

describe('settling intervals', () => {
  it('answers in the order of the request, and leaves out what was delivered unchanged', async () => {
    const first = await ledger.settle(source('QR', 'v1'), contents(1, ['A', 'B']));
    expect(actions(first)).toEqual(['send', 'send']);
    await ledger.markDelivered(source('QR', 'v1'), first);
    const second = await ledger.settle(source('QR', 'v2'), contents(1, ['A', 'C', 'D']));
    expect(second.map(({ intervalStart }) => intervalStart)).toEqual([0, 1, 2].map((quarter) => at(1, quarter)));
    expect(actions(second)).toEqual(['unchanged', 'send', 'send']);
  });

  it('of a file without rows touches nothing', async () => {
    expect(await ledger.settle(source('QR', 'v1'), [])).toEqual([]);
  });

  it('keeps series apart: another series of the kind has other queues in the same interval', async () => {
    await ledger.markDelivered(source('QR-a', 'v1'), await ledger.settle(source('QR-a', 'v1'), contents(2, ['A'])));
    expect(actions(await ledger.settle(source('QR-b', 'v2'), contents(2, ['A'])))).toEqual(['send']);
    expect(actions(await ledger.settle(source('QR-a', 'v2'), contents(2, ['A'])))).toEqual(['unchanged']);
  });

  it('marks as delivered only what still stands for the version that was sent', async () => {
    const first = await ledger.settle(source('QR', 'v1'), contents(3, ['A', 'B']));
    await ledger.settle(source('QR', 'v2'), contents(3, ['C']));
    await ledger.markDelivered(source('QR', 'v1'), first);
    const third = await ledger.settle(source('QR', 'v3'), contents(3, ['C', 'B']));
    expect(actions(third)).toEqual(['send', 'unchanged']);
  });

  it('[fault 13] by two attempts of one version at once comes to the same decisions', async () => {
    const attempts = await Promise.all(
      [1, 2, 3].map(() => ledger.settle(source('QR', 'v1'), contents(4, ['A', 'B', 'C', 'D']))),
    );
    expect(attempts.map(actions)).toEqual(attempts.map(() => ['send', 'send', 'send', 'send']));
  });

  it('by many files at once leaves the newest one in the ledger', async () => {
    const versions = ['v3', 'v1', 'v5', 'v2', 'v4'];
    await Promise.all(versions.map((version) => ledger.settle(source('QR', version), contents(5, [version]))));
    const [again] = await ledger.settle(source('QR', 'v5'), contents(5, ['v5']));
    expect(again!.action).toBe('send');
    const fresh = await ledger.settle(source('QR', 'v6', true), contents(5, ['v5']));
    expect(actions(fresh)).toEqual(['send']);
  });

  it('gives up with a retryable error when the entry keeps changing', async () => {
    const restless: CheckpointTable = { ...table, writeIf: () => Promise.resolve(false) };
    const attempt = createIntervalLedger(restless, 'acd', 60).settle(source('QR', 'v1'), contents(6, ['A']));
    await expect(attempt).rejects.toBeInstanceOf(CheckpointConflictError);
    await expect(attempt).rejects.toThrow(at(6, 0));
  });
});

describe('a reload file', () => {
  it('makes the series send the intervals it touched again, and no others', async () => {
    const first = await ledger.settle(source('QR', 'v1'), contents(7, ['A', 'B', 'C']));
    await ledger.markDelivered(source('QR', 'v1'), first);
    // Quarters 0 and 2: the one between is not in the file.
    const reload = contents(7, ['X', '-', 'Y']).filter(({ contentHash }) => contentHash !== '-');
    const settled = await ledger.settle(source(null, 'v2', true), reload);
    expect(actions(settled)).toEqual(['send', 'send']);
    await ledger.markDelivered(source(null, 'v2', true), settled);
    const next = await ledger.settle(source('QR', 'v3'), contents(7, ['A', 'B', 'C']));
    expect(actions(next)).toEqual(['send', 'unchanged', 'send']);
  });

  it('makes the series send an interval again also where an older file was marked only after it', async () => {
    const older = await ledger.settle(source('QR', 'v1'), contents(8, ['A']));
    await ledger.settle(source(null, 'v2', true), contents(8, ['X']));
    await ledger.markDelivered(source('QR', 'v1'), older);
    expect(actions(await ledger.settle(source('QR', 'v3'), contents(8, ['A'])))).toEqual(['send']);
  });
});

describe('a reload file whose event comes late', () => {
  const deliver = async (from: ReturnType<typeof source>, hashes: ReturnType<typeof contents>) => {
    const settled = await ledger.settle(from, hashes);
    await ledger.markDelivered(from, settled);
    return actions(settled);
  };

  it('is sent, and makes the series send the interval again that a newer file has found unchanged', async () => {
    await deliver(source('QR', 'v1'), contents(9, ['A']));
    expect(await deliver(source('QR', 'v3'), contents(9, ['A']))).toEqual(['unchanged']);
    expect(await deliver(source(null, 'v2', true), contents(9, ['X']))).toEqual(['send']);
    expect(await deliver(source('QR', 'v4'), contents(9, ['A']))).toEqual(['send']);
  });

  it('is seen by a file that had looked before, and found its entry changed when it wrote', async () => {
    const older = await ledger.settle(source('QR', 'v1'), contents(10, ['A']));
    let isLate = true;
    const late: CheckpointTable = {
      ...table,
      writeIf: async (...args) => {
        if (isLate) {
          isLate = false;
          await deliver(source(null, 'v2', true), contents(10, ['X']));
          await ledger.markDelivered(source('QR', 'v1'), older);
        }
        return table.writeIf(...args);
      },
    };
    const settled = await createIntervalLedger(late, 'acd', 60).settle(source('QR', 'v3'), contents(10, ['A']));
    expect(actions(settled)).toEqual(['send']);
  });

  it.each([0, 1, 2, 3])(
    'and a file that finds the interval unchanged at the same time do not miss each other: %d calls apart',
    async (callCount) => {
      const day = 13 + callCount;
      await deliver(source('QR', 'v1'), contents(day, ['A']));
      let callsLeft = callCount;
      let lookBack: Promise<string[]> | undefined;
      const meanwhile = async () => {
        callsLeft -= 1;
        if (callsLeft < 0) lookBack ??= deliver(source('QR', 'v3'), contents(day, ['A']));
        await lookBack;
      };
      const interrupted: CheckpointTable = {
        ...table,
        list: async (...args) => {
          const items = await table.list(...args);
          await meanwhile();
          return items;
        },
        writeIf: async (...args) => {
          await meanwhile();
          return table.writeIf(...args);
        },
      };
      const reload = createIntervalLedger(interrupted, 'acd', 60);
      const reloaded = actions(await reload.settle(source(null, 'v2', true), contents(day, ['X'])));
      expect(reloaded).toEqual(['send']);
      // Sent by this file or by the next one: never by none.
      const next = await deliver(source('QR', 'v4'), contents(day, ['A']));
      expect([...((await lookBack) ?? []), ...next]).toContain('send');
    },
  );
});

describe('listing intervals', () => {
  it('tells of every series what stands in the hub or is on its way', async () => {
    const settled = await ledger.settle(source('QR-x#1', 'v1'), contents(20, ['A', 'B']));
    await ledger.markDelivered(source('QR-x#1', 'v1'), settled.slice(0, 1));
    expect(await ledger.list('QR', at(20, 0), at(20, 1))).toEqual([
      { intervalStart: at(20, 0), series: 'QR-x#1', sourceVersion: 'v1', isDelivered: true },
      { intervalStart: at(20, 1), series: 'QR-x#1', sourceVersion: 'v1', isDelivered: false },
    ]);
  });
});
