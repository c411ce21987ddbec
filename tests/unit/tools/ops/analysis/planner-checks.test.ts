import { describe, expect, it } from '@jest/globals';
import type { HubRecord } from '../../../../../schemas/hub-records.ts';
import {
  checkAgentSums,
  checkReceived,
  checkServiceLevels,
  createStatedLevels,
} from '../../../../../tools/ops/analysis/planner-checks.ts';
import { agentQueueRecord, intervalStart, queueRecord } from './record-builders.ts';

const versioned = (...records: readonly HubRecord[]) => records.map((record) => ({ version: 'v', record }));

describe('checkAgentSums', () => {
  const queues = versioned(queueRecord());
  const agents = (annHandled: number, seconds: number) =>
    versioned(
      agentQueueRecord({ contactsHandled: annHandled, handleTimeSeconds: seconds }),
      agentQueueRecord({ agentValue: 'bob', contactsHandled: 4, handleTimeSeconds: 500 }),
    );

  it('allows one contact, 15 s and the tolerance', () => {
    expect(checkAgentSums(queues, agents(3, 485), 0).differences).toEqual([]);
    expect(checkAgentSums(queues, agents(4, 480), 2).differences).toEqual([]);
  });

  it('lists what goes beyond', () => {
    expect(checkAgentSums(queues, agents(2, 484), 0).differences).toEqual([
      { queue: 'Sales', intervalStart, figure: 'contactsHandled', queueReport: 8, agentQueueReport: 6 },
      { queue: 'Sales', intervalStart, figure: 'handleTimeSeconds', queueReport: 1000, agentQueueReport: 984 },
    ]);
  });

  it('takes a queue without agents for 0, and an interval without any agent for not comparable', () => {
    const elsewhere = versioned(agentQueueRecord({ queueValue: 'Support' }));
    expect(checkAgentSums(queues, elsewhere, 2).differences).toHaveLength(2);
    expect(checkAgentSums(queues, [], 2)).toEqual({ comparedCount: 0, notComparableCount: 1, differences: [] });
  });

  it('leaves out figures that either report does not have', () => {
    expect(checkAgentSums(queues, versioned(agentQueueRecord({ contactsHandled: 8 })), 2).differences).toEqual([]);
  });
});

describe('checkServiceLevels', () => {
  const startMs = Date.parse(intervalStart);

  it('compares the level sent with the one the same file states, by the name at the hub', () => {
    const stated = createStatedLevels([{ name: 'Verkauf', hubQueue: 'Sales' }]);
    stated.add('v', [{ queue: 'Verkauf', startMs, percent: 66.7 }]);
    stated.add('older', [{ queue: 'Verkauf', startMs, percent: 10 }]);
    expect(checkServiceLevels(versioned(queueRecord()), stated)).toEqual([
      {
        ...{ queue: 'Sales', comparedCount: 1, differingCount: 1 },
        widest: { intervalStart, derivedPercent: 60, statedPercent: 66.7 },
      },
    ]);
  });

  it('passes one percentage point, and rows that were added up', () => {
    const near = createStatedLevels([]);
    near.add('v', [{ queue: 'Sales', startMs, percent: 61 }]);
    expect(checkServiceLevels(versioned(queueRecord()), near)).toMatchObject([{ differingCount: 0, widest: null }]);
    near.add('v', [{ queue: 'Sales', startMs, percent: 20 }]);
    expect(checkServiceLevels(versioned(queueRecord()), near)).toEqual([]);
  });
});

describe('checkReceived', () => {
  it('lists queues whose contacts received are not all handled or abandoned', () => {
    const queues = versioned(queueRecord({ contactsReceived: 13 }), queueRecord({ queueValue: 'Support' }));
    expect(checkReceived(queues)).toEqual([{ queue: 'Sales', received: 13, handledAndAbandoned: 10, difference: 3 }]);
  });
});
