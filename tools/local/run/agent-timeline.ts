// The states of each agent over time as text: a bar, one character for a sixtieth of the time, and every state with its start.
import type { AgentStateRecord } from '../../../schemas/agent-states.ts';
import type { Colors } from './colors.ts';
import { toPrintable } from './run-report.ts';

export interface AgentTimeline {
  readonly agentValue: string;
  /** In the order the hub took them. */
  readonly states: readonly AgentStateRecord[];
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const barWidth = 60;
const hourMs = 3_600_000;
const lineColumns = 110;
const longestName = 32;
const agentsShown = 25;
const statesShown = 40;

const looks = {
  contact: { character: '█', meaning: 'contact', paint: ({ green }: Colors) => green },
  open: { character: '▒', meaning: 'open, no contact', paint: ({ green }: Colors) => green },
  closed: { character: '·', meaning: 'closed', paint: ({ dim }: Colors) => dim },
  unmapped: { character: '?', meaning: 'unmapped', paint: ({ yellow }: Colors) => yellow },
} as const;

function lookOf({ mapped, mediaType, status }: AgentStateRecord): keyof typeof looks {
  if (!mapped) return 'unmapped';
  if (mediaType !== null) return 'contact';
  return status === 'Open' ? 'open' : 'closed';
}

/** By agent, by code unit. */
export function toTimelines(states: readonly AgentStateRecord[]): AgentTimeline[] {
  const ofAgent = Map.groupBy(states, ({ agentValue }) => agentValue);
  return [...ofAgent]
    .map(([agentValue, own]) => ({ agentValue, states: own }))
    .toSorted((a, b) => (a.agentValue < b.agentValue ? -1 : 1));
}

/** Whole hours around all states. */
function findSpan(timelines: readonly AgentTimeline[]): Span {
  let [firstMs, lastMs] = [Infinity, -Infinity];
  for (const { states } of timelines) {
    for (const { startTime } of states) {
      firstMs = Math.min(firstMs, Date.parse(startTime));
      lastMs = Math.max(lastMs, Date.parse(startTime));
    }
  }
  const startMs = Math.floor(firstMs / hourMs) * hourMs;
  return { startMs, endMs: Math.max(Math.ceil(lastMs / hourMs) * hourMs, startMs + hourMs) };
}

/** Each character stands for the state in the middle of its time; a blank for the time before the first state. */
export function toBar({ states }: AgentTimeline, { startMs, endMs }: Span, colors: Colors): string {
  const starts = states.map((state) => ({ state, ms: Date.parse(state.startTime) }));
  let bar = '';
  for (let column = 0; column < barWidth; column += 1) {
    const atMs = startMs + ((column + 0.5) / barWidth) * (endMs - startMs);
    const state = starts.findLast(({ ms }) => ms <= atMs)?.state;
    const look = state === undefined ? undefined : looks[lookOf(state)];
    bar += look === undefined ? ' ' : look.paint(colors)(look.character);
  }
  return bar;
}

/** `08:04:10 Available`; the day leads where it is not the first one of the span. */
function toStateText({ startTime, eventId, status, mapped }: AgentStateRecord, firstDate: string): string {
  const day = startTime.startsWith(firstDate) ? '' : `${startTime.slice(5, 10)} `;
  return `${day}${startTime.slice(11, 19)} ${toPrintable(eventId)}${mapped ? '' : ` (unmapped, ${status})`}`;
}

/** Keeps each item in one line. */
function wrapItems(items: readonly string[]): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 2 + item.length > lineColumns) lines.push(item);
    else lines[lines.length - 1] = `${last}  ${item}`;
  }
  return lines;
}

/** All agents under one scale; of many agents, or many states of one, the first. */
export function toTimelineLines(timelines: readonly AgentTimeline[], colors: Colors): string[] {
  if (timelines.length === 0) return [];
  const span = findSpan(timelines);
  const [from, to] = [new Date(span.startMs).toISOString(), new Date(span.endMs).toISOString()];
  const firstDate = from.slice(0, 10);
  const lastDate = span.endMs - span.startMs > 24 * hourMs ? `${to.slice(5, 10)} ` : '';
  const shown = timelines.slice(0, agentsShown);
  const width = Math.min(longestName, Math.max(...shown.map(({ agentValue }) => agentValue.length)));
  const scale = from.slice(11, 16) + `${lastDate}${to.slice(11, 16)}`.padStart(barWidth - 'hh:mm'.length);
  const used = new Set(timelines.flatMap(({ states }) => states.map(lookOf)));
  const legend = Object.entries(looks)
    .filter(([name]) => [...used].some((look) => look === name))
    .map(([, { character, meaning, paint }]) => `${paint(colors)(character)} ${meaning}`);
  const lines = shown.flatMap((timeline) => {
    const { agentValue, states } = timeline;
    const name = toPrintable(agentValue.length > width ? `${agentValue.slice(0, width - 1)}…` : agentValue);
    const items = states.slice(0, statesShown).map((state) => toStateText(state, firstDate));
    const further = states.length > statesShown ? [`… and ${states.length - statesShown} more`] : [];
    return [
      ` ${colors.bold(name.padEnd(width))}  ${toBar(timeline, span, colors).trimEnd()}`,
      ...wrapItems([...items, ...further]).map((line) => `   ${line}`),
    ];
  });
  const moreAgents = timelines.length - agentsShown;
  return [
    colors.bold(`Agent states of ${firstDate} (UTC)`),
    ` ${' '.repeat(width)}  ${colors.dim(scale)}`,
    ...lines,
    ...(moreAgents > 0 ? [` … and ${moreAgents} more agents`] : []),
    '',
    ` ${legend.join('   ')}`,
  ];
}
