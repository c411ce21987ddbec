// The states sent, kept for the agents' timelines: small pages by day, each holding what one batch has sent.
import type { AgentStateRecord } from '../../../../schemas/agent-states.ts';
import { ConfigError } from '../errors.ts';
import { fingerprint } from '../fingerprint.ts';

export type TimelineState = Pick<
  AgentStateRecord,
  'agentValue' | 'startTime' | 'eventId' | 'activityCode' | 'status' | 'mapped' | 'mediaType'
>;

export interface TimelinePage {
  /** Of the states' start, in UTC: `2026-11-22`. */
  readonly day: string;
  /** Sorts pages by the first state in them. The same states always make the same page: a repeat replaces it. */
  readonly pageId: string;
  readonly text: string;
}

/** Keeps a page far below DynamoDB's 400 KB, whatever names it holds. */
const maxStatesAPage = 250;

/** Pages of a batch in order; nearly always one. */
export function toTimelinePages(states: readonly AgentStateRecord[]): TimelinePage[] {
  return [...Map.groupBy(states, ({ startTime }) => startTime.slice(0, 10))].flatMap(([day, ofDay]) =>
    Array.from({ length: Math.ceil(ofDay.length / maxStatesAPage) }, (_, index): TimelinePage => {
      const page = ofDay.slice(index * maxStatesAPage, (index + 1) * maxStatesAPage);
      const text = JSON.stringify(page.map(toRow));
      return { day, pageId: `${page[0]?.startTime ?? ''}#${fingerprint([text], 16)}`, text };
    }),
  );
}

/** Names of the fields would be most of the bytes. */
function toRow({ agentValue, startTime, eventId, activityCode, status, mapped, mediaType }: AgentStateRecord) {
  return [agentValue, startTime, eventId, activityCode, status, mapped, mediaType];
}

/** @throws {ConfigError} when the page is not as we wrote it */
export function parseTimelinePage(text: string): TimelineState[] {
  const rows: unknown = JSON.parse(text);
  if (!isList(rows)) throw broken(rows);
  return rows.map(parseRow);
}

function parseRow(row: unknown): TimelineState {
  if (!isList(row)) throw broken(row);
  const [agentValue, startTime, eventId, activityCode, status, mapped, mediaType] = row;
  if (typeof agentValue !== 'string' || typeof startTime !== 'string' || typeof eventId !== 'string') throw broken(row);
  return {
    ...{ agentValue, startTime, eventId, mapped: mapped === true },
    activityCode: typeof activityCode === 'string' ? activityCode : null,
    status: status === 'Open' ? 'Open' : 'Closed',
    mediaType: mediaType === 'voice' || mediaType === 'chat' ? mediaType : null,
  };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function broken(found: unknown): ConfigError {
  return new ConfigError(
    `The agent state table holds no list of states in a page of the timelines, but ${JSON.stringify(found)}: it was changed by hand or by another program`,
  );
}
