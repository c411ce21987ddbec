import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCheckpointTable, type CheckpointTable } from '../../functions/lib/io/checkpoint-table.ts';
import { createSeriesLedger, type Arrival, type SeriesLedger } from '../../functions/lib/io/series-ledger.ts';
import { createHandler } from '../../functions/validate-spacing/handler.ts';
import { checkpointKeys } from '../../schemas/checkpoint-items.ts';
import type { Spacing } from '../../schemas/state.ts';
import { createCheckpointTable as createTable, startDynamoDb } from '../../tools/local/aws/dynamodb.ts';

let database: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let table: CheckpointTable;
let ledger: SeriesLedger;

beforeAll(async () => {
  database = await startDynamoDb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ region: 'eu-central-1', credentials, endpoint: database.url });
  await createTable(client, 'checkpoints');
  table = createCheckpointTable(client, 'checkpoints', () => 1_000_000);
  ledger = createSeriesLedger(table, 'acd', 60);
});
afterAll(async () => {
  client.destroy();
  await database.close();
});

const at = (quarter: number) => new Date(Date.UTC(2026, 10, 22) + quarter * 900_000).toISOString();
const key = (series: string, quarter: number) => ({ kind: 'QR', series, runTime: at(quarter) }) as const;
const spacing: Spacing = { verdict: 'gap', missing: [at(1)], missingCount: 1 };
const arrival: Arrival = { reportId: 'QR-1', sourceVersion: 'v1', spacing, status: 'RECEIVED' };

describe('a series', () => {
  it('moves its last run time forward and never back', async () => {
    expect(await ledger.readLastRunTime('QR', 'QR-a')).toBeNull();
    expect(await ledger.advance(key('QR-a', 4), null)).toBe(true);
    expect(await ledger.advance(key('QR-a', 2), at(4))).toBe(true);
    expect(await ledger.readLastRunTime('QR', 'QR-a')).toBe(at(4));
    expect(await ledger.advance(key('QR-a', 5), at(4))).toBe(true);
    expect(await ledger.readLastRunTime('QR', 'QR-a')).toBe(at(5));
  });

  it('says so when somebody else has moved it meanwhile', async () => {
    await ledger.advance(key('QR-b', 4), null);
    expect(await ledger.advance(key('QR-b', 5), null)).toBe(false);
    expect(await ledger.advance(key('QR-b', 6), at(3))).toBe(false);
    expect(await ledger.readLastRunTime('QR', 'QR-b')).toBe(at(4));
  });

  it('keeps the run time of the first file that came, also when an earlier one follows', async () => {
    await ledger.advance(key('QR-first', 4), null);
    await ledger.advance(key('QR-first', 2), at(4));
    await ledger.advance(key('QR-first', 9), at(4));
    expect(await ledger.listSpans('QR')).toContainEqual({ kind: 'QR', series: 'QR-first', firstRunTime: at(4) });
  });

  it('is registered for ever, by kind', async () => {
    await ledger.advance({ kind: 'AQR', series: 'AQR Größe', runTime: at(4) }, null);
    await ledger.advance({ kind: 'AQR', series: 'AQR', runTime: at(4) }, null);
    expect(await ledger.listSeries('AQR')).toEqual(['AQR', 'AQR Größe']);
    const item = await table.read({ pk: checkpointKeys.seriesRegistry('acd', 'AQR'), sk: 'AQR' });
    expect(item).not.toHaveProperty('expiresAtEpochSeconds');
  });
});

describe('the arrival of a file', () => {
  it('is written if the entry is as it was seen, and read back whole', async () => {
    const of = key('QR-c', 4);
    expect(await ledger.readArrival(of)).toBeNull();
    expect(await ledger.writeArrival(of, arrival, null)).toBe(true);
    expect(await ledger.writeArrival(of, arrival, null)).toBe(false);
    expect(await ledger.readArrival(of)).toEqual(arrival);
    const delivered = { ...arrival, status: 'DELIVERED', rowCount: 0, rejectedRowCount: 0 } as const;
    expect(await ledger.writeArrival(of, delivered, { ...arrival, sourceVersion: 'v0' })).toBe(false);
    expect(await ledger.writeArrival(of, delivered, arrival)).toBe(true);
    expect(await ledger.readArrival(of)).toEqual(delivered);
  });

  it('is listed for its series by run time', async () => {
    for (const quarter of [9, 3, 6]) await ledger.writeArrival(key('QR-d', quarter), arrival, null);
    await ledger.writeArrival(key('QR-d2', 6), arrival, null);
    const listed = await ledger.listArrivals({ kind: 'QR', series: 'QR-d' }, at(3), at(6));
    expect(listed.map(({ runTime }) => runTime)).toEqual([at(3), at(6)]);
  });
});

describe('validate-spacing on the ledger', () => {
  const validateSpacing = (series: string, quarter: number, sourceVersion = 'v1') =>
    createHandler({ ledger })({
      object: { bucket: 'b', key: 'k', etag: 'e', sizeBytes: 1, uploadedAt: at(90) },
      revision: at(90),
      claim: { status: 'CLAIMED', sourceVersion, isResend: false },
      report: {
        ...{ status: 'KNOWN', reportId: 'r', fileName: 'f', kind: 'QR', series, runTime: at(quarter) },
        isReloadFile: false,
      },
    });

  it('[fault 6] repeats its verdict for a second attempt, also after newer files have come', async () => {
    await validateSpacing('QR-e', 0);
    const first = await validateSpacing('QR-e', 2);
    expect(first).toMatchObject({ verdict: 'gap', missing: [at(1)] });
    await validateSpacing('QR-e', 3);
    expect(await validateSpacing('QR-e', 2)).toEqual(first);
    expect((await validateSpacing('QR-e', 2, 'v2')).verdict).toBe('reload');
  });

  it('leaves the entry of a newer upload of the same run time as it is', async () => {
    await validateSpacing('QR-f', 0, 'v2');
    expect((await validateSpacing('QR-f', 0, 'v1')).verdict).toBe('reload');
    expect(await ledger.readArrival(key('QR-f', 0))).toMatchObject({ sourceVersion: 'v2' });
  });

  it('ends at the latest run time when many files come at once', async () => {
    const quarters = [5, 1, 4, 2, 0, 3];
    await Promise.all(quarters.map((quarter) => validateSpacing('QR-g', quarter)));
    expect(await ledger.readLastRunTime('QR', 'QR-g')).toBe(at(5));
    expect(await ledger.listArrivals({ kind: 'QR', series: 'QR-g' }, at(0), at(9))).toHaveLength(6);
  });
});
