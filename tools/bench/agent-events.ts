// What the real-time handler costs beside the least anybody can do with the same batch: base64 and JSON.parse of every record.
// The hub and the table are in memory: what is measured is the connector's own work, the packing of the post included.
import Table from 'cli-table3';
import { processAgentEvents, type AgentEventsDeps } from '../../functions/agent-events/process-agent-events.ts';
import type { StreamRecord } from '../../functions/lib/domain/agent-states/agent-record.ts';
import { createAgentStateRules } from '../../functions/lib/domain/agent-states/agent-state-rules.ts';
import type { AgentState } from '../../functions/lib/domain/agent-states/agent-transitions.ts';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import { findMedian } from './median.ts';

export interface AgentEventsCost {
  readonly recordCount: number;
  readonly bytesARecord: number;
  readonly handlerMs: number;
  readonly parseMs: number;
  /** Median of the ratios of each round, in which both run one after the other. */
  readonly ratio: number;
  readonly recordsASecond: number;
}

const startMs = Date.parse('2026-11-22T12:00:00.000Z');
const callStates = ['CONNECTING', 'CONNECTED', 'CONNECTED_ONHOLD', 'CONNECTED', 'ENDED'];
const agentCount = 200;

/** An event of the size Amazon Connect sends (about 3 KB): both snapshots with the routing profile in them. */
function toEvent(position: number) {
  const agent = position % agentCount;
  const turn = Math.floor(position / agentCount);
  const at = (step: number) => new Date(startMs + step * 10_000 + agent).toISOString();
  const arn = 'arn:aws:connect:eu-central-1:123456789012:instance/11111111-1111-4111-8111-111111111111';
  const queues = Array.from({ length: 5 }, (_, n) => ({
    ARN: `${arn}/queue/22222222-2222-4222-8222-${String(n).padStart(12, '0')}`,
    Name: `Queue ${n}`,
    Channels: ['VOICE', 'CHAT'],
  }));
  const snapshot = (step: number) => ({
    AgentStatus: { ARN: `${arn}/agent-state/1`, Name: 'Available', StartTimestamp: at(0), Type: 'ROUTABLE' },
    NextAgentStatus: null,
    Configuration: {
      Username: `agent.${agent}@example.com`,
      FirstName: 'A',
      LastName: 'B',
      AgentHierarchyGroups: null,
      RoutingProfile: {
        ARN: `${arn}/routing-profile/1`,
        Name: 'All',
        InboundQueues: queues,
        DefaultOutboundQueue: queues[0],
      },
      Proficiencies: [],
    },
    Contacts: [
      {
        ContactId: `33333333-3333-4333-8333-${String(agent).padStart(12, '0')}`,
        InitialContactId: null,
        Channel: 'VOICE',
        InitiationMethod: 'INBOUND',
        State: callStates[step % callStates.length] ?? 'CONNECTED',
        StateStartTimestamp: at(step),
        ConnectedToAgentTimestamp: at(0),
        QueueTimestamp: at(0),
        Queue: queues[0],
      },
    ],
  });
  return {
    AWSAccountId: '123456789012',
    AgentARN: `${arn}/agent/${agent}`,
    CurrentAgentSnapshot: snapshot(turn + 1),
    PreviousAgentSnapshot: snapshot(turn),
    EventId: `44444444-4444-4444-8444-${String(position).padStart(12, '0')}`,
    EventTimestamp: at(turn + 1),
    EventType: 'STATE_CHANGE',
    InstanceARN: arn,
    Version: '2017-10-01',
  };
}

function createRecords(recordCount: number): StreamRecord[] {
  return Array.from({ length: recordCount }, (_, position) => ({
    streamArn: 'arn:aws:kinesis:eu-central-1:123456789012:stream/agents',
    shardId: 'shardId-000000000000',
    sequenceNumber: `4959${String(position).padStart(52, '0')}`,
    partitionKey: 'key',
    arrivedAtMs: startMs + 3_600_000,
    data: Buffer.from(JSON.stringify(toEvent(position))).toString('base64'),
  }));
}

function createDeps(): AgentEventsDeps {
  const { agentStates, agents } = parseSettings(
    { acd: { name: 'acd' }, hub: { url: 'http://127.0.0.1' } },
    'the bench',
  );
  return {
    rules: createAgentStateRules(agentStates, agents),
    acdName: 'acd',
    installedAtMs: -Infinity,
    hub: {
      postAgentStates: ({ recordCount }) =>
        Promise.resolve({ status: 'accepted', accepted: recordCount, ignoredAsOlder: 0, rejected: [] }),
    },
    dlq: { send: () => Promise.reject(new Error('The bench has no poison')) },
    store: {
      readStates: () => Promise.resolve(new Map<string, AgentState>()),
      writeState: () => Promise.resolve(),
      appendToTimelines: () => Promise.resolve(),
      readSentDeadLetters: () => Promise.resolve(new Set()),
      markDeadLetter: () => Promise.resolve(),
      readLastEventMs: () => Promise.resolve(null),
      advanceLastEvent: () => Promise.resolve(),
    },
    reportResults: () => undefined,
    reportFailure: (error) => {
      throw error;
    },
  };
}

/** Milliseconds of this process's own time: what other processes do on the machine does not count. */
async function measureCpuMs(work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Runs both in turn; two rounds to warm up are not counted. */
export async function measureAgentEvents({ recordCount = 1000, roundCount = 15 } = {}): Promise<AgentEventsCost> {
  const records = createRecords(recordCount);
  const deps = createDeps();
  const rounds: { handlerMs: number; parseMs: number }[] = [];
  for (let round = 0; round < roundCount + 2; round += 1) {
    let parsedCount = 0;
    const parseMs = await measureCpuMs(() => {
      for (const { data } of records) {
        const event: unknown = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
        if (event !== null) parsedCount += 1;
      }
    });
    const handlerMs = await measureCpuMs(async () => {
      await processAgentEvents(deps, records);
    });
    if (parsedCount !== recordCount) throw new Error('The comparison did not parse every record');
    if (round >= 2) rounds.push({ handlerMs, parseMs });
  }
  const handlerMs = findMedian(rounds.map((round) => round.handlerMs));
  return {
    recordCount,
    bytesARecord: Math.round(Buffer.from(records[0]?.data ?? '', 'base64').byteLength),
    handlerMs,
    parseMs: findMedian(rounds.map((round) => round.parseMs)),
    ratio: findMedian(rounds.map((round) => round.handlerMs / round.parseMs)),
    recordsASecond: Math.round((recordCount / handlerMs) * 1000),
  };
}

/** The table `npm run bench` prints. */
export function describeAgentEvents(cost: AgentEventsCost): string {
  const table = new Table({
    head: [
      'agent-events',
      'records',
      'bytes each',
      'handler ms',
      'base64 + JSON.parse ms',
      'ratio',
      'records a second',
    ],
    style: { head: [], border: [] },
  });
  const { recordCount, bytesARecord, handlerMs, parseMs, ratio, recordsASecond } = cost;
  table.push([
    'one core',
    recordCount,
    bytesARecord,
    handlerMs.toFixed(1),
    parseMs.toFixed(1),
    ratio.toFixed(2),
    recordsASecond,
  ]);
  return table.toString();
}

if (import.meta.main) console.log(describeAgentEvents(await measureAgentEvents()));
