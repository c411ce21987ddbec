import { describe, expect, it } from '@jest/globals';
import { compareDay, toRefusalKey, type Sides } from '../../../../../tools/ops/analysis/day-comparison.ts';
import { createLatestRecords, toRecordKey } from '../../../../../tools/ops/analysis/record-figures.ts';
import { agentQueueRecord } from './record-builders.ts';

function sides(
  files: readonly (readonly [string, ReturnType<typeof agentQueueRecord>])[],
  hub: readonly (readonly [string, ReturnType<typeof agentQueueRecord>])[],
  facts: Partial<Sides> = {},
): Sides {
  const [ofFiles, ofHub] = [files, hub].map((entries) => {
    const latest = createLatestRecords();
    for (const [version, record] of entries) latest.add(version, record);
    return latest.records;
  });
  return { kind: 'AQR', files: ofFiles!, hub: ofHub!, refused: new Map(), undelivered: new Set(), ...facts };
}

describe('compareDay', () => {
  it('adds up both sides by queue, the newest version of each record counting, whatever the order', () => {
    const newest = agentQueueRecord({ agentValue: 'ann', contactsHandled: 5 });
    const { totals, differences } = compareDay(
      sides(
        [
          ['v2', newest],
          ['v1', agentQueueRecord({ agentValue: 'ann', contactsHandled: 9 })],
          ['v1', agentQueueRecord({ agentValue: 'bob', contactsHandled: 1 })],
        ],
        [
          ['v1', agentQueueRecord({ agentValue: 'bob', contactsHandled: 1 })],
          ['v1', agentQueueRecord({ agentValue: 'ann', contactsHandled: 9 })],
          ['v2', newest],
        ],
      ),
    );
    expect(differences).toEqual([]);
    expect(totals).toMatchObject([{ entity: 'Sales', fileRecordCount: 2, hubRecordCount: 2, differingRecordCount: 0 }]);
    expect(totals[0]!.figures).toContainEqual({ figure: 'contactsHandled', files: 6, hub: 6, difference: 0 });
  });

  it('sees records that differ although their sum does not', () => {
    const { totals, differences } = compareDay(
      sides(
        [
          ['v', agentQueueRecord({ agentValue: 'ann', contactsHandled: 5 })],
          ['v', agentQueueRecord({ agentValue: 'bob', contactsHandled: 1 })],
        ],
        [
          ['v', agentQueueRecord({ agentValue: 'ann', contactsHandled: 4 })],
          ['v', agentQueueRecord({ agentValue: 'bob', contactsHandled: 2 })],
        ],
      ),
    );
    expect(totals[0]).toMatchObject({ differingRecordCount: 2 });
    expect(differences.map(({ agent, cause, fields }) => ({ agent, cause, fields }))).toEqual([
      { agent: 'ann', cause: 'otherFigures', fields: [{ field: 'contactsHandled', files: '5', hub: '4' }] },
      { agent: 'bob', cause: 'otherFigures', fields: [{ field: 'contactsHandled', files: '1', hub: '2' }] },
    ]);
  });

  it('tells why a record is on one side only', () => {
    const [refused, waiting, lost, kept] = ['a', 'b', 'c', 'd'].map((agentValue) => agentQueueRecord({ agentValue }));
    const { differences } = compareDay(
      sides(
        [
          ['v1', refused!],
          ['v2', waiting!],
          ['v3', lost!],
        ],
        [['v0', kept!]],
        {
          refused: new Map([[toRefusalKey('v1', toRecordKey(refused!)), 'unknown agent']]),
          undelivered: new Set(['v2']),
        },
      ),
    );
    expect(differences.map(({ agent, cause, reason }) => [agent, cause, reason])).toEqual([
      ['a', 'refused', 'unknown agent'],
      ['b', 'notDelivered', null],
      ['c', 'notAtHub', null],
      ['d', 'notInFiles', null],
    ]);
  });
});
