import { describe, expect, it } from '@jest/globals';
import { parseSettings } from '../../../../../functions/lib/runtime/settings.ts';
import type { ReportManifest } from '../../../../../schemas/manifest.ts';
import { findDrift } from '../../../../../tools/ops/analysis/drift.ts';
import { listEntities } from '../../../../../tools/ops/analysis/entity-list.ts';
import { createSeenEntities, seeRecord, seeState } from '../../../../../tools/ops/analysis/seen-entities.ts';
import { agentQueueRecord, queueRecord } from './record-builders.ts';

const settings = parseSettings(
  {
    acd: { name: 'acd' },
    hub: { url: 'https://hub.example.com' },
    queues: [{ name: 'Verkauf', hubQueue: 'Sales' }],
    agents: [{ login: 'ann', agentId: '4711' }],
    agentStates: { table: [{ eventId: 'Lunch', activityCode: 'Lunch', status: 'Closed' }] },
  },
  'the test',
);
const dayMs = 86_400_000;
const source = (kind: 'QR' | 'AQR', series: string | null = kind): ReportManifest['source'] => ({
  ...{ bucket: 'b', key: 'k', kind, series, runTime: null },
});
const onDay = (day: number) => `2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`;

function see(days: Readonly<Record<string, readonly number[]>>) {
  const seen = createSeenEntities();
  for (const [queueValue, ofQueue] of Object.entries(days)) {
    for (const day of ofQueue) seeRecord(seen, source('QR'), queueRecord({ queueValue, intervalStart: onDay(day) }));
  }
  return seen;
}

const read = (seen = createSeenEntities(), statesSince: string | null = onDay(1)) => ({
  ...{ seen, vanished: [], reportCount: 1, statesSince },
});

describe('findDrift', () => {
  it('measures who came and went from the newest figures', () => {
    const seen = see({ always: [1, 8, 15, 22], gone: [1, 14], fresh: [16] });
    const { findings, limits } = findDrift(read(seen), { settings, withinMs: 7 * dayMs });
    expect(findings.map(({ drift, name }) => [drift, name])).toEqual([
      ['queueAppeared', 'fresh'],
      ['queueVanished', 'gone'],
    ]);
    expect(limits).toEqual([]);
  });

  it('calls nothing new while there is no past to compare with, and says so', () => {
    const { findings, limits } = findDrift(read(see({ one: [20], two: [22] })), { settings, withinMs: 7 * dayMs });
    expect(findings).toEqual([]);
    expect(limits).toEqual([expect.stringContaining('too few figures')]);
  });

  it('takes a queue of a reload file for no other series', () => {
    const seen = see({ Sales: [20] });
    seeRecord(seen, source('QR', null), queueRecord({ intervalStart: onDay(21) }));
    expect(findDrift(read(seen), { settings, withinMs: dayMs }).findings).toEqual([]);
    seeRecord(seen, source('QR', 'QR-2'), queueRecord({ intervalStart: onDay(21), mediaType: 'chat' }));
    expect(findDrift(read(seen), { settings, withinMs: dayMs }).findings.map(({ drift }) => drift)).toEqual([
      'queueInSeveralSeries',
      'queueWithSeveralMedia',
    ]);
  });

  it('lists states by the table as it is now, and no agent for being seen in states alone', () => {
    const seen = see({ Sales: [1, 22] });
    for (const eventId of ['lunch', 'Training', 'available']) {
      seeState(seen, { agentValue: 'new', eventId, at: onDay(22) }, (login) => login);
    }
    expect(findDrift(read(seen), { settings, withinMs: 7 * dayMs }).findings).toEqual([
      { drift: 'stateUnmapped', name: 'Training', firstSeen: onDay(22), lastSeen: onDay(22), detail: 'of 1 agent' },
    ]);
  });

  it('says when only the states standing now are known', () => {
    const { limits } = findDrift(read(see({ Sales: [1, 22] }), null), { settings, withinMs: dayMs });
    expect(limits).toEqual([expect.stringContaining('agentStates.timelineDays is 0')]);
  });
});

describe('listEntities', () => {
  it('gives each name at the hub, and where that comes from', () => {
    const seen = see({ Sales: [1], Support: [1] });
    seeRecord(seen, source('AQR'), agentQueueRecord({ agentId: '4711' }));
    for (const eventId of ['Lunch', 'Available', 'Training']) {
      seeState(seen, { agentValue: 'bob', eventId, at: onDay(1) }, (login) => login);
    }
    expect(
      listEntities(seen, settings).map(({ type, name, hubName, mapping }) => [type, name, hubName, mapping]),
    ).toEqual([
      ['queue', 'Support', 'Support', 'ownName'],
      ['queue', 'Verkauf', 'Sales', 'settings'],
      ['agent', 'ann', '4711', 'settings'],
      ['agent', 'bob', 'bob', 'ownName'],
      ['agentState', 'Available', 'Open / Open', 'defaultTable'],
      ['agentState', 'Lunch', 'Lunch / Closed', 'settings'],
      ['agentState', 'Training', '', 'unmapped'],
    ]);
  });
});
