// An hour of six agents of the bundled day as agent events, with what goes wrong in a normal week, and what has to come of it.
import type { AgentEventCounts } from '../run/agent-event-log.ts';
import { splitEventLines, type EventLine } from '../run/event-lines.ts';
import { writeAgentEvents, type AgentStep } from './demo-agent-events.ts';

export interface DemoHour {
  /** In the order of arrival. */
  readonly lines: readonly EventLine[];
  readonly design: {
    readonly counts: AgentEventCounts;
    /** `08:00:00 Available` and so on, by login. */
    readonly timelines: Readonly<Record<string, readonly string[]>>;
    /** Text of the one line that is no event. */
    readonly poison: string;
  };
}

type Script = readonly (readonly [at: string, step: Omit<AgentStep, 'login' | 'at'>])[];

const heartbeat = { type: 'HEART_BEAT' } as const;
const scripts: Readonly<Record<string, Script>> = {
  // A call with a hold and after-contact work, then a break.
  'agent-01@example.com': [
    ['08:00:00', { ...heartbeat, status: 'Available' }],
    ['08:04:10', { contact: '1 VOICE-INBOUND-CONNECTING' }],
    ['08:04:18', { contact: '1 VOICE-INBOUND-CONNECTED' }],
    ['08:07:02', { contact: '1 VOICE-INBOUND-CONNECTED_ONHOLD' }],
    ['08:08:15', { contact: '1 VOICE-INBOUND-CONNECTED' }],
    ['08:11:40', { contact: '1 VOICE-INBOUND-ENDED' }],
    ['08:13:05', { contact: '1 gone' }],
    ['08:15:05', heartbeat],
    ['08:30:00', { status: 'Break' }],
    ['08:32:00', heartbeat],
    ['08:45:00', { status: 'Available' }],
    ['08:47:00', heartbeat],
  ],
  // A call missed, an outbound call, a custom status nobody has mapped.
  'agent-02@example.com': [
    ['08:00:04', { ...heartbeat, status: 'Available' }],
    ['08:10:00', { contact: '1 VOICE-INBOUND-CONNECTING' }],
    ['08:10:20', { contact: '1 VOICE-INBOUND-MISSED' }],
    ['08:10:32', { contact: '1 gone' }],
    ['08:20:00', { contact: '2 VOICE-OUTBOUND-CONNECTING' }],
    ['08:20:06', { contact: '2 VOICE-OUTBOUND-CONNECTED' }],
    ['08:24:30', { contact: '2 VOICE-OUTBOUND-ENDED' }],
    ['08:25:10', { contact: '2 gone' }],
    ['08:40:00', { status: 'Team meeting' }],
    ['08:55:00', { status: 'Available' }],
  ],
  // The break's event is overtaken by the heartbeat that tells the same; the return arrives twice; then she leaves.
  'agent-03@example.com': [
    ['08:00:08', { ...heartbeat, status: 'Available' }],
    ['08:15:00', { status: 'Break', arrivesAt: '08:17:02' }],
    ['08:17:00', heartbeat],
    ['08:29:00', { status: 'Available', isTwice: true }],
    ['08:50:00', { status: 'Offline' }],
    ['08:50:10', { type: 'LOGOUT' }],
    ['08:52:10', heartbeat],
  ],
  // Two chats at once: the second one changes nothing.
  'agent-04@example.com': [
    ['08:00:12', { type: 'LOGIN', status: 'Available' }],
    ['08:05:00', { contact: '1 CHAT-API-CONNECTING' }],
    ['08:05:09', { contact: '1 CHAT-API-CONNECTED' }],
    ['08:07:30', { contact: '2 CHAT-API-CONNECTING' }],
    ['08:07:41', { contact: '2 CHAT-API-CONNECTED' }],
    ['08:16:20', { contact: '1 CHAT-API-ENDED' }],
    ['08:17:00', { contact: '1 gone' }],
    ['08:22:45', { contact: '2 CHAT-API-ENDED' }],
    ['08:23:50', { contact: '2 gone' }],
  ],
  // Logs in offline, takes a transferred call, then calls a customer back: callbacks are not in the table.
  'agent-05@example.com': [
    ['08:00:20', { type: 'LOGIN', status: 'Offline' }],
    ['08:01:00', { status: 'Available' }],
    ['08:12:00', { contact: '1 VOICE-TRANSFER-CONNECTING' }],
    ['08:12:07', { contact: '1 VOICE-TRANSFER-CONNECTED' }],
    ['08:18:30', { contact: '1 VOICE-TRANSFER-ENDED' }],
    ['08:19:10', { contact: '1 gone' }],
    ['08:33:00', { contact: '2 VOICE-CALLBACK-CONNECTING' }],
    ['08:33:12', { contact: '2 VOICE-CALLBACK-CONNECTED' }],
    ['08:38:40', { contact: '2 VOICE-CALLBACK-ENDED' }],
    ['08:39:30', { contact: '2 gone' }],
  ],
  // The event of his return is damaged; the next heartbeat heals it.
  'agent-06@example.com': [
    ['08:00:16', { type: 'LOGIN', status: 'Available' }],
    ['08:26:00', { status: 'Break' }],
    ['08:41:00', { status: 'Available', isCut: true }],
    ['08:43:00', heartbeat],
    ['08:59:00', { type: 'LOGOUT' }],
  ],
};

// Told by hand, not worked out with the connector's own rules.
const timelines: DemoHour['design']['timelines'] = {
  'agent-01@example.com': [
    ...['08:00:00 Available', '08:04:10 VOICE-INBOUND-CONNECTING', '08:04:18 VOICE-INBOUND-CONNECTED'],
    ...['08:07:02 VOICE-INBOUND-CONNECTED_ONHOLD', '08:08:15 VOICE-INBOUND-CONNECTED'],
    ...['08:11:40 VOICE-INBOUND-ENDED', '08:13:05 Available', '08:30:00 Break', '08:45:00 Available'],
  ],
  'agent-02@example.com': [
    ...['08:00:04 Available', '08:10:00 VOICE-INBOUND-CONNECTING', '08:10:20 VOICE-INBOUND-MISSED'],
    ...['08:10:32 Available', '08:40:00 Team meeting', '08:55:00 Available'],
  ],
  'agent-03@example.com': [
    ...['08:00:08 Available', '08:15:00 Break', '08:29:00 Available', '08:50:00 Offline', '08:50:10 LOGOUT'],
  ],
  'agent-04@example.com': [
    ...['08:00:12 LOGIN', '08:00:12 Available', '08:05:00 CHAT-API-CONNECTING', '08:05:09 CHAT-API-CONNECTED'],
    ...['08:22:45 CHAT-API-ENDED', '08:23:50 Available'],
  ],
  'agent-05@example.com': [
    ...['08:00:20 LOGIN', '08:00:20 Offline', '08:01:00 Available', '08:12:00 VOICE-TRANSFER-CONNECTING'],
    ...['08:12:07 VOICE-TRANSFER-CONNECTED', '08:18:30 VOICE-TRANSFER-ENDED', '08:19:10 Available'],
    ...['08:33:00 VOICE-CALLBACK-CONNECTING', '08:33:12 VOICE-CALLBACK-CONNECTED', '08:38:40 VOICE-CALLBACK-ENDED'],
    '08:39:30 Available',
  ],
  'agent-06@example.com': [
    ...['08:00:16 LOGIN', '08:00:16 Available', '08:26:00 Break', '08:41:00 Available', '08:59:00 LOGOUT'],
  ],
};

const counts: AgentEventCounts = {
  received: 54,
  // A login makes two transitions of one event.
  delivered: 39,
  unmapped: 4,
  // Heartbeats that tell nothing new (4) and the second chat (4).
  unchanged: 8,
  outOfScope: 4,
  ...{ duplicates: 1, stale: 1, deadLettered: 1 },
};

/** @param dayStartMs midnight UTC of the day to play */
export function createDemoHour(dayStartMs: number): DemoHour {
  const steps = Object.entries(scripts).flatMap(([login, script]) =>
    script.map(([at, step]): AgentStep => ({ login, at, ...step })),
  );
  const written = writeAgentEvents(dayStartMs, steps);
  const text = written.map(({ line }) => `${line}\n`).join('');
  return {
    lines: splitEventLines('the bundled hour', Buffer.from(text)),
    design: { counts, timelines, poison: written.find(({ step }) => step.isCut)?.line ?? '' },
  };
}
