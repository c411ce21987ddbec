// What has changed about the customer's queues, agents and states without anybody saying so.
import { createAgentStateRules } from '../../../functions/lib/domain/agent-states/agent-state-rules.ts';
import { toEpochMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import type { Settings } from '../../../schemas/settings.ts';
import { toCountText, toTimeText } from '../lines.ts';
import type { ReadEntities } from './entity-reader.ts';
import type { SeenEntities, Sighting } from './seen-entities.ts';

/** In the order in which they are shown. */
export const driftKinds = [
  'queueAppeared',
  'queueVanished',
  'queueInSeveralSeries',
  'queueWithSeveralServiceLevels',
  'queueWithSeveralMedia',
  'mixedDirection',
  'stateUnmapped',
  'rowsVanished',
  'agentAppeared',
  'agentVanished',
] as const;
export type DriftKind = (typeof driftKinds)[number];

export interface DriftFinding extends Readonly<Sighting> {
  readonly drift: DriftKind;
  /** Queue, login, agent state, or series. */
  readonly name: string;
  readonly detail: string;
}

export interface Drift {
  /** Sorted by kind, then by name. */
  readonly findings: readonly DriftFinding[];
  /** Earliest and latest interval of queue and agent figures that were looked at; null without any. */
  readonly reports: Readonly<Sighting> | null;
  readonly reportCount: number;
  readonly statesSince: string | null;
  /** What could not be judged, in words. */
  readonly limits: readonly string[];
}

export interface DriftRules {
  readonly settings: Pick<Settings, 'agentStates' | 'agents'>;
  /** Appeared or vanished so long before the newest figures. */
  readonly withinMs: number;
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function toWhole(sightings: readonly Sighting[]): Sighting | null {
  const [first] = sightings.map(({ firstSeen }) => firstSeen).toSorted(byCodeUnit);
  const last = sightings
    .map(({ lastSeen }) => lastSeen)
    .toSorted(byCodeUnit)
    .at(-1);
  return first === undefined || last === undefined ? null : { firstSeen: first, lastSeen: last };
}

/** `QR-A 2026-11-01T… to 2026-11-20T…; QR-B …` */
function describeSightings<K extends string | number>(sightings: ReadonlyMap<K, Sighting>, unit = ''): string {
  return [...sightings]
    .toSorted(([, a], [, b]) => byCodeUnit(a.firstSeen, b.firstSeen))
    .map(([name, { firstSeen, lastSeen }]) => `${name}${unit} ${toTimeText(firstSeen)} to ${toTimeText(lastSeen)}`)
    .join('; ');
}

/** Who came and who went, measured from the newest figures: an outage makes nobody vanish. */
function listComings(
  names: readonly { readonly name: string; readonly sighting: Sighting | null }[],
  span: Sighting | null,
  withinMs: number,
  words: { readonly appeared: DriftKind; readonly vanished: DriftKind },
): DriftFinding[] {
  if (span === null) return [];
  const border = toInstant(toEpochMs(span.lastSeen) - withinMs);
  const hasPast = span.firstSeen < border;
  return names.flatMap(({ name, sighting }): DriftFinding[] => {
    if (sighting === null) return [];
    const { firstSeen, lastSeen } = sighting;
    if (hasPast && firstSeen >= border) {
      return [{ drift: words.appeared, name, firstSeen, lastSeen, detail: 'not seen before' }];
    }
    if (lastSeen < border) return [{ drift: words.vanished, name, firstSeen, lastSeen, detail: 'not seen since' }];
    return [];
  });
}

function listQueueFindings({ queues }: SeenEntities): DriftFinding[] {
  return [...queues.values()].flatMap((queue): DriftFinding[] => {
    const { name, series, serviceLevels, mediaTypes, mixedDirection, firstSeen, lastSeen } = queue;
    const finding = (drift: DriftKind, detail: string, at: Sighting = { firstSeen, lastSeen }): DriftFinding => ({
      ...{ drift, name, detail, firstSeen: at.firstSeen, lastSeen: at.lastSeen },
    });
    return [
      ...(series.size > 1 ? [finding('queueInSeveralSeries', describeSightings(series))] : []),
      ...(serviceLevels.size > 1
        ? [finding('queueWithSeveralServiceLevels', describeSightings(serviceLevels, ' s'))]
        : []),
      ...(mediaTypes.size > 1 ? [finding('queueWithSeveralMedia', describeSightings(mediaTypes))] : []),
      ...(mixedDirection === null
        ? []
        : [finding('mixedDirection', 'outbound or callback contacts beside inbound ones', mixedDirection)]),
    ];
  });
}

function listUnmappedStates({ states }: SeenEntities, settings: DriftRules['settings']): DriftFinding[] {
  const { findRow } = createAgentStateRules(settings.agentStates, settings.agents);
  return [...states.values()]
    .filter(({ eventId }) => findRow(eventId) === undefined)
    .map(({ eventId: name, agents, firstSeen, lastSeen }) => ({
      ...{ drift: 'stateUnmapped', name, firstSeen, lastSeen, detail: `of ${toCountText(agents.size, 'agent')}` },
    }));
}

const namesShown = 5;

function listVanishedRows({ vanished }: Pick<ReadEntities, 'vanished'>): DriftFinding[] {
  return [...Map.groupBy(vanished, ({ kind, series }) => series ?? `${kind} reload files`)].flatMap(([name, rows]) => {
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return [];
    const rowCount = rows.reduce((sum, row) => sum + row.rowCount, 0);
    const names = [...new Set(rows.flatMap(({ entities }) => entities))].toSorted(byCodeUnit);
    const shown = names.slice(0, namesShown).join(', ') + (names.length > namesShown ? ' …' : '');
    return [
      {
        ...{ drift: 'rowsVanished', name, firstSeen: first.intervalStart, lastSeen: last.intervalStart },
        detail:
          `${toCountText(rowCount, 'row')} in ${toCountText(rows.length, 're-sent interval')}, and the hub keeps them` +
          (shown === '' ? '' : `: ${shown}`),
      },
    ];
  });
}

/** Pure: everything read comes in. */
export function findDrift(read: ReadEntities, { settings, withinMs }: DriftRules): Drift {
  const { seen, reportCount, statesSince } = read;
  const spanOf = (kinds: readonly string[]) =>
    toWhole([...seen.spans].filter(([kind]) => kinds.includes(kind)).map(([, sighting]) => sighting));
  const [queueSpan, agentSpan] = [spanOf(['QR', 'AQR']), spanOf(['AQR', 'ASPR'])];
  const reports = spanOf(['QR', 'AQR', 'ASPR']);
  const findings = [
    ...listQueueFindings(seen),
    ...listUnmappedStates(seen, settings),
    ...listVanishedRows(read),
    ...listComings(
      [...seen.queues.values()].map((queue) => ({ name: queue.name, sighting: queue })),
      ...([queueSpan, withinMs, { appeared: 'queueAppeared', vanished: 'queueVanished' }] as const),
    ),
    ...listComings(
      [...seen.agents.values()].map(({ login, reports: sighting }) => ({ name: login, sighting })),
      ...([agentSpan, withinMs, { appeared: 'agentAppeared', vanished: 'agentVanished' }] as const),
    ),
  ].toSorted((a, b) => driftKinds.indexOf(a.drift) - driftKinds.indexOf(b.drift) || byCodeUnit(a.name, b.name));
  return { findings, reports, reportCount, statesSince, limits: listLimits({ reports, statesSince }, withinMs) };
}

function listLimits({ reports, statesSince }: Pick<Drift, 'reports' | 'statesSince'>, withinMs: number): string[] {
  const isShort = reports === null || toEpochMs(reports.lastSeen) - toEpochMs(reports.firstSeen) < withinMs;
  return [
    ...(isShort ? ['There are too few figures to tell who is new and who is gone: see --since and --within'] : []),
    ...(statesSince === null
      ? ['Of agent states only those standing now are known: agentStates.timelineDays is 0']
      : []),
  ];
}
