// The contacts and working times of the demonstration's contact centre: 12 agents, three voice and two chat queues,
// 07:00 to 21:00 UTC. Pure: the same interval always has the same contacts, whatever the date.
import { intervalSeconds } from '../../../functions/lib/domain/interval.ts';

export type DemoChannel = 'VOICE' | 'CHAT';

export interface DemoQueue {
  readonly name: string;
  readonly channel: DemoChannel;
  /** Contacts in the busiest quarter hour. */
  readonly peakContacts: number;
  readonly opensAtHour: number;
  readonly closesAtHour: number;
}

export interface DemoAgent {
  readonly login: string;
  readonly name: string;
  readonly queues: readonly string[];
  readonly startsAtHour: number;
  readonly endsAtHour: number;
}

export interface DemoContact {
  readonly queue: DemoQueue;
  /** Login; null: the caller gave up. */
  readonly agent: string | null;
  readonly waitSeconds: number;
  readonly talkSeconds: number;
  readonly holdSeconds: number;
  readonly workSeconds: number;
  /** The agent was still writing it up when the interval's own report ran: only the next look-back has it. */
  readonly isLateInReport: boolean;
}

export interface DemoActivity {
  readonly agent: string;
  readonly onlineSeconds: number;
  readonly nonproductiveSeconds: number;
  readonly onContactSeconds: number;
  readonly idleSeconds: number;
}

const queue = (
  name: string,
  channel: DemoChannel,
  peakContacts: number,
  opensAtHour: number,
  closesAtHour: number,
): DemoQueue => ({ name, channel, peakContacts, opensAtHour, closesAtHour });

export const demoQueues: readonly DemoQueue[] = [
  queue('Support', 'VOICE', 9, 7, 21),
  queue('Sales', 'VOICE', 5, 8, 19),
  queue('Billing, Refunds', 'VOICE', 4, 8, 18),
  queue('Support Chat', 'CHAT', 5, 8, 20),
  queue('Sales Chat', 'CHAT', 3, 9, 19),
];

const agent = (
  login: string,
  name: string,
  startsAtHour: number,
  endsAtHour: number,
  ...queues: string[]
): DemoAgent => ({
  login: `${login}@example.com`,
  name,
  queues,
  startsAtHour,
  endsAtHour,
});

export const demoAgents: readonly DemoAgent[] = [
  agent('agent-01', '01, Agent', 7, 15, 'Support', 'Sales'),
  agent('agent-02', '02, Agent', 7, 15, 'Support', 'Billing, Refunds'),
  agent('agent-03', '03, Agent', 7, 15, 'Support'),
  agent('agent-04', '04, Agent', 8, 16, 'Sales', 'Support Chat'),
  agent('agent-05', '05, Agent', 8, 16, 'Billing, Refunds'),
  agent('agent-06', '06, Agent', 8, 17, 'Support Chat', 'Sales Chat'),
  agent('agent-07', '07, Agent', 9, 17, 'Sales Chat', 'Sales'),
  agent('agent-08', '08, Agent', 10, 18, 'Support', 'Billing, Refunds'),
  agent('agent-12', "O'12, Agënt", 12, 20, 'Support Chat', 'Sales Chat'),
  agent('agent-09', '09, Agent', 13, 21, 'Support', 'Sales'),
  agent('agent-10', '10, Agent', 13, 21, 'Support'),
  agent('agent-11', '11, Agent', 12, 20, 'Sales', 'Billing, Refunds'),
];

/** A number in [0, 1) that depends on the words alone (FNV-1a, then a finishing mix). */
export function drawNumber(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of words.join('|')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** Share of the busiest quarter hour: a morning and an afternoon peak. */
function loadAt(hour: number): number {
  const peak = (at: number, width: number): number => Math.exp(-(((hour - at) / width) ** 2));
  return Math.min(1, 0.12 + 0.88 * peak(10.5, 2.2) + 0.75 * peak(15, 2.4));
}

function isAtWork({ startsAtHour, endsAtHour }: DemoAgent, hour: number): boolean {
  return hour >= startsAtHour && hour < endsAtHour;
}

/** Contacts that end in the interval with this number (0 = 00:00 UTC, 95 = 23:45). */
export function listContacts(interval: number): DemoContact[] {
  const hour = interval / 4;
  return demoQueues.flatMap((demoQueue) => {
    const { name, peakContacts, opensAtHour, closesAtHour } = demoQueue;
    const staff = demoAgents.filter((member) => isAtWork(member, hour) && member.queues.includes(name));
    if (hour < opensAtHour || hour >= closesAtHour || staff.length === 0) return [];
    const count = Math.round(peakContacts * loadAt(hour) * (0.75 + drawNumber('volume', name, interval) / 2));
    return Array.from({ length: count }, (_, index) => toContact(demoQueue, staff, interval, index));
  });
}

function toContact(demoQueue: DemoQueue, staff: readonly DemoAgent[], interval: number, index: number): DemoContact {
  const draw = (word: string): number => drawNumber(word, demoQueue.name, interval, index);
  const isVoice = demoQueue.channel === 'VOICE';
  const waitSeconds = Math.round((isVoice ? 60 : 150) * draw('wait') ** 4) + 2;
  const isAbandoned = draw('patience') < 0.02 + waitSeconds / 900;
  const member = isAbandoned ? undefined : staff[Math.floor(draw('agent') * staff.length)];
  if (member === undefined) {
    return {
      queue: demoQueue,
      agent: null,
      waitSeconds,
      ...{ talkSeconds: 0, holdSeconds: 0, workSeconds: 0 },
      isLateInReport: false,
    };
  }
  return {
    queue: demoQueue,
    agent: member.login,
    waitSeconds,
    talkSeconds: Math.round((isVoice ? 120 : 180) + 240 * draw('talk')),
    holdSeconds: isVoice && draw('isHeld') < 0.25 ? Math.round(15 + 60 * draw('hold')) : 0,
    workSeconds: Math.round(10 + 50 * draw('work')),
    isLateInReport: index === 3 && interval % 4 === 1,
  };
}

/** What the signed-in agents did in the interval: breaks of a quarter hour, contacts as far as the clock has room. */
export function listActivities(interval: number): DemoActivity[] {
  const hour = interval / 4;
  const contacts = listContacts(interval);
  return demoAgents
    .filter((member) => isAtWork(member, hour))
    .map(({ login, startsAtHour }, index) => {
      // They sign in up to a minute after the shift has begun, and take a break in its fourth hour.
      const onlineSeconds =
        hour === startsAtHour ? intervalSeconds - Math.round(60 * drawNumber('login', login)) : intervalSeconds;
      const isBreak = interval === startsAtHour * 4 + 14 + (index % 4);
      const nonproductiveSeconds = isBreak ? 780 : 0;
      const busySeconds = contacts
        .filter((contact) => contact.agent === login)
        .reduce((sum, { talkSeconds, holdSeconds, workSeconds }) => sum + talkSeconds + holdSeconds + workSeconds, 0);
      const onContactSeconds = Math.min(busySeconds, onlineSeconds - nonproductiveSeconds);
      const idleSeconds = onlineSeconds - nonproductiveSeconds - onContactSeconds;
      return { agent: login, onlineSeconds, nonproductiveSeconds, onContactSeconds, idleSeconds };
    });
}
