import '../../tools/local/quiet-telemetry.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processAgentEvents } from '../../functions/agent-events/process-agent-events.ts';
import { createAgentStateStore, type AgentStateStore } from '../../functions/lib/io/agent-state-store.ts';
import { createCheckpointTable } from '../../functions/lib/io/checkpoint-table.ts';
import { createHubClient } from '../../functions/lib/io/hub-client.ts';
import { createSeriesLedger } from '../../functions/lib/io/series-ledger.ts';
import { fromEnvironment } from '../../functions/report-feed-health/handler.ts';
import { reportFeedHealth, type FeedHealthDeps } from '../../functions/report-feed-health/report-feed-health.ts';
import type { Spacing } from '../../schemas/state.ts';
import { agentEvent, dayStartMs, instant, rulesWith, snapshot, streamRecord } from '../unit/agent-event-builder.ts';
import { startAgentWorld, type AgentWorld } from './agent-world.ts';

const spacing: Spacing = { verdict: 'next', missing: [], missingCount: 0 };
let world: AgentWorld;
let store: AgentStateStore;
const counted: Record<string, number>[] = [];

function connect() {
  return createHubClient({
    url: world.hub.url,
    acdName: 'acd',
    timeoutSeconds: 5,
    maxWaitSeconds: 0,
    maxAnswerBytes: 65_536,
    readAccessKey: () => Promise.resolve(world.hub.credentials),
  });
}

function healthAt(seconds: number, agentStates: object = {}): FeedHealthDeps {
  const table = createCheckpointTable(world.dynamoDb, 'checkpoints');
  return {
    ledger: createSeriesLedger(table, 'acd', 60),
    store,
    hub: connect(),
    rules: rulesWith(agentStates),
    acdName: 'acd',
    nowMs: () => dayStartMs + seconds * 1000,
    countMetrics: (_, counts) => counted.push({ ...counts }),
  };
}

/** Plays events of agents through agent-events. */
async function play(...events: Parameters<typeof agentEvent>[0][]) {
  const failed = await processAgentEvents(
    {
      store,
      hub: connect(),
      dlq: { send: () => Promise.reject(new Error('no poison expected')) },
      rules: rulesWith(),
      acdName: 'acd',
      installedAtMs: -Infinity,
      reportResults: () => undefined,
      reportFailure: () => undefined,
    },
    events.map((fields, n) => streamRecord(agentEvent(fields), n + (fields?.seconds ?? 0) * 10)),
  );
  expect(failed).toBeNull();
}

beforeEach(async () => {
  world = await startAgentWorld();
  store = createAgentStateStore(world.dynamoDb, {
    tableName: 'agent-states',
    acdName: 'acd',
    keepDays: 60,
    timelineDays: 7,
  });
  counted.length = 0;
});
afterEach(() => world.close());

describe('reportFeedHealth', () => {
  it('tells the hub of a connector that has seen nothing yet', async () => {
    const nothing = { lastReportInterval: null, lastAgentEvent: null, staleAgentCount: 0 };
    expect(await reportFeedHealth(healthAt(0))).toEqual({ ...nothing, offlineSentCount: 0 });
    expect(world.hub.heartbeats).toEqual([
      { acdType: 'AMAZON_CONNECT', reportVersion: '1', sentAt: instant(0), ...nothing },
    ]);
  });

  it('names the last interval of a delivered report, whichever series it is of, and the last agent event', async () => {
    const { ledger } = healthAt(0);
    const full = createSeriesLedger(createCheckpointTable(world.dynamoDb, 'checkpoints'), 'acd', 60);
    const arrive = async (series: string, runTime: string, status: 'DELIVERED' | 'QUARANTINED') => {
      await full.advance({ kind: 'QR', series, runTime }, await ledger.readLastRunTime('QR', series));
      const arrival = { reportId: 'r', sourceVersion: 'v', spacing, status };
      await full.writeArrival({ kind: 'QR', series, runTime }, arrival, null);
    };
    await arrive('QR-A', instant(0), 'DELIVERED');
    await arrive('QR-A', instant(900), 'QUARANTINED');
    await arrive('QR-B', instant(-900), 'DELIVERED');
    await play({ seconds: 100 });
    const health = await reportFeedHealth(healthAt(120));
    expect(health).toMatchObject({ lastReportInterval: instant(-900), lastAgentEvent: instant(100) });
    expect(world.hub.heartbeats[0]).toMatchObject({ lastReportInterval: instant(-900), lastAgentEvent: instant(100) });
  });

  it('moves the last agent event on about once a minute', async () => {
    await play({ seconds: 0 });
    await play({ seconds: 59, current: snapshot('Break') });
    expect(await store.readLastEventMs()).toBe(dayStartMs);
    await play({ seconds: 60, current: snapshot('Available') });
    expect(await store.readLastEventMs()).toBe(dayStartMs + 60_000);
  });

  it('counts stale agents and sends nothing for them by default', async () => {
    await play({ seconds: 0 }, { seconds: 0, login: 'ben', type: 'LOGOUT' }, { seconds: 500, login: 'cleo' });
    expect(await reportFeedHealth(healthAt(700))).toMatchObject({ staleAgentCount: 1, offlineSentCount: 0 });
    expect(counted).toEqual([{ AgentsStale: 1, AgentsCutOff: 0 }]);
    expect(world.hub.agentStates.get('anna')?.eventId).toBe('Available');
  });

  it('shows stale agents as Offline once where the settings ask for it, until they are heard of again', async () => {
    const settings = { sendOfflineWhenStale: true };
    await play({ seconds: 0 }, { seconds: 500, login: 'cleo' });
    expect(await reportFeedHealth(healthAt(700, settings))).toMatchObject({ offlineSentCount: 1 });
    expect(world.hub.agentStates.get('anna')).toMatchObject({ eventId: 'Offline', startTime: instant(600) });
    expect(await reportFeedHealth(healthAt(760, settings))).toMatchObject({ staleAgentCount: 0, offlineSentCount: 0 });
    const kept = await store.readTimelines(instant(600).slice(0, 10));
    expect(kept!.at(-1)).toMatchObject({ agentValue: 'anna', eventId: 'Offline', startTime: instant(600) });
    await play({ seconds: 800, type: 'HEART_BEAT' });
    expect(world.hub.agentStates.get('anna')?.eventId).toBe('Available');
    expect(world.hub.agentStates.get('cleo')?.eventId).toBe('Available');
  });

  it('takes no agent for Offline while the whole stream is silent', async () => {
    await play({ seconds: 0 });
    const health = await reportFeedHealth(healthAt(5000, { sendOfflineWhenStale: true }));
    expect(health).toMatchObject({ staleAgentCount: 1, offlineSentCount: 0 });
    expect(counted).toEqual([{ AgentsStale: 1, AgentsCutOff: 1 }]);
  });

  it('does not count an agent as cut off who had been silent long before the stream was', async () => {
    await play({ seconds: 0 }, { seconds: 2000, login: 'ben' }, { seconds: 2100, login: 'cleo' });
    await reportFeedHealth(healthAt(5000));
    expect(counted).toEqual([{ AgentsStale: 3, AgentsCutOff: 2 }]);
  });

  it('lets an event that was only late win over Offline', async () => {
    await play({ seconds: 0 }, { seconds: 900, login: 'cleo' });
    await reportFeedHealth(healthAt(1000, { sendOfflineWhenStale: true }));
    await play({ seconds: 30, current: snapshot('Break') });
    expect(world.hub.agentStates.get('anna')?.eventId).toBe('Break');
  });

  it('fails when the hub cannot be reached, for the schedule to try again', async () => {
    world.hub.setDown(true);
    await expect(reportFeedHealth(healthAt(0))).rejects.toMatchObject({ name: 'HubUnavailableError' });
  });

  it.each([
    [204, null],
    [401, 'HubAuthenticationError'],
    [404, 'HubAccessError'],
    [422, 'HubAccessError'],
    [429, 'HubThrottledError'],
  ])('ends a heartbeat answered with %i in %s', async (status, errorName) => {
    world.hub.misbehave([
      { status, body: '' },
      { status, body: '' },
    ]);
    const ending = reportFeedHealth(healthAt(0)).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.name : error),
    );
    expect(await ending).toBe(errorName);
  });

  it('runs from the environment alone', async () => {
    await fromEnvironment(world.environment)();
    expect(world.hub.heartbeats).toHaveLength(1);
  });
});

describe('createAgentStateStore', () => {
  it('reads 250 agents back as they were written', async () => {
    const logins = Array.from({ length: 250 }, (_, n) => `agent-${n}`);
    await play(...logins.map((login) => ({ login, seconds: 1 })));
    const listed = await store.listStates();
    const read = await store.readStates(listed.map(({ agentArn }) => agentArn));
    expect(read.size).toBe(250);
    expect(new Map(listed.map(({ agentArn, state }) => [agentArn, state]))).toEqual(read);
  });

  it('keeps a later state that stands there and refuses to build on one it has not seen', async () => {
    await play({ seconds: 1 }, { seconds: 9, current: snapshot('Break') });
    const [agent] = await store.listStates();
    const { agentArn, state } = agent!;
    await store.writeState(agentArn, { ...state, atMs: state.atMs - 1000, isLoggedOut: true }, null);
    expect((await store.readStates([agentArn])).get(agentArn)).toEqual(state);
    const newer = { ...state, atMs: state.atMs + 1000 };
    await expect(store.writeState(agentArn, newer, null)).rejects.toMatchObject({ name: 'CheckpointConflictError' });
    await store.writeState(agentArn, newer, state);
    await store.writeState(agentArn, newer, state);
    expect((await store.readStates([agentArn])).get(agentArn)).toEqual(newer);
  });
});
