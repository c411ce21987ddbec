// `.local/stack.json`: how another process finds the running local stack; the same names as the outputs of a deployed one.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../schemas/settings.ts';
import type { LocalStack } from './stack.ts';

export const presetStackFile = fileURLToPath(new URL('../../.local/stack.json', import.meta.url));

export interface StackFile {
  readonly processId: number;
  readonly startedAt: string;
  readonly hubUrl: string;
  /** Region, endpoints and the stack's own dummy credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** As the deployed stack's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly hubSecretArn: string;
  readonly settings: Settings;
}

/** Output of the deployed stack → variable of the local one. */
const variableOfOutput: Readonly<Record<string, string>> = {
  StateMachineArn: 'STATE_MACHINE_ARN',
  SourceBucketName: 'SOURCE_BUCKET',
  StagingBucketName: 'STAGING_BUCKET',
  CheckpointTableName: 'CHECKPOINT_TABLE',
  AgentStateTableName: 'AGENT_STATE_TABLE',
  HistoricalQueueUrl: 'HISTORICAL_QUEUE_URL',
  HistoricalDlqUrl: 'HISTORICAL_DLQ_URL',
  AgentEventDlqUrl: 'AGENT_EVENT_DLQ_URL',
  AgentEventDiscardsQueueUrl: 'AGENT_EVENT_DISCARDS_QUEUE_URL',
  FailedExecutionsQueueUrl: 'FAILED_EXECUTIONS_QUEUE_URL',
  QuarantineQueueUrl: 'QUARANTINE_QUEUE_URL',
};

export function toStackFile(
  stack: Pick<LocalStack, 'environment' | 'cliEnvironment' | 'agentEvents'>,
  { prefix, hubUrl, settings }: { prefix: string; hubUrl: string; settings: Settings },
): StackFile {
  const { environment, cliEnvironment, agentEvents } = stack;
  const outputs = new Map(
    Object.entries(variableOfOutput).map(([output, variable]) => [output, environment[variable] ?? '']),
  );
  return {
    processId: process.pid,
    startedAt: new Date().toISOString(),
    hubUrl,
    environment: cliEnvironment,
    outputs: {
      ...Object.fromEntries(outputs),
      SourcePrefix: prefix,
      ...(agentEvents === undefined ? {} : { KinesisStreamArn: agentEvents.streamArn }),
    },
    hubSecretArn: environment['HUB_SECRET_ARN'] ?? '',
    settings,
  };
}

/** Readable for this user alone: it names addresses that take anybody's figures. */
export async function writeStackFile(content: StackFile, file: string = presetStackFile): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

/** Removes the file, unless another local stack has written its own meanwhile. */
export async function removeStackFile(content: StackFile, file: string = presetStackFile): Promise<void> {
  const standing = await readFile(file, 'utf8').catch(() => '');
  if (standing === `${JSON.stringify(content, null, 2)}\n`) await rm(file);
}
