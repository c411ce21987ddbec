// The agents of a day: a bar each, on the same scale as the grid above it. Height tells the states apart where colour does not.
import { sumLooks, type AgentDay, type SegmentLook } from './agent-days.ts';
import type { CoverageDay } from './coverage-report.ts';
import { escapeHtml, toHourCells } from './html-text.ts';

export const segmentMeanings: Readonly<Record<SegmentLook, string>> = {
  contact: 'On a contact',
  open: 'Open, without a contact',
  closed: 'Closed',
  unmapped: 'Unmapped: the table of agent states does not know it (setting agentStates.table)',
};

/** Top and height of each look, in a bar of 16. */
const boxes: Readonly<Record<SegmentLook, readonly [number, number]>> = {
  contact: [0, 16],
  open: [6, 10],
  closed: [13, 3],
  unmapped: [3, 13],
};

const toHours = (seconds: number): string => {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')} h`;
};

function toBar({ agentValue, segments }: AgentDay, { startMs, endMs }: CoverageDay): string {
  const toX = (ms: number): string => (((ms - startMs) / (endMs - startMs)) * 1000).toFixed(2);
  const rects = segments.map((segment) => {
    const [y, height] = boxes[segment.look];
    const width = toX(segment.endMs - segment.startMs + startMs);
    return `<rect class="${segment.look}" x="${toX(segment.startMs)}" y="${y}" width="${width}" height="${height}"/>`;
  });
  const sums = sumLooks(segments);
  const label = `${agentValue}: ${segments.length} states; contact ${toHours(sums.contact)}, open ${toHours(sums.open)}, closed ${toHours(sums.closed)}, unmapped ${toHours(sums.unmapped)}`;
  return `<svg viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}">${rects.join('')}</svg>`;
}

function toLegend(): string {
  const items = Object.entries({
    contact: 'on a contact',
    open: 'open',
    closed: 'closed',
    unmapped: 'unmapped',
  } as const);
  return items.map(([look, text]) => `<li><svg width="14" height="16">${toSampleBox(look)}</svg>${text}</li>`).join('');
}

function toSampleBox(look: string): string {
  const found = Object.entries(boxes).find(([name]) => name === look);
  const [y, height] = found?.[1] ?? [0, 16];
  return `<rect class="${look}" x="0" y="${y}" width="14" height="${height}"/>`;
}

/** The bars, or why there are none. */
export function toAgentTable(day: CoverageDay, dayIndex: number): string {
  const { agents } = day;
  if (agents.status === 'unknown') return `<p class="soft">${escapeHtml(agents.reason)}</p>`;
  if (agents.agents.length === 0) return '<p class="soft">Nobody was signed in.</p>';
  const columns = day.intervals.length;
  const rows = agents.agents.map(
    (agent, index) =>
      `<tr data-agent="${index}"><th class="series" scope="row" title="${escapeHtml(agent.agentValue)}"><bdi>${escapeHtml(agent.agentValue)}</bdi></th><td class="bar" colspan="${columns}">${toBar(agent, day)}</td><td class="total">${toHours(sumLooks(agent.segments).contact)}</td></tr>`,
  );
  const more = agents.agentCount - agents.agents.length;
  const rest = more > 0 ? ` ${more} more agents are left out: --max-agents.` : '';
  return `<div class="scroll"><table class="grid" role="grid" aria-label="Agents of ${day.date}" data-day="${dayIndex}">
<colgroup><col class="name"><col span="${columns}"><col class="sum"></colgroup>
<thead><tr><td></td>${toHourCells(day)}<th class="hour" scope="col">contact</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>
<ul class="legend">${toLegend()}</ul>
<p class="soft">The states as they were sent to WFM. A state lasts until the next one; an agent who fell silent keeps the last.${rest}</p>`;
}
