// What Amazon Connect would write, for instants given.
import type { QueueRecord } from '../../../schemas/hub-records.ts';

const quarterMs = 900_000;
const toInstant = (ms: number) => new Date(ms).toISOString();

/** Start of the quarter hour `count` quarters before the one of `nowMs`. */
export const quarterBefore = (nowMs: number, count: number) => (Math.floor(nowMs / quarterMs) - count) * quarterMs;

export interface WrittenReport {
  readonly name: string;
  readonly csv: string;
  /** Start of its one interval. */
  readonly intervalStart: string;
  /** What the hub must have of it. */
  readonly figures: object;
}

const queueColumns = {
  'Contacts queued': 9,
  'Contacts handled': 8,
  'Contacts handled incoming': 8,
  'Contacts handled outbound': 0,
  'Contacts abandoned': 1,
  'Contacts abandoned in 20 seconds': 0,
  'Contacts answered in 20 seconds': 6,
  'Average queue answer time': 12.5,
  'Agent interaction time': 1_600,
  'Customer hold time': 40,
  'After contact work time': 240,
} as const;

const queueFigures = {
  mediaType: 'voice',
  serviceLevelSeconds: 20,
  contactsReceived: 9,
  handledShort: 6,
  handledLong: 2,
  abandonedShort: 0,
  abandonedLong: 1,
  handleTimeSeconds: 1_640,
  holdTimeSeconds: 40,
  workTimeSeconds: 240,
  queueDelayTimeSeconds: 100,
} satisfies Partial<QueueRecord>;

/** A queue report with one row: one queue in the interval before the run time. */
export function writeQueueReport(series: string, runTimeMs: number, queue: string): WrittenReport {
  const intervalStart = toInstant(runTimeMs - quarterMs);
  const headings = ['Queue', 'StartInterval', 'EndInterval', ...Object.keys(queueColumns)];
  const row = [queue, intervalStart, toInstant(runTimeMs), ...Object.values(queueColumns)];
  return {
    name: `${series}-${toInstant(runTimeMs).replace('.000Z', 'Z')}.csv`,
    csv: `${headings.join(',')}\n${row.join(',')}\n`,
    intervalStart,
    figures: queueFigures,
  };
}

/** A change of an agent's status, as it comes over the stream. */
export function writeStatusChange(login: string, status: string, atMs: number): string {
  const AgentARN = `arn:aws:connect:eu-central-1:111122223333:instance/i/agent/${login}`;
  return JSON.stringify({
    AWSAccountId: '111122223333',
    AgentARN,
    CurrentAgentSnapshot: {
      AgentStatus: { ARN: `${AgentARN}/state`, Name: status, StartTimestamp: toInstant(atMs), Type: 'CUSTOM' },
      Configuration: { Username: login, FirstName: 'Ann', LastName: 'Example' },
      Contacts: [],
    },
    PreviousAgentSnapshot: null,
    EventId: `event-${login}-${atMs}`,
    EventTimestamp: toInstant(atMs),
    EventType: 'STATE_CHANGE',
    InstanceARN: 'arn:aws:connect:eu-central-1:111122223333:instance/i',
    Version: '2017-10-01',
  });
}
