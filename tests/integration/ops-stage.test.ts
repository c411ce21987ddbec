import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import { listenLocally, type LocalServer } from '../../tools/local/aws/json-server.ts';
import { AccessError, toFailure, UsageError } from '../../tools/ops/ops-errors.ts';
import { openStageDeployment } from '../../tools/ops/stage-deployment.ts';

const shell = {
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL: '',
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const before = { ...process.env };
let server: LocalServer;
let answer = { status: 200, body: '' };
const requests: string[] = [];

beforeAll(async () => {
  const http: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      requests.push(body);
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
    });
  });
  server = await listenLocally(http);
  Object.assign(process.env, shell, { AWS_ENDPOINT_URL: server.url });
});
afterEach(() => {
  Object.assign(process.env, shell, { AWS_ENDPOINT_URL: server.url });
});
afterAll(async () => {
  for (const name of Object.keys(shell)) {
    if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before[name];
  }
  await server.close();
});

const settings = parseSettings({ acd: { name: 'acd' }, hub: { url: 'https://hub.example.com' } }, 'the test');
const open = () =>
  openStageDeployment('acme', () => Promise.resolve({ region: 'eu-west-1', hubSecretArn: 'arn:secret', settings }));

const outputs = {
  ...{ StateMachineArn: 'arn:machine', SourceBucketName: 'source', SourcePrefix: 'p/', StagingBucketName: 'staging' },
  ...{ CheckpointTableName: 'checkpoints', AgentStateTableName: 'states', HistoricalQueueUrl: 'https://q/1' },
  ...{ HistoricalDlqUrl: 'https://q/2', AgentEventDlqUrl: 'https://q/3', AgentEventDiscardsQueueUrl: 'https://q/4' },
  ...{ FailedExecutionsQueueUrl: 'https://q/5', QuarantineQueueUrl: 'https://q/6', AlarmTopicArn: 'arn:topic' },
};
const toStack = (of: object) =>
  '<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>x</StackName><Outputs>' +
  Object.entries(of)
    .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${String(value)}</OutputValue></member>`)
    .join('') +
  '</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>';
const toError = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

describe('openStageDeployment', () => {
  it('takes the names from the outputs of the stack of that stage', async () => {
    answer = { status: 200, body: toStack(outputs) };
    const deployment = await open();
    expect(requests.at(-1)).toContain('StackName=acdhub-amazon-connector-acme');
    expect(deployment).toMatchObject({
      ...{ label: 'acme', target: '--stage acme', allowHttpHub: false },
      names: {
        stateMachineArn: 'arn:machine',
        sourcePrefix: 'p/',
        alarmTopicArn: 'arn:topic',
        hubSecretArn: 'arn:secret',
      },
    });
    expect(await deployment.clients.s3.config.region()).toBe('eu-west-1');
    deployment.close();
  });

  it('names the outputs an older release does not have', async () => {
    const { QuarantineQueueUrl, ...rest } = outputs;
    expect(QuarantineQueueUrl).toBeDefined();
    answer = { status: 200, body: toStack(rest) };
    await expect(open()).rejects.toThrow('has no output QuarantineQueueUrl');
  });

  it('says that there is no such stack in this account', async () => {
    answer = { status: 400, body: toError('ValidationError', 'Stack with id x does not exist') };
    const error: unknown = await open().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AccessError);
    expect(String(error)).toContain('There is no stack acdhub-amazon-connector-acme in eu-west-1');
  });

  it('says whose right is missing', async () => {
    answer = { status: 403, body: toError('AccessDenied', 'User x is not authorized to perform DescribeStacks.') };
    const error: unknown = await open().catch((thrown: unknown) => thrown);
    expect(toFailure(error)).toMatchObject({ exitCode: 3, message: expect.stringContaining('not authorized') });
  });

  it('says that nobody is signed in', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) Reflect.deleteProperty(process.env, name);
    const error: unknown = await open().catch((thrown: unknown) => thrown);
    expect(toFailure(error)).toMatchObject({ exitCode: 3, message: expect.stringContaining('Sign in first') });
  });

  it('takes a mistake in the customer file for wrong usage', async () => {
    const opened = openStageDeployment('acme', () => Promise.reject(new ConfigError('customers/acme.yml: …')));
    await expect(opened).rejects.toBeInstanceOf(UsageError);
  });
});
