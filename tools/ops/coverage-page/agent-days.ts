// The timeline of each agent on one day, from the states that were sent.
import type { TimelineState } from '../../../functions/lib/domain/agent-states/agent-timeline-pages.ts';
import { logoffActivityCode } from '../../../schemas/agent-state-table.ts';

/** contact: on a contact. open: open for contacts. closed: not. unmapped: a state the table does not know, whatever its status. */
export const segmentLooks = ['contact', 'open', 'closed', 'unmapped'] as const;
export type SegmentLook = (typeof segmentLooks)[number];

export interface AgentSegment extends Omit<TimelineState, 'agentValue' | 'startTime'> {
  readonly startMs: number;
  /** Start of the next state, or the end of what is known of the day. */
  readonly endMs: number;
  readonly look: SegmentLook;
}

export interface AgentDay {
  readonly agentValue: string;
  readonly segments: readonly AgentSegment[];
}

function toLook({ mapped, mediaType, status }: TimelineState): SegmentLook {
  if (!mapped) return 'unmapped';
  if (mediaType !== null) return 'contact';
  return status === 'Open' ? 'open' : 'closed';
}

/** A batch that came again may have been kept twice, in other pages. */
function withoutRepeats(states: readonly TimelineState[]): TimelineState[] {
  return [...new Map(states.map((state) => [JSON.stringify(Object.entries(state)), state])).values()];
}

/**
 * By agent, in the order of their names. An agent who has only been signed out all day is left out.
 * @param states of the day and the one before it, in order of arrival: a day begins in the last state of the day before
 * @param untilMs the end of the day, or now
 */
export function toAgentDays(states: readonly TimelineState[], fromMs: number, untilMs: number): AgentDay[] {
  const ofAgent = Map.groupBy(withoutRepeats(states), ({ agentValue }) => agentValue);
  return [...ofAgent]
    .map(([agentValue, own]) => ({ agentValue, segments: toSegments(own, fromMs, untilMs) }))
    .filter(({ segments }) => segments.some(({ activityCode }) => activityCode !== logoffActivityCode))
    .toSorted((a, b) => (a.agentValue < b.agentValue ? -1 : 1));
}

function toSegments(states: readonly TimelineState[], fromMs: number, untilMs: number): AgentSegment[] {
  const inOrder = states
    .map((state) => ({ state, startMs: Date.parse(state.startTime) }))
    .toSorted((a, b) => a.startMs - b.startMs);
  return inOrder.flatMap(({ state, startMs }, index): AgentSegment[] => {
    const endMs = Math.min(inOrder[index + 1]?.startMs ?? untilMs, untilMs);
    if (endMs <= Math.max(startMs, fromMs)) return [];
    const { eventId, activityCode, status, mapped, mediaType } = state;
    return [
      {
        eventId,
        activityCode,
        status,
        mapped,
        mediaType,
        look: toLook(state),
        startMs: Math.max(startMs, fromMs),
        endMs,
      },
    ];
  });
}

/** Seconds of the day in each look. */
export function sumLooks(segments: readonly AgentSegment[]): Record<SegmentLook, number> {
  const sums = { contact: 0, open: 0, closed: 0, unmapped: 0 };
  for (const { look, startMs, endMs } of segments) sums[look] += (endMs - startMs) / 1000;
  return sums;
}
