import { describe, expect, it } from '@jest/globals';
import {
  parseTimelinePage,
  toTimelinePages,
} from '../../../../../functions/lib/domain/agent-states/agent-timeline-pages.ts';
import { ConfigError } from '../../../../../functions/lib/domain/errors.ts';
import type { AgentStateRecord } from '../../../../../schemas/agent-states.ts';

const stateAt = (startTime: string, rest: Partial<AgentStateRecord> = {}): AgentStateRecord => ({
  ...{ agentValue: 'anna', agentId: 'anna', eventId: 'Available', eventReason: '', activityCode: 'Open' },
  ...{
    status: 'Open',
    mapped: true,
    mediaType: null,
    startTime,
    eventTime: startTime,
    sourceEventId: 'e',
    sequence: '1',
  },
  ...rest,
});
const noon = '2026-11-21T12:00:00.000Z';

describe('toTimelinePages', () => {
  it('makes one page of a batch, which reads back as it was', () => {
    const unmapped = { eventId: 'Lunch "2"', mapped: false, activityCode: null, status: 'Closed' } as const;
    const media = (['voice', 'chat'] as const).map((mediaType) => stateAt(noon, { mediaType }));
    const states = [stateAt(noon), stateAt(noon, unmapped), ...media];
    const [page, ...more] = toTimelinePages(states);
    expect(more).toEqual([]);
    expect(page!.day).toBe('2026-11-21');
    expect(parseTimelinePage(page!.text)).toEqual(
      states.map(({ agentValue, startTime, eventId, activityCode, status, mapped, mediaType }) => ({
        ...{ agentValue, startTime, eventId, activityCode, status, mapped, mediaType },
      })),
    );
  });

  it('gives the same states the same page, so that a repeat replaces it, and others another', () => {
    const idOf = (...states: AgentStateRecord[]) => toTimelinePages(states)[0]!.pageId;
    expect(idOf(stateAt(noon))).toBe(idOf(stateAt(noon)));
    expect(idOf(stateAt(noon))).not.toBe(idOf(stateAt(noon, { eventId: 'Break' })));
    expect(idOf(stateAt(noon)) < idOf(stateAt('2026-11-21T12:00:00.001Z'))).toBe(true);
  });

  it('names a page by the start of its first state, after which pages sort', () => {
    expect(toTimelinePages([stateAt(noon)])[0]!.pageId).toMatch(/^2026-11-21T12:00:00\.000Z#[0-9a-f]{16}$/);
  });

  it('divides at midnight UTC, and a backlog into pages far below the limit of an item', () => {
    const backlog = Array.from({ length: 600 }, () => stateAt(noon, { eventId: 'x'.repeat(127) }));
    const pages = toTimelinePages([stateAt('2026-11-20T23:59:59.999Z'), ...backlog]);
    expect(pages.map(({ day }) => day)).toEqual(['2026-11-20', '2026-11-21', '2026-11-21', '2026-11-21']);
    expect(pages.flatMap(({ text }) => parseTimelinePage(text))).toHaveLength(601);
    expect(Math.max(...pages.map(({ text }) => text.length))).toBeLessThan(100_000);
  });

  it('makes no page of nothing', () => {
    expect(toTimelinePages([])).toEqual([]);
  });
});

describe('parseTimelinePage', () => {
  it.each([
    ['{}', '{}'],
    ['[[1]]', '[1]'],
    ['["text"]', '"text"'],
    ['[[1,"2026-11-21T12:00:00.000Z","Break"]]', '[1,"2026-11-21T12:00:00.000Z","Break"]'],
    ['[["anna",2,"Break"]]', '["anna",2,"Break"]'],
    ['[["anna","2026-11-21T12:00:00.000Z",3]]', '["anna","2026-11-21T12:00:00.000Z",3]'],
  ])('says what stands there instead of a list of states: %s', (text, found) => {
    expect(() => parseTimelinePage(text)).toThrow(ConfigError);
    expect(() => parseTimelinePage(text)).toThrow(`but ${found}: it was changed by hand`);
  });

  it('takes no word it does not know for an activity code, a status or a medium', () => {
    expect(parseTimelinePage(`[["anna","${noon}","Break",5,"Ajar","yes","fax"]]`)).toMatchObject([
      { activityCode: null, status: 'Closed', mapped: false, mediaType: null },
    ]);
  });
});
