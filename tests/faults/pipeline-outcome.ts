// What stands at the end of a run through the local stack, for the oracle.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parse } from 'csv-parse/sync';
import { toRejectsKey, toReportId, toStagingFolder } from '../../functions/lib/domain/report-file/report-identity.ts';
import { createCheckpointTable } from '../../functions/lib/io/checkpoint-table.ts';
import { toClientOptions } from '../../functions/lib/runtime/clients.ts';
import { checkpointKeys } from '../../schemas/checkpoint-items.ts';
import { countApplications, type Pipeline } from '../statemachine/harness.ts';
import { listFinalUploads, type FinalReport, type Outcome } from './oracle.ts';
import type { Upload } from './simulation/generated-uploads.ts';
import { toEntity } from './simulation/simulated-hub.ts';

const acdName = 'test-acd';

/** Reads hub, checkpoints and staging bucket; `uploads` are those of this run, whose queue names belong to them alone. */
export async function readPipelineOutcome(pipeline: Pipeline, uploads: readonly Upload[]): Promise<Outcome> {
  const { environment } = pipeline.stack;
  const client = new DynamoDBClient(toClientOptions(environment, 'DYNAMODB'));
  const table = createCheckpointTable(client, environment['CHECKPOINT_TABLE']!);
  const bucket = environment['SOURCE_BUCKET']!;
  const readLines = async (stagedKey: string) => {
    const text = await pipeline.readStaged(stagedKey);
    return parse<Record<string, string>>(text, { columns: true, relax_column_count: true });
  };
  const messages = await pipeline.takeMessages('QUARANTINE_QUEUE_URL');
  const reports: FinalReport[] = [];
  for (const { key, series, runTime } of listFinalUploads(uploads)) {
    const item = await table.read({ pk: checkpointKeys.report(acdName, bucket, key), sk: checkpointKeys.checkpoint });
    const coverage =
      series === null
        ? null
        : await table.read({ pk: checkpointKeys.coverage(acdName, 'QR', series), sk: runTime ?? '' });
    const reportId = toReportId(bucket, key);
    const sourceVersion = String(item?.['sourceVersion']);
    const staged = await pipeline.listKeys('STAGING_BUCKET', toStagingFolder(reportId, sourceVersion));
    const rejectsKeys = staged.filter((stagedKey) => stagedKey === toRejectsKey(reportId, sourceVersion));
    const hubRejectsKeys = staged.filter((stagedKey) => stagedKey.includes('/hub-rejects-'));
    reports.push({
      key,
      status: item === null ? null : String(item['status']),
      coverage: coverage === null ? null : String(coverage['status']),
      rejectedLines: (await Promise.all(rejectsKeys.map(readLines))).flat().map(({ line }) => Number(line)),
      hubRejects: (await Promise.all(hubRejectsKeys.map(readLines)))
        .flat()
        .map(({ intervalStart = '', queueValue = '' }) => `${intervalStart}|${queueValue}|`),
      quarantineErrors: messages.filter((message) => message['key'] === key).map(({ error }) => String(error)),
    });
  }
  client.destroy();
  const entities = new Set(uploads.flatMap(({ rows }) => rows.map(({ entity }) => entity)));
  const standing = pipeline.hub.records('QR').filter(({ record }) => entities.has(toEntity(record)));
  const { running } = pipeline.stack.workflows.activity();
  return {
    uploads,
    hubFigures: new Map(
      standing.map(({ record }) => [
        toEntity(record),
        'handledShort' in record ? (record.handledShort ?? 0) + (record.handledLong ?? 0) : NaN,
      ]),
    ),
    applications: countApplications(pipeline.hub),
    hubConflicts: [],
    prematureMarks: [],
    reports,
    stuck: [...running],
  };
}
