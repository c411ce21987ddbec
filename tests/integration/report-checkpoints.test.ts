import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { createCheckpointTable, type CheckpointTable } from '../../functions/lib/io/checkpoint-table.ts';
import { createReportCheckpoints, type ReportCheckpoints } from '../../functions/lib/io/report-checkpoints.ts';
import { checkpointKeys } from '../../schemas/checkpoint-items.ts';
import { createCheckpointTable as createTable, startDynamoDb } from '../../tools/local/aws/dynamodb.ts';

let database: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let table: CheckpointTable;
let checkpoints: ReportCheckpoints;

beforeAll(async () => {
  database = await startDynamoDb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ region: 'eu-central-1', credentials, endpoint: database.url });
  await createTable(client, 'checkpoints');
  table = createCheckpointTable(client, 'checkpoints', () => 1_000_000);
  checkpoints = createReportCheckpoints(table, 'acd', 60);
});
afterAll(async () => {
  client.destroy();
  await database.close();
});

const reportOf = (key: string) => ({ bucket: 'reports', key });
const upload = (sourceVersion: string, etag = 'e') => ({
  ...{ etag, uploadedAt: 'u', revision: 'r', contentSince: 'c', sourceVersion },
});
const batch = (batchId: string) => ({
  batchId,
  acceptedCount: 3,
  ignoredAsOlderCount: 1,
  rejectedCount: 0,
  rejectedIntervals: [],
});

describe('the checkpoint of a report', () => {
  it('is taken by the first upload and then by a newer one that has seen it', async () => {
    const report = reportOf('claimed');
    expect(await checkpoints.read(report)).toBeNull();
    expect(await checkpoints.claim(report, 'QR-1', upload('v1'), null)).toBe(true);
    expect(await checkpoints.claim(report, 'QR-1', upload('v2'), null)).toBe(false);
    const seen = await checkpoints.read(report);
    expect(seen).toEqual({ ...upload('v1'), reportId: 'QR-1', status: 'CLAIMED' });
    expect(await checkpoints.claim(report, 'QR-1', upload('v2'), seen)).toBe(true);
    expect(await checkpoints.claim(report, 'QR-1', upload('v3'), seen)).toBe(false);
  });

  it('is marked while it stands for that version, and not after a newer upload has taken it', async () => {
    const report = reportOf('marked');
    await checkpoints.claim(report, 'QR-1', upload('v1'), null);
    const seen = (await checkpoints.read(report))!;
    expect(await checkpoints.mark(report, seen, 'QUARANTINED', 'ReportFormatError')).toBe(true);
    expect(await checkpoints.read(report)).toMatchObject({ status: 'QUARANTINED', errorName: 'ReportFormatError' });
    expect(await checkpoints.mark(report, (await checkpoints.read(report))!, 'DELIVERED')).toBe(true);
    expect(await checkpoints.read(report)).toEqual({ ...seen, status: 'DELIVERED' });
    await checkpoints.claim(report, 'QR-1', upload('v2'), seen);
    expect(await checkpoints.mark(report, seen, 'DELIVERED')).toBe(false);
    expect(await checkpoints.read(report)).toMatchObject({ sourceVersion: 'v2', status: 'CLAIMED' });
  });

  it('[fault 13] never expires, while its batches do after the days the settings say', async () => {
    const report = reportOf('kept');
    await checkpoints.claim(report, 'QR-1', upload('v1'), null);
    await checkpoints.markBatch(report, 'v1', 0, batch('a'));
    const pk = checkpointKeys.report('acd', 'reports', 'kept');
    expect(await table.read({ pk, sk: checkpointKeys.checkpoint })).not.toHaveProperty('expiresAtEpochSeconds');
    const item = await table.read({ pk, sk: checkpointKeys.batch('v1', 0) });
    expect(item).toMatchObject({ expiresAtEpochSeconds: 1_000 + 60 * 86_400, updatedAt: '1970-01-01T00:16:40.000Z' });
  });

  it('of another ACD is another one', async () => {
    await checkpoints.claim(reportOf('acds'), 'QR-1', upload('v1'), null);
    expect(await createReportCheckpoints(table, 'renamed', 60).read(reportOf('acds'))).toBeNull();
  });

  it('that was changed by hand is named with its attribute', async () => {
    await table.write({ pk: checkpointKeys.report('acd', 'reports', 'broken'), sk: 'checkpoint', reportId: 1 });
    await expect(checkpoints.read(reportOf('broken'))).rejects.toBeInstanceOf(ConfigError);
    await expect(checkpoints.read(reportOf('broken'))).rejects.toThrow('"reportId"');
  });
});

describe('the batches of a report', () => {
  it('are listed by index for their version alone', async () => {
    const report = reportOf('batches');
    for (const index of [10, 2, 0]) await checkpoints.markBatch(report, 'v1', index, batch(`b${index}`));
    await checkpoints.markBatch(report, 'v10', 0, batch('other'));
    expect((await checkpoints.listBatches(report, 'v1')).map(({ batchId }) => batchId)).toEqual(['b0', 'b2', 'b10']);
    expect(await checkpoints.readBatch(report, 'v1', 2)).toEqual(batch('b2'));
    expect(await checkpoints.readBatch(report, 'v1', 3)).toBeNull();
  });

  it('keep their first acknowledgement, also when a twin brings another count', async () => {
    const report = reportOf('twins');
    await checkpoints.markBatch(report, 'v1', 0, { ...batch('a'), rejectedCount: 2, rejectsKey: 'rejects.csv' });
    await checkpoints.markBatch(report, 'v1', 0, batch('a'));
    expect(await checkpoints.readBatch(report, 'v1', 0)).toMatchObject({ rejectedCount: 2, rejectsKey: 'rejects.csv' });
  });

  it('[fault 24] are replaced when the version was staged anew in another way', async () => {
    const report = reportOf('anew');
    await checkpoints.markBatch(report, 'v1', 0, batch('a'));
    await checkpoints.markBatch(report, 'v1', 0, batch('b'));
    expect(await checkpoints.readBatch(report, 'v1', 0)).toEqual(batch('b'));
  });
});
