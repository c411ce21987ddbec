import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { queueReport, reportKey } from '../statemachine/harness.ts';
import { agentEvent, instant, snapshot } from '../unit/agent-event-builder.ts';
import { startOpsWorld, type OpsWorld } from './ops-world.ts';

let world: OpsWorld;
beforeAll(async () => {
  world = await startOpsWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  for (const queue of ['AGENT_EVENT_DLQ_URL', 'HISTORICAL_DLQ_URL', 'AGENT_EVENT_DISCARDS_QUEUE_URL']) {
    await world.pipeline.takeMessages(queue);
  }
});

interface Handled {
  readonly messages: readonly {
    readonly isRemoved: boolean | null;
    readonly result: string;
    readonly reason: string;
  }[];
}

const handled = (json: Record<string, unknown>) => (json as unknown as Handled).messages;
const streamArn = 'arn:aws:kinesis:eu-central-1:000000000000:stream/s';

function deadLetter(payload: string, sequenceNumber = '49590000001') {
  return JSON.stringify({
    ...{ deadLetterId: sequenceNumber, fault: 'hub', reason: 'the hub did not know the agent', streamArn },
    ...{ shardId: 'shardId-000000000000', sequenceNumber, partitionKey: 'p', arrivedAt: instant(100) },
    ...{ sizeBytes: payload.length, payload, payloadEncoding: 'utf8', payloadKey: null },
  });
}

const stateOf = (login: string) =>
  world.pipeline.hub.agentTransitions.filter(({ agentValue }) => agentValue === login).map(({ eventId }) => eventId);

/** Somebody else receives the queue's message; the answer removes it. */
async function hold(queueUrlVariable: string): Promise<() => Promise<void>> {
  const { environment } = world.pipeline.stack;
  const sqs = new SQSClient({
    ...{ region: environment['AWS_REGION']!, endpoint: environment['AWS_ENDPOINT_URL_SQS']! },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const QueueUrl = environment[queueUrlVariable]!;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 600 }));
  return async () => {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]!.ReceiptHandle! }));
    sqs.destroy();
  };
}

describe('acdhub dlq replay agent-event-dlq', () => {
  it('sends the event to the hub, in order of the stream, and then removes the message', async () => {
    const later = agentEvent({ login: 'berta', seconds: 20, current: snapshot('Break') });
    const earlier = agentEvent({ login: 'berta', seconds: 10, current: snapshot('Available') });
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter(JSON.stringify(later), '100'));
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter(JSON.stringify(earlier), '99'));
    const { exitCode, json } = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    expect(exitCode).toBe(0);
    expect(handled(json)).toMatchObject([
      { isRemoved: true, result: '1 delivered' },
      { isRemoved: true, result: '1 delivered' },
    ]);
    expect(stateOf('berta')).toEqual(['Available', 'Break']);
    expect(await world.pipeline.takeMessages('AGENT_EVENT_DLQ_URL')).toEqual([]);
  });

  it('leaves a message that fails again where it is, and sends no second one', async () => {
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter('no event'));
    const { exitCode, json } = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    expect(exitCode).toBe(1);
    expect(handled(json)).toMatchObject([{ isRemoved: false, result: expect.stringContaining('json: ') }]);
    expect(await world.pipeline.takeMessages('AGENT_EVENT_DLQ_URL')).toHaveLength(1);
  });

  it('leaves the message while the hub is down', async () => {
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter(JSON.stringify(agentEvent({ login: 'carl', seconds: 5 }))));
    world.pipeline.hub.setDown(true);
    const down = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    world.pipeline.hub.setDown(false);
    expect(handled(down.json)).toMatchObject([
      { isRemoved: false, result: expect.stringContaining('HubUnavailableError') },
    ]);
    const up = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    expect(up.exitCode).toBe(0);
    expect(stateOf('carl')).toEqual(['Available']);
  });

  it('delivers what the hub had refused, although the agent has sent heartbeats since', async () => {
    const { hub, stack } = world.pipeline;
    const event = agentEvent({ login: 'frida', seconds: 10, current: snapshot('Break') });
    const heartbeat = agentEvent({ login: 'frida', seconds: 130, type: 'HEART_BEAT', current: snapshot('Break') });
    hub.refuseStates(({ agentValue }) => (agentValue === 'frida' ? 'unknown agent' : null));
    await stack.putAgentEvents([JSON.stringify(event), JSON.stringify(heartbeat)]);
    await stack.idle();
    const refused = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    hub.refuseStates(null);
    const replayed = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    expect(handled(refused.json)).toMatchObject([{ isRemoved: false, result: 'hub: unknown agent' }]);
    expect(handled(replayed.json)).toMatchObject([{ isRemoved: true, result: '1 delivered' }]);
    expect(stateOf('frida')).toEqual(['Break']);
  });

  it('does not take an agent back to an older state', async () => {
    const newer = agentEvent({ login: 'dora', seconds: 60, current: snapshot('Break') });
    const older = agentEvent({ login: 'dora', seconds: 30 });
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter(JSON.stringify(newer), '200'));
    await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter(JSON.stringify(older), '150'));
    const { json } = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    expect(handled(json)).toMatchObject([{ isRemoved: true, result: '1 stale' }]);
    expect(stateOf('dora')).toEqual(['Break']);
  });
});

describe('acdhub dlq replay', () => {
  it('[fault 20] of a discarded batch reads the payload from the staging bucket', async () => {
    const event = agentEvent({ login: 'emil', seconds: 10 });
    const data = Buffer.from(JSON.stringify(event)).toString('base64');
    const Records = [
      {
        ...{ eventID: 'shardId-000000000000:300', eventSourceARN: streamArn },
        kinesis: { sequenceNumber: '300', partitionKey: 'p', data, approximateArrivalTimestamp: 1_800_000_000.5 },
      },
    ];
    const key = 'discards/shardId-000000000000/2026/11/22/x';
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const Bucket = world.pipeline.stack.environment['STAGING_BUCKET']!;
    const Body = JSON.stringify({ version: '1.0', payload: JSON.stringify({ Records }) });
    await world.pipeline.s3.send(new PutObjectCommand({ Bucket, Key: key, Body }));
    await world.pipeline.stack.idle();
    const { exitCode, json } = await world.runJson(['dlq', 'replay', 'agent-event-discards', '--all', '--yes']);
    expect(handled(json)).toMatchObject([{ isRemoved: true, result: '1 delivered' }]);
    expect(exitCode).toBe(0);
    expect(stateOf('emil')).toEqual(['Available']);
  });

  it('puts an upload event back into the Historical queue, and keeps what announces nothing', async () => {
    const key = reportKey('QR-lost', 10);
    await world.pipeline.deliver(key, queueReport([{ queue: 'QR-lost', n: 10 }]));
    const bucket = { name: world.pipeline.stack.environment['SOURCE_BUCKET'] };
    const event = { source: 'aws.s3', 'detail-type': 'Object Created', detail: { bucket, object: { key } } };
    await world.send('HISTORICAL_DLQ_URL', JSON.stringify(event));
    await world.send('HISTORICAL_DLQ_URL', '"nonsense"');
    const { exitCode, json } = await world.runJson(['dlq', 'replay', 'historical-dlq', '--all', '--yes']);
    expect(exitCode).toBe(1);
    expect(
      handled(json)
        .map(({ isRemoved }) => isRemoved)
        .toSorted(),
    ).toEqual([false, true]);
    expect(await world.pipeline.takeMessages('HISTORICAL_DLQ_URL')).toEqual(['nonsense']);
  });

  it('of failed executions redrives them', async () => {
    const key = reportKey('QR-dlq', 10);
    world.pipeline.before('deliver-batch', () => {
      throw Object.assign(new Error('no right'), { name: 'AccessDeniedError' });
    });
    await world.pipeline.deliver(key, queueReport([{ queue: 'QR-dlq', n: 10 }]));
    const plan = await world.runJson(['dlq', 'replay', 'failed-executions', '--all']);
    expect(plan.exitCode).toBe(1);
    expect(plan.json).toMatchObject({ isDone: false, steps: [{ action: 'redrive' }] });
    const done = await world.runJson(['dlq', 'replay', 'failed-executions', '--all', '--yes']);
    expect(done).toMatchObject({ exitCode: 0, json: { removedMessageCount: 1 } });
    expect(world.pipeline.newest(key).status).toBe('SUCCEEDED');
  });

  it('of failed executions does not take held messages for none', async () => {
    await world.send('FAILED_EXECUTIONS_QUEUE_URL', JSON.stringify({ detail: { executionArn: 'arn:x' } }));
    const letGo = await hold('FAILED_EXECUTIONS_QUEUE_URL');
    const shown = await world.run('dlq', 'replay', 'failed-executions', '--all');
    const { json } = await world.runJson(['dlq', 'replay', 'failed-executions', '--all']);
    await letGo();
    expect(shown).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('somebody else holds 1 message') });
    expect(json).toMatchObject({ steps: [], heldCount: 1 });
  });

  it('cut short says which messages it has handled until then', async () => {
    const earlier = agentEvent({ login: 'gerd', seconds: 10 });
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter(JSON.stringify(earlier), '400'));
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter('no event', '401'));
    const stop = new AbortController();
    world.pipeline.hub.refuseStates(() => {
      stop.abort();
      return null;
    });
    const ran = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes'], 0, stop.signal);
    world.pipeline.hub.refuseStates(null);
    expect(ran.exitCode).toBe(130);
    expect(ran.json).toMatchObject({
      error: { name: 'InterruptedError' },
      nextCommand: 'npx acdhub dlq replay agent-event-dlq --all --local --yes',
      messages: [
        { isRemoved: true, result: '1 delivered' },
        { isRemoved: false, result: 'not handled to its end' },
      ],
    });
    expect(await world.pipeline.takeMessages('AGENT_EVENT_DLQ_URL')).toHaveLength(1);
  });

  it('refuses quarantined files, with the cure', async () => {
    const { exitCode, stderr } = await world.run('dlq', 'replay', 'quarantine', '--all', '--yes');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('correct the report and upload it again');
  });
});

describe('acdhub dlq', () => {
  it('counts the messages of every queue', async () => {
    await world.pipeline.takeMessages('QUARANTINE_QUEUE_URL');
    const empty = await world.runJson(['dlq', 'list']);
    expect(empty.exitCode).toBe(0);
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter('no event'));
    const { exitCode, json } = await world.runJson(['dlq', 'list']);
    expect(exitCode).toBe(1);
    expect(json['queues']).toContainEqual(expect.objectContaining({ queue: 'agent-event-dlq', messageCount: 1 }));
  });

  it('lists and shows a message and leaves it there', async () => {
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter('no event'));
    const listed = await world.runJson(['dlq', 'list', 'agent-event-dlq']);
    const [message] = listed.json['messages'] as { messageId: string }[];
    const shown = await world.run('dlq', 'show', 'agent-event-dlq', message!.messageId.slice(0, 8));
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain('the hub did not know the agent');
    expect(await world.pipeline.takeMessages('AGENT_EVENT_DLQ_URL')).toHaveLength(1);
  });

  it('purges only with --yes, and has written every message to a file of its owner first', async () => {
    const body = deadLetter('no event');
    await world.send('AGENT_EVENT_DLQ_URL', body);
    const file = join(world.folder, 'kept.jsonl');
    const purge = ['dlq', 'purge', 'agent-event-dlq', '--all', '--keep-in', file];
    const plan = await world.runJson(purge);
    expect(plan).toMatchObject({ exitCode: 1, json: { isDone: false, keptIn: null } });
    await expect(stat(file)).rejects.toThrow('ENOENT');
    expect(await world.runJson([...purge, '--yes'])).toMatchObject({ exitCode: 0, json: { keptIn: file } });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ queue: 'agent-event-dlq', body });
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await world.pipeline.takeMessages('AGENT_EVENT_DLQ_URL')).toEqual([]);
  });

  it('removes nothing where the copies cannot be written', async () => {
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter('x'));
    const keptIn = join(world.folder, 'missing', 'kept.jsonl');
    const { exitCode, json } = await world.runJson([
      'dlq',
      'purge',
      'agent-event-dlq',
      '--all',
      '--yes',
      '--keep-in',
      keptIn,
    ]);
    expect(exitCode).toBe(2);
    expect(json).toMatchObject({
      error: { name: 'UsageError', message: expect.stringContaining('Nothing was removed') },
    });
    expect(await world.pipeline.takeMessages('AGENT_EVENT_DLQ_URL')).toHaveLength(1);
  });

  it('does not call a queue empty whose messages somebody else holds', async () => {
    await world.send('AGENT_EVENT_DLQ_URL', deadLetter('x'));
    const letGo = await hold('AGENT_EVENT_DLQ_URL');
    const listed = await world.run('dlq', 'list', 'agent-event-dlq');
    const replayed = await world.runJson(['dlq', 'replay', 'agent-event-dlq', '--all', '--yes']);
    await letGo();
    expect(listed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('somebody else holds 1 message') });
    expect(replayed).toMatchObject({ exitCode: 1, json: { messages: [], heldCount: 1 } });
  });

  it('plans no more messages than the command to type takes', async () => {
    for (const payload of ['x', 'y']) await world.send('AGENT_EVENT_DLQ_URL', deadLetter(payload));
    const { json } = await world.runJson(['dlq', 'purge', 'agent-event-dlq', '--all', '--limit', '1']);
    expect(json).toMatchObject({
      command: 'dlq purge',
      nextCommand: 'npx acdhub dlq purge agent-event-dlq --all --limit 1 --local --yes',
    });
  });

  it('wants to know which messages', async () => {
    expect((await world.run('dlq', 'purge', 'agent-event-dlq', '--yes')).exitCode).toBe(2);
    expect((await world.run('dlq', 'purge', 'agent-event-dlq', '--id', 'a')).exitCode).toBe(2);
    expect((await world.run('dlq', 'purge', 'no-queue', '--all')).exitCode).toBe(2);
  });
});
