import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLocalDeployment } from '../../../../tools/ops/local-deployment.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acdhub-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('openLocalDeployment', () => {
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
