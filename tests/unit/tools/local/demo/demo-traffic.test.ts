import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeAgentQueueReport, writeQueueReport } from '../../../../../tools/local/demo/demo-reports.ts';
import { demoAgents, drawNumber, listActivities, listContacts } from '../../../../../tools/local/demo/demo-traffic.ts';

const intervals = Array.from({ length: 96 }, (_, interval) => interval);

describe('drawNumber', () => {
  it('draws from 0 to below 1, the same for the same words', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (words) => {
        const drawn = drawNumber(...words);
        return drawn >= 0 && drawn < 1 && drawn === drawNumber(...words);
      }),
    );
  });
});

describe('listContacts', () => {
  it('has nobody calling before 07:00 and after 21:00 UTC', () => {
    const closed = intervals.filter((interval) => interval < 28 || interval >= 84);
    expect(closed.flatMap(listContacts)).toEqual([]);
  });

  it('gives contacts to agents on shift who serve the queue', () => {
    for (const interval of intervals) {
      for (const { agent, queue } of listContacts(interval)) {
        if (agent === null) continue;
        const member = demoAgents.find(({ login }) => login === agent)!;
        expect(member.queues).toContain(queue.name);
        expect(interval / 4).toBeGreaterThanOrEqual(member.startsAtHour);
        expect(interval / 4).toBeLessThan(member.endsAtHour);
      }
    }
  });
});

describe('listActivities', () => {
  it('splits the time online into nonproductive, on contact and idle, 900 s at most', () => {
    for (const activity of intervals.flatMap(listActivities)) {
      const { onlineSeconds, nonproductiveSeconds, onContactSeconds, idleSeconds } = activity;
      expect(nonproductiveSeconds + onContactSeconds + idleSeconds).toBe(onlineSeconds);
      expect(onlineSeconds).toBeLessThanOrEqual(900);
      expect(idleSeconds).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('writeQueueReport', () => {
  it('counts what the agent queue report counts', () => {
    for (const isComplete of [true, false]) {
      const request = { dayStartMs: 0, firstInterval: 0, lastInterval: 41, isComplete };
      const [queues, agents] = [writeQueueReport(request), writeAgentQueueReport(request)].map(({ headings, rows }) =>
        ['Contacts handled', 'Contact handle time', 'After contact work time'].map((heading) =>
          rows.reduce((sum, row) => sum + Number(row[headings.indexOf(heading)]), 0),
        ),
      );
      expect(queues).toEqual(agents);
    }
  });

  it('leaves the contact still being written up to the next look-back', () => {
    const request = { dayStartMs: 0, firstInterval: 41, lastInterval: 41 };
    const handledIn = ({ headings, rows }: ReturnType<typeof writeQueueReport>) =>
      rows.reduce((sum, row) => sum + Number(row[headings.indexOf('Contacts queued')]), 0);
    const punctual = handledIn(writeQueueReport({ ...request, isComplete: false }));
    expect(punctual).toBeLessThan(handledIn(writeQueueReport({ ...request, isComplete: true })));
    expect(handledIn(writeQueueReport({ ...request, lastInterval: 42, isComplete: false }))).toBeGreaterThan(punctual);
  });
});
