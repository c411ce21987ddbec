// Whether the demonstration's hour of agent events ended as designed.
import { toTimelines } from '../run/agent-timeline.ts';
import type { AgentEventsRun } from '../run/run-agent-events.ts';
import type { DemoHour } from './demo-agents.ts';

/** One line for each thing that is not as designed; none when the hour is. */
export function listAgentDifferences({ design }: DemoHour, run: AgentEventsRun): string[] {
  const differences: string[] = [];
  const compare = (what: string, expected: string, found: string): void => {
    if (expected !== found) differences.push(`${what}: expected ${expected}, found ${found}`);
  };
  compare('end of the agent events', 'none missing', run.failure ?? 'none missing');
  compare('agent events', toCountList(design.counts), toCountList(run.counts));
  const found = new Map(
    toTimelines(run.states).map(({ agentValue, states }) => [
      agentValue,
      states.map(({ startTime, eventId }) => `${startTime.slice(11, 19)} ${eventId}`),
    ]),
  );
  for (const login of new Set([...Object.keys(design.timelines), ...found.keys()])) {
    compare(`states of ${login}`, (design.timelines[login] ?? []).join(', '), (found.get(login) ?? []).join(', '));
  }
  compare('payloads of the agent event DLQ', design.poison, run.deadLetters.map(({ payload }) => payload).join(', '));
  return differences;
}

function toCountList(counts: AgentEventsRun['counts']): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .toSorted()
    .join(', ');
}
