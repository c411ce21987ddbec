// The agent states the hub knows by default, as data. A customer's settings replace rows and add others.
// Source: customer integration guide "Amazon Connect" of CXone WFM, default agent states.

export interface AgentStateRow {
  /** Name of an agent status, LOGIN, LOGOUT, or `<Channel>-<InitiationMethod>-<State>` of a contact. */
  readonly eventId: string;
  readonly activityCode: string;
  readonly status: 'Open' | 'Closed';
  /** Empty unless the settings say otherwise. */
  readonly eventReason?: string;
}

const open = (eventId: string): AgentStateRow => ({ eventId, activityCode: 'Open', status: 'Open' });

export const logoffActivityCode = 'Logoff';

export const defaultAgentStates: readonly AgentStateRow[] = [
  { eventId: 'Break', activityCode: 'Break', status: 'Closed' },
  open('Available'),
  open('LOGIN'),
  { eventId: 'LOGOUT', activityCode: logoffActivityCode, status: 'Closed' },
  { eventId: 'Offline', activityCode: logoffActivityCode, status: 'Closed' },
  open('VOICE-INBOUND-CONNECTING'),
  open('VOICE-INBOUND-CONNECTED'),
  open('VOICE-INBOUND-CONNECTED_ONHOLD'),
  open('VOICE-INBOUND-ENDED'),
  open('VOICE-INBOUND-MISSED'),
  open('VOICE-INBOUND-ERROR'),
  // Not a state Amazon Connect sends (it says CONNECTED_ONHOLD); the guide lists it all the same.
  open('VOICE-INBOUND-ONHOLD'),
  open('VOICE-TRANSFER-CONNECTING'),
  open('VOICE-TRANSFER-CONNECTED'),
  open('VOICE-TRANSFER-CONNECTED_ONHOLD'),
  open('VOICE-TRANSFER-ENDED'),
  open('CHAT-API-CONNECTING'),
  open('CHAT-API-CONNECTED'),
  open('CHAT-API-ENDED'),
  open('CHAT-API-MISSED'),
  open('CHAT-API-ERROR'),
  open('CHAT-API-ONHOLD'),
  open('CHAT-QUEUE_TRANSFER-CONNECTING'),
  open('CHAT-QUEUE_TRANSFER-CONNECTED'),
  open('CHAT-QUEUE_TRANSFER-ENDED'),
];
