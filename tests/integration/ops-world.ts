// The operators' command against the real pipeline in the local stack, in this process: what it prints and how it exits.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import { toStackFile, writeStackFile } from '../../tools/local/stack-file.ts';
import { openLocalDeployment } from '../../tools/ops/local-deployment.ts';
import { runAcdhub } from '../../tools/ops/program.ts';
import { prefix, startPipeline, type Pipeline, type PipelineOptions } from '../statemachine/harness.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON. */
  readonly json: Record<string, unknown>;
}

export interface OpsWorld {
  readonly pipeline: Pipeline;
  readonly folder: string;
  /** One command line on the local stack, with --local. */
  run(...args: string[]): Promise<Ran>;
  /** The same with --json, on a clock that is `laterMs` ahead; the signal is Ctrl-C. */
  runJson(args: readonly string[], laterMs?: number, signal?: AbortSignal): Promise<Ran>;
  send(queueUrlVariable: string, body: string): Promise<void>;
  close(): Promise<void>;
}

export async function startOpsWorld(options: PipelineOptions = {}): Promise<OpsWorld> {
  const pipeline = await startPipeline(options);
  const folder = await mkdtemp(join(tmpdir(), 'acdhub-'));
  const stackFile = join(folder, 'stack.json');
  const hub = { url: pipeline.hub.url, timeoutSeconds: 5 };
  const settings = parseSettings({ acd: { name: 'test-acd' }, ...options.settings, hub }, 'the test');
  await writeStackFile(toStackFile(pipeline.stack, { prefix, hubUrl: hub.url, settings }), stackFile);
  const { environment } = pipeline.stack;
  const sqs = new SQSClient({
    region: environment['AWS_REGION']!,
    endpoint: environment['AWS_ENDPOINT_URL_SQS']!,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  const run = async (args: readonly string[], laterMs = 0, signal = new AbortController().signal): Promise<Ran> => {
    let stdout = '';
    let stderr = '';
    const errors = new PassThrough();
    errors.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const exitCode = await runAcdhub([...args, '--local'], {
      stdout: { write: (text: unknown) => Boolean((stdout += String(text))) },
      stderr: errors as unknown as NodeJS.WriteStream,
      environment: {},
      signal,
      nowMs: () => Date.now() + laterMs,
      openStage: () => Promise.reject(new Error('no stage here')),
      openLocal: async () => ({ ...(await openLocalDeployment(stackFile)), pollMs: 10 }),
    });
    return {
      ...{ exitCode, stdout, stderr },
      get json() {
        return JSON.parse(stdout) as Record<string, unknown>;
      },
    };
  };
  return {
    ...{ pipeline, folder },
    run: (...args) => run(args),
    runJson: (args, laterMs, signal) => run([...args, '--json'], laterMs, signal),
    async send(queueUrlVariable, body) {
      await sqs.send(new SendMessageCommand({ QueueUrl: environment[queueUrlVariable]!, MessageBody: body }));
    },
    async close() {
      sqs.destroy();
      await pipeline.close();
      await rm(folder, { recursive: true });
    },
  };
}
