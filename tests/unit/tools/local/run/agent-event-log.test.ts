import { describe, expect, it } from '@jest/globals';
import { HubAuthenticationError, HubUnavailableError } from '../../../../../functions/lib/domain/errors.ts';
import { createAgentEventLog } from '../../../../../tools/local/run/agent-event-log.ts';
import { buildResult, buildState } from './agent-run-builders.ts';

function openLog() {
  const troubles: string[] = [];
  const log = createAgentEventLog((reason) => {
    troubles.push(reason);
  });
  return { log, troubles };
}

describe('createAgentEventLog', () => {
  it('counts every record by its end, and unmapped ones of the delivered beside', () => {
    const { log } = openLog();
    log.onResults([
      buildResult('1'),
      buildResult('2', { isUnmapped: true }),
      buildResult('3', { outcome: 'coalesced', isUnmapped: true }),
      buildResult('4', { outcome: 'unchanged' }),
      buildResult('5', { outcome: 'outOfScope' }),
      buildResult('6', { outcome: 'duplicate' }),
      buildResult('7', { outcome: 'stale' }),
      buildResult('8', { outcome: 'deadLettered', isUnmapped: true }),
    ]);
    expect(log.count(9)).toEqual({
      ...{ received: 9, delivered: 2, unmapped: 1, unchanged: 2, outOfScope: 1 },
      ...{ duplicates: 1, stale: 1, deadLettered: 1 },
    });
  });

  it('counts a record once when its end is told again', () => {
    const { log } = openLog();
    log.onResults([buildResult('1')]);
    log.onResults([buildResult('1', { outcome: 'duplicate' }), buildResult('2', { outcome: 'stale' })]);
    expect(log.count(2)).toMatchObject({ delivered: 1, duplicates: 0, stale: 1 });
    expect(log.endedCount).toBe(2);
  });

  it('lists sequence numbers as numbers, not as text', () => {
    const { log } = openLog();
    log.onResults(['10', '9', '100', '11'].map((number) => buildResult(number)));
    expect(log.listSequenceNumbers()).toEqual(['9', '10', '11', '100']);
  });

  it('keeps each transition once, in the order the hub took them', () => {
    const { log } = openLog();
    const [later, earlier] = [buildState('anna', '12:01:00', 'Break'), buildState('anna', '12:00:00', 'Available')];
    log.onPosted([later]);
    log.onPosted([later, earlier]);
    expect(log.posted).toEqual([later, earlier]);
  });

  it('tells the first failure of a row only, and forgets it when something goes forward', () => {
    const { log, troubles } = openLog();
    log.onFailure(new HubUnavailableError('down'));
    log.onFailure(new HubUnavailableError('still down'));
    expect(troubles).toEqual(['HubUnavailableError: down']);
    expect(log.failure).toBe('HubUnavailableError: still down');
    log.onResults([buildResult('1')]);
    expect(log.failure).toBeNull();
    log.onFailure(new Error('again'));
    expect(troubles).toEqual(['HubUnavailableError: down', 'Error: again']);
  });

  it('is stuck on an error that somebody has to act on, and on no other', () => {
    const { log } = openLog();
    log.onFailure(new HubUnavailableError('down'));
    expect(log.isStuck).toBe(false);
    log.onFailure(new HubAuthenticationError('no such key'));
    expect(log.isStuck).toBe(true);
  });
});
