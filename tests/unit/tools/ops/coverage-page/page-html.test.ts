import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { TimelineState } from '../../../../../functions/lib/domain/agent-states/agent-timeline-pages.ts';
import { chooseColors } from '../../../../../tools/local/run/colors.ts';
import { toPageHtml } from '../../../../../tools/ops/coverage-page/page-html.ts';
import { toCoverageLines } from '../../../../../tools/ops/coverage-page/terminal-grid.ts';
import { reportOf, startsOf } from './coverage-builders.ts';

const date = '2026-11-21';
const hostile = `QR-<script>alert(1)</script>"'&\u202Egnp`;
const agent = {
  ...{ agentValue: '</script><img src=x onerror=alert(1)>', startTime: '2026-11-21T08:00:00.000Z', eventId: '<b>' },
  ...{ activityCode: 'Open', status: 'Open', mapped: true, mediaType: null },
} satisfies TimelineState;
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('toPageHtml', () => {
  it('keeps every name from outside as text, in the markup and in the data', async () => {
    const html = await toPageHtml(
      reportOf({ dates: [date], series: [{ series: hostile, startsMs: startsOf(date) }], states: [agent] }),
    );
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('\u202E');
    expect(html).toContain('QR-&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u202egnp');
    const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
    expect(JSON.parse(json)).toMatchObject({ zone: 'UTC', days: [{ agents: [{ a: agent.agentValue }] }] });
  });

  it('allows its own script and styles and nothing else', async () => {
    const html = await toPageHtml(reportOf({ dates: [date], series: [{ series: 'QR', startsMs: startsOf(date) }] }));
    const [, css = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash(css)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
    );
    expect(html).not.toMatch(/ (src|href|style|on[a-z]+)=/);
  });

  it.each([
    ['2026-03-29', 92],
    [date, 96],
    ['2026-10-25', 100],
  ])('gives the day %s a column for each of its %i intervals', async (day, count) => {
    const series = [{ series: 'QR', startsMs: startsOf(day, 'Europe/Berlin') }];
    const html = await toPageHtml(reportOf({ dates: [day], zone: 'Europe/Berlin', series }));
    expect(html.match(/<td class="cell /g)).toHaveLength(count);
    expect(html.match(/class="quarter/g)).toHaveLength(count + 1);
  });

  it('never rounds up to 100 %', async () => {
    const dates = ['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', date];
    const starts = dates.flatMap((day) => startsOf(day));
    const series = Array.from({ length: 30 }, (_, index) => ({
      ...{ series: `QR-${index}`, startsMs: index === 0 ? starts.slice(0, -1) : starts },
    }));
    const html = await toPageHtml(reportOf({ dates, series }));
    expect(html).toContain('<p class="figure holes">99.9 %</p>');
    // A week of 30 series: what a mail can carry.
    expect(Buffer.byteLength(html)).toBeLessThan(8_000_000);
  });
});

describe('toCoverageLines', () => {
  it('draws hours across and quarters down, the repeated hour twice', () => {
    const starts = startsOf('2026-10-25', 'Europe/Berlin');
    const series = [{ series: 'QR', startsMs: starts.filter((_, index) => index !== 8 && index !== 13) }];
    const lines = toCoverageLines(
      reportOf({ dates: ['2026-10-25'], zone: 'Europe/Berlin', series }),
      chooseColors(false, {}),
    );
    expect(lines.slice(3, 9)).toEqual([
      '     QR',
      '     00     06    12    18',
      ' :00 ■■M■■■■■■■■■■■■■■■■■■■■■■',
      ' :15 ■■■M■■■■■■■■■■■■■■■■■■■■■',
      ' :30 ■■■■■■■■■■■■■■■■■■■■■■■■■',
      ' :45 ■■■■■■■■■■■■■■■■■■■■■■■■■',
    ]);
    expect(lines.at(-1)).toBe('98.0 % in: 98 of 100 intervals that are due by now.');
  });
});
