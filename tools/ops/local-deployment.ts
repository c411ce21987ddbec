// The local stack of a running `npm run local`, found by the file it writes.
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import { isJsonObject } from '../local/aws/json-value.ts';
import { presetStackFile } from '../local/stack-file.ts';
import type { Deployment } from './deployment.ts';
import { AccessError } from './ops-errors.ts';
import { toDeploymentNames } from './stack-outputs.ts';

const pollMs = 200;
const howToStart = 'Start it in another terminal: npm run local';

function isRunning(processId: unknown): boolean {
  // 0 and below name groups of processes.
  if (typeof processId !== 'number' || processId <= 0) return false;
  try {
    // Signal 0 asks whether the process is there.
    return process.kill(processId, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether anything listens there: a process id left in the file may belong to another process by now. */
function isListening(endpoint: string): Promise<boolean> {
  if (!URL.canParse(endpoint)) return Promise.resolve(false);
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}

function toTexts(value: unknown): Record<string, string> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(
    entries.flatMap(([key, text]: [string, unknown]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}

/** @throws AccessError when no local stack runs */
export async function openLocalDeployment(file: string = presetStackFile): Promise<Deployment> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new AccessError(`There is no local stack: ${file} cannot be read. ${howToStart}`, { cause: error });
  }
  const gone = new AccessError(`The local stack of ${file} does not run any more. ${howToStart}`);
  if (!isJsonObject(content) || !isRunning(content['processId'])) throw gone;
  const { hubSecretArn = '' } = toTexts(content);
  const environment = toTexts(content['environment']);
  const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY = '' } = environment;
  const names = toDeploymentNames(toTexts(content['outputs']), hubSecretArn, 'local stack');
  if (region === '') throw new AccessError(`The local stack's file ${file} is damaged. ${howToStart}`);
  if (!(await isListening(environment['AWS_ENDPOINT_URL_SFN'] ?? ''))) throw gone;
  const credentials = { accessKeyId, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const at = (service: string) => ({ region, credentials, endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '' });
  const clients = {
    s3: new S3Client(at('S3')),
    sqs: new SQSClient({ ...at('SQS'), useQueueUrlAsEndpoint: false }),
    dynamoDb: new DynamoDBClient(at('DYNAMODB')),
    sfn: new SFNClient(at('SFN')),
    secretsManager: new SecretsManagerClient(at('SECRETS_MANAGER')),
  };
  return {
    label: 'local',
    target: '--local',
    settings: parseSettings(content['settings'], file),
    names,
    clients: { ...clients, alarms: null },
    pollMs,
    allowHttpHub: true,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
