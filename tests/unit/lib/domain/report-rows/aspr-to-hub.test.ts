import { describe, expect, it } from '@jest/globals';
import { Value } from 'typebox/value';
import { agentSystemRecordSchema } from '../../../../../schemas/hub-records.ts';
import { mapAgentSystem, mapRows, noteCodes, start } from './report-case.ts';

const agents = [{ login: 'ana@example.com', agentId: '4711' }];
const activity = { 'Online time': 900, 'Nonproductive time': 120, 'Agent idle time': 300.25 };

describe('toAgentSystemRecord', () => {
  it('maps a row to every field, in the order of the schema', () => {
    const record = mapAgentSystem(activity, { agents });
    expect(record).toEqual({
      agentValue: 'ana@example.com',
      agentId: '4711',
      intervalStart: start,
      readyTimeSeconds: 300.25,
      notReadyTimeSeconds: 120,
      loginTimeSeconds: 900,
    });
    expect(Object.keys(record)).toEqual(Object.keys(agentSystemRecordSchema.properties));
    expect(Value.Check(agentSystemRecordSchema, record)).toBe(true);
  });

  it('adds the time on contact to the ready time where the settings ask for it', () => {
    const figures = { readyTime: 'idleAndOnContact' } as const;
    expect(mapAgentSystem({ ...activity, 'Agent on contact time': 200 }, { figures }).readyTimeSeconds).toBe(500.25);
    const report = mapRows([activity], { kind: 'ASPR', figures });
    expect(report.records).toMatchObject([{ readyTimeSeconds: null }]);
    expect(report.notes[0]?.message).toBe('readyTimeSeconds is null: add "Agent on contact time" to the report.');
  });

  it('keeps a blank time blank', () => {
    expect(mapAgentSystem({ ...activity, 'Nonproductive time': '-' }).notReadyTimeSeconds).toBeNull();
  });

  it.each(['Online time', 'Nonproductive time', 'Agent idle time'])('rejects a %s above the interval', (heading) => {
    const withTime = (seconds: number) => mapRows([{ ...activity, [heading]: seconds }], { kind: 'ASPR' });
    expect(withTime(902).rejects).toEqual([]);
    expect(withTime(902.5)).toMatchObject({
      records: [],
      rejects: [{ rule: 'activity-above-interval', lineNumber: 2 }],
    });
  });

  it('checks the sum over routing profiles, not each row', () => {
    const rows = [
      { 'Routing Profile': 'A', ...activity, 'Online time': 600 },
      { 'Routing Profile': 'B', ...activity, 'Online time': 600 },
    ];
    expect(mapRows(rows, { kind: 'ASPR' }).rejects.map(({ lineNumber }) => lineNumber)).toEqual([2, 3]);
  });

  it('adds up rows by queue and notes that the grouping is to be removed', () => {
    const rows = [
      { Queue: 'Sales', ...activity, 'Online time': '' },
      { Queue: '', ...activity, 'Online time': '' },
    ];
    const report = mapRows(rows, { kind: 'ASPR' });
    expect(report.records).toMatchObject([{ loginTimeSeconds: null, notReadyTimeSeconds: 240 }]);
    expect(noteCodes(report)).toContain('queue-grouping');
  });
});
