// Agent events as Amazon Connect would stream them, written from what agents do: every event with the snapshot before it and after it.

export interface AgentStep {
  readonly login: string;
  /** `08:04:10`, EventTimestamp. */
  readonly at: string;
  /** Default STATE_CHANGE. */
  readonly type?: 'LOGIN' | 'LOGOUT' | 'HEART_BEAT';
  /** The agent's status from now on. */
  readonly status?: string;
  /** `1 VOICE-INBOUND-CONNECTED`: contact 1 from now on; `1 gone`: the agent is done with it. */
  readonly contact?: string;
  /** When the event arrives, where that is later than its time. */
  readonly arrivesAt?: string;
  /** It arrives a second time right behind the first. */
  readonly isTwice?: boolean;
  /** It arrives without its end. */
  readonly isCut?: boolean;
}

export interface WrittenEvent {
  readonly step: AgentStep;
  readonly line: string;
}

interface Contact {
  readonly ContactId: string;
  readonly InitialContactId: null;
  readonly Channel: string;
  readonly InitiationMethod: string;
  readonly State: string;
  readonly StateStartTimestamp: string;
  readonly ConnectedToAgentTimestamp: string | null;
  readonly QueueTimestamp: string | null;
  readonly Queue: { readonly ARN: string; readonly Name: string };
}

interface Agent {
  readonly number: number;
  status: { readonly name: string; readonly since: string };
  readonly contacts: Map<string, Contact>;
  snapshot: object | null;
}

const instanceArn = 'arn:aws:connect:eu-central-1:000000000000:instance/11111111-1111-4111-8111-111111111111';
const queueArn = `${instanceArn}/queue/22222222-2222-4222-8222-222222222222`;
const secondsOfDay = 86_400;

const toId = (group: number, number: number): string =>
  `00000000-0000-4000-8000-${String(group).padStart(4, '0')}${String(number).padStart(8, '0')}`;
const statusTypes: Readonly<Record<string, string>> = { Available: 'ROUTABLE', Offline: 'OFFLINE' };

/** @param words `VOICE-INBOUND-CONNECTED` */
function toContact(id: string, words: string, at: string, before: Contact | undefined): Contact {
  const [Channel = '', InitiationMethod = '', State = ''] = words.split('-');
  const isConnected = State.startsWith('CONNECTED');
  return {
    ...{ ContactId: id, InitialContactId: null, Channel, InitiationMethod, State, StateStartTimestamp: at },
    ConnectedToAgentTimestamp: before?.ConnectedToAgentTimestamp ?? (isConnected ? at : null),
    QueueTimestamp: before?.QueueTimestamp ?? (InitiationMethod === 'OUTBOUND' ? null : at),
    Queue: { ARN: queueArn, Name: Channel === 'CHAT' ? 'Support Chat' : 'Support' },
  };
}

function toSnapshot(login: string, { status, contacts }: Agent): object {
  const [FirstName = '', LastName = ''] = login.split(/[.@]/);
  return {
    AgentStatus: {
      ARN: `${instanceArn}/agent-state/${status.name.toLowerCase().replaceAll(' ', '-')}`,
      ...{ Name: status.name, StartTimestamp: status.since, Type: statusTypes[status.name] ?? 'CUSTOM' },
    },
    NextAgentStatus: null,
    Configuration: {
      ...{ Username: login, FirstName, LastName, AgentHierarchyGroups: null, Proficiencies: [] },
      RoutingProfile: {
        ARN: `${instanceArn}/routing-profile/basic`,
        Name: 'Basic',
        InboundQueues: [],
        Concurrency: [],
      },
    },
    Contacts: [...contacts.values()],
  };
}

/**
 * Writes the steps of all agents as lines, in the order of arrival.
 * @param steps each agent's in the order of their time; the first one of an agent names its status
 */
export function writeAgentEvents(dayStartMs: number, steps: readonly AgentStep[]): WrittenEvent[] {
  const secondOf = (clock: string): number => {
    const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
    return (hours * 60 + minutes) * 60 + seconds;
  };
  const agents = new Map<string, Agent>();
  const written = steps.map((step, index) => {
    const { login, type = 'STATE_CHANGE' } = step;
    const at = new Date(dayStartMs + (secondOf(step.at) % secondsOfDay) * 1000).toISOString();
    const agent: Agent = agents.get(login) ?? {
      ...{
        number: agents.size + 1,
        status: { name: 'Offline', since: at },
        contacts: new Map<string, Contact>(),
        snapshot: null,
      },
    };
    agents.set(login, agent);
    const before = agent.snapshot;
    if (step.status !== undefined) agent.status = { name: step.status, since: at };
    const [number = '', words = ''] = (step.contact ?? '').split(' ');
    if (words === 'gone') agent.contacts.delete(number);
    else if (words !== '') {
      const known = agent.contacts.get(number);
      agent.contacts.set(number, toContact(toId(agent.number, Number(number)), words, at, known));
    }
    agent.snapshot = toSnapshot(login, agent);
    const line = JSON.stringify({
      ...{ AWSAccountId: '000000000000', AgentARN: `${instanceArn}/agent/${toId(9000, agent.number)}` },
      ...{ CurrentAgentSnapshot: agent.snapshot, EventId: toId(0, index + 1), EventTimestamp: at, EventType: type },
      ...{ InstanceARN: instanceArn, PreviousAgentSnapshot: before, Version: '2017-10-01' },
    });
    return { step, line: step.isCut === true ? line.slice(0, line.length >> 1) : line };
  });
  return written
    .flatMap((event) => (event.step.isTwice === true ? [event, event] : [event]))
    .toSorted((a, b) => secondOf(a.step.arrivesAt ?? a.step.at) - secondOf(b.step.arrivesAt ?? b.step.at));
}
