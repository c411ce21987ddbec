import '../../tools/local/quiet-telemetry.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { fromEnvironment } from '../../functions/agent-events/handler.ts';
import type { AgentEventResult } from '../../functions/agent-events/process-agent-events.ts';
import type { AgentEvent } from '../../schemas/agent-event.ts';
import { agentEvent, sequenceOf, snapshot, streamRecord } from '../unit/agent-event-builder.ts';
import { startAgentWorld, type AgentWorld } from './agent-world.ts';

type Content = AgentEvent | string | Uint8Array;
let world: AgentWorld;
let results: AgentEventResult[];
let handle: (input: unknown) => Promise<KinesisStreamBatchResponse>;

/** What Lambda gives the function for the records from `first` on. */
function toEvent(contents: readonly Content[], first = 0): KinesisStreamEvent {
  const Records = contents.map((content, n) => {
    const { streamArn, shardId, sequenceNumber, partitionKey, arrivedAtMs, data } = streamRecord(content, first + n);
    return {
      eventID: `${shardId}:${sequenceNumber}`,
      eventSourceARN: streamArn,
      eventSource: 'aws:kinesis',
      eventName: 'aws:kinesis:record',
      eventVersion: '1.0',
      awsRegion: 'eu-central-1',
      invokeIdentityArn: 'arn:aws:iam::1:role/r',
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey,
        sequenceNumber,
        data,
        approximateArrivalTimestamp: arrivedAtMs / 1000,
      },
    };
  });
  return { Records };
}

const at = (seconds: number, name: string, login = 'anna') =>
  agentEvent({ seconds, login, current: snapshot(name, [], { StartTimestamp: null }) });
const done = { batchItemFailures: [] };
const open = (environment: Record<string, string> = {}) =>
  fromEnvironment({ ...world.environment, ...environment }, (found) => results.push(...found));
const shown = () => Object.fromEntries([...world.hub.agentStates].map(([agent, { eventId }]) => [agent, eventId]));

beforeEach(async () => {
  world = await startAgentWorld();
  results = [];
  handle = open();
});
afterEach(() => world.close());

describe('agent-events, from the event of the mapping to the hub', () => {
  it('[fault 18] delivers 999 events beside one poison record, and the DLQ message is enough to replay it', async () => {
    const names = ['Available', 'Break', 'Lunch', 'Training'];
    const events = Array.from({ length: 1000 }, (_, n) => at(n, names[Math.floor(n / 250)]!, `a${n % 250}`));
    const lost = JSON.stringify(events[500]);
    const contents: Content[] = events.map((event, n) => (n === 500 ? lost.slice(0, -1) : event));
    expect(await handle(toEvent(contents))).toEqual(done);
    expect(world.hub.requests.map(({ recordCount, status }) => [recordCount, status])).toEqual([[999, 202]]);
    const letters = await world.receiveDeadLetters();
    expect(letters).toMatchObject([{ fault: 'json', sequenceNumber: sequenceOf(500), partitionKey: 'key' }]);
    expect(results.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(999);

    const mended = `${letters[0]!.payload!}}`;
    expect(mended).toBe(lost);
    expect(await handle(toEvent([mended], 1000))).toEqual(done);
    expect(results.at(-1)?.outcome).toBe('stale');
  });

  it('keeps what it knows between invocations: duplicates, unchanged and stale events send nothing', async () => {
    const first = at(10, 'Break');
    await handle(toEvent([first]));
    await open()(toEvent([first, at(11, 'Break'), at(9, 'Available')], 1));
    expect(results.map(({ outcome }) => outcome)).toEqual(['delivered', 'duplicate', 'unchanged', 'stale']);
    expect(world.hub.agentTransitions).toHaveLength(1);
  });

  it('keeps order through an outage of the hub and loses nothing', async () => {
    await handle(toEvent([at(0, 'Available'), at(0, 'Available', 'ben')]));
    world.hub.setDown(true);
    const batch = toEvent(['no JSON', at(1, 'Break'), at(2, 'Lunch', 'ben'), at(3, 'Available')], 2);
    for (let tries = 0; tries < 3; tries += 1) {
      expect(await handle(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(3) }] });
    }
    world.hub.setDown(false);
    world.hub.misbehave([{ status: 500, applyFirst: true }]);
    expect((await handle(batch)).batchItemFailures).toHaveLength(1);
    expect(await handle(batch)).toEqual(done);
    expect(shown()).toEqual({ anna: 'Available', ben: 'Lunch' });
    const path = world.hub.agentTransitions.map(({ agentValue, eventId }) => `${agentValue} ${eventId}`);
    expect(path).toEqual(['anna Available', 'ben Available', 'anna Break', 'ben Lunch', 'anna Available']);
    expect(await world.receiveDeadLetters()).toHaveLength(1);
  });

  it('splits a batch that is too large and goes on', async () => {
    world.hub.misbehave([{ status: 413 }]);
    expect(await handle(toEvent([at(0, 'Available'), at(1, 'Break'), at(2, 'Lunch')]))).toEqual(done);
    expect(world.hub.requests.map(({ recordCount }) => recordCount)).toEqual([3, 2, 1]);
    expect(shown()).toEqual({ anna: 'Lunch' });
  });

  it('sends what the hub rejects to the DLQ with its reason', async () => {
    world.hub.refuseStates(({ agentValue }) => (agentValue === 'ben' ? 'unknown agent' : null));
    expect(await handle(toEvent([at(0, 'Break'), at(0, 'Break', 'ben')]))).toEqual(done);
    expect(await world.receiveDeadLetters()).toMatchObject([{ fault: 'hub', reason: 'unknown agent' }]);
  });

  it('[fault 18] keeps an oversize record in the staging bucket and points to it', async () => {
    const bytes = Buffer.alloc(200_000, 'x');
    expect(await handle(toEvent([bytes, at(0, 'Break')]))).toEqual(done);
    const [letter] = await world.receiveDeadLetters();
    expect(letter).toMatchObject({ fault: 'oversize', payload: null, sizeBytes: 200_000 });
    expect(Buffer.from(await world.readStaged(letter!.payloadKey!))).toEqual(bytes);
  });

  it('sends only the newest state of each agent from before the installation', async () => {
    const backlog = [at(0, 'Available'), at(1, 'Break'), at(1, 'Available', 'ben')];
    expect(await open({ INSTALLED_AT: '2026-11-22T13:00:00Z' })(toEvent(backlog))).toEqual(done);
    expect(world.hub.agentTransitions.map(({ eventId }) => eventId)).toEqual(['Break', 'Available']);
  });

  it('refuses an installation time that is no instant', () => {
    expect(() => open({ INSTALLED_AT: 'yesterday' })).toThrow('INSTALLED_AT must be an instant');
  });

  it('refuses an input that is no batch of a stream', async () => {
    await expect(handle({})).rejects.toThrow('batches of the agent event stream');
  });
});
