// Agent events as the stream brings them, the same for the same request.
import type { StreamRecord } from '../../functions/lib/domain/agent-states/agent-record.ts';

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

/** Records of 200 agents in turn, each event another state of a call: the same records for the same count. */
export function createRecords(recordCount: number): StreamRecord[] {
  return Array.from({ length: recordCount }, (_, position) => ({
    streamArn: 'arn:aws:kinesis:eu-central-1:123456789012:stream/agents',
    shardId: 'shardId-000000000000',
    sequenceNumber: `4959${String(position).padStart(52, '0')}`,
    partitionKey: 'key',
    arrivedAtMs: startMs + 3_600_000,
    data: Buffer.from(JSON.stringify(toEvent(position))).toString('base64'),
  }));
}
