import { describe, expect, it } from '@jest/globals';
import { Value } from 'typebox/value';
import { agentQueueRecordSchema } from '../../../../../schemas/hub-records.ts';
import { mapAgentQueue, mapRows, start } from './report-case.ts';

const agents = [{ login: 'ana@example.com', agentId: '4711' }];

describe('toAgentQueueRecord', () => {
  it('maps a row to every field, in the order of the schema', () => {
    const row = {
      'Contacts handled': 3,
      'Agent interaction time': 400,
      'Customer hold time': 20,
      'After contact work time': 60,
    };
    const record = mapAgentQueue(row, { agents });
    expect(record).toMatchObject({
      agentValue: 'ana@example.com',
      agentId: '4711',
      queueValue: 'Sales',
      intervalStart: start,
      contactsHandled: 3,
      handleTimeSeconds: 420,
      holdTimeSeconds: 20,
      workTimeSeconds: 60,
      rightPartyContacts: null,
      active: null,
    });
    expect(Object.keys(record)).toEqual(Object.keys(agentQueueRecordSchema.properties));
    expect(Value.Check(agentQueueRecordSchema, record)).toBe(true);
  });

  it('takes the login for the agent ID where the settings map none', () => {
    expect(mapAgentQueue({ 'Contacts handled': 3 }).agentId).toBe('ana@example.com');
  });

  it('sends null contacts, with a note, where the report has times only', () => {
    const report = mapRows([{ 'Agent interaction time': 400, 'Customer hold time': 0 }], { kind: 'AQR' });
    expect(report.records).toMatchObject([{ contactsHandled: null, handleTimeSeconds: 400 }]);
    expect(report.notes.map(({ message }) => message)).toContain(
      'contactsHandled is null: add "Contacts handled" to the report.',
    );
  });

  it('has no service level', () => {
    const report = mapRows([{ 'Contacts handled': 3, 'Contacts answered in 20 seconds': 'n/a' }], { kind: 'AQR' });
    expect(report).toMatchObject({ serviceLevelSeconds: null, rejects: [] });
  });
});
