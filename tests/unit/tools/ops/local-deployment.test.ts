import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listenLocally } from '../../../../tools/local/aws/json-server.ts';
import { openLocalDeployment } from '../../../../tools/ops/local-deployment.ts';

const outputs = Object.fromEntries(
  [
    ...['StateMachineArn', 'SourceBucketName', 'SourcePrefix', 'StagingBucketName', 'CheckpointTableName'],
    ...['AgentStateTableName', 'HistoricalQueueUrl', 'HistoricalDlqUrl', 'AgentEventDlqUrl'],
    ...['AgentEventDiscardsQueueUrl', 'FailedExecutionsQueueUrl', 'QuarantineQueueUrl'],
  ].map((name) => [name, 'x']),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acdhub-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('openLocalDeployment', () => {
  it('is not misled by a process that has got the id of a stack that was killed', async () => {
    const file = join(folder, 'stale.json');
    const server = await listenLocally(createServer());
    await server.close();
    const environment = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_SFN: server.url };
    await writeFile(file, JSON.stringify({ processId: process.pid, environment, outputs }));
    await expect(openLocalDeployment(file)).rejects.toMatchObject({
      name: 'AccessError',
      message: expect.stringContaining('does not run any more'),
    });
  });

  it.each([
    ['of no process', { processId: 0 }, 'does not run any more'],
    ['without its outputs', { processId: process.pid }, 'has no output StateMachineArn'],
    ['that is no JSON', 'garbage', 'cannot be read'],
  ])('takes a file %s for a stack that cannot be reached', async (_, content, message) => {
    const file = join(folder, 'stack.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    await expect(openLocalDeployment(file)).rejects.toMatchObject({
      name: 'AccessError',
      message: expect.stringContaining(message),
    });
  });
});
