// The coverage page in a real browser: what a reader sees, hears and can reach by keyboard. Skipped where there is no Chromium.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import type { TimelineState } from '../../functions/lib/domain/agent-states/agent-timeline-pages.ts';
import { toInstant } from '../../functions/lib/domain/interval.ts';
import type { CoverageReport } from '../../tools/ops/coverage-page/coverage-report.ts';
import { toPageHtml } from '../../tools/ops/coverage-page/page-html.ts';
import { failedStep, reportOf, startsOf } from '../unit/tools/ops/coverage-page/coverage-builders.ts';

const candidates = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = candidates.find((path) => path !== '' && existsSync(path));
const describeInBrowser = executablePath === undefined ? describe.skip : describe;
const why =
  executablePath === undefined ? ' (skipped: no Chromium here; apt-get install chromium, or set CHROMIUM_PATH)' : '';

const zone = 'Europe/Berlin';
const date = '2026-11-21';
const starts = startsOf(date, zone);
const startAt = (index: number) => starts[index]!;
const hostile = `QR-<script>window.hacked=1</script>"'\u202Egnp.\u05E9\u05DC\u05D5\u05DD`;

const stateAt = (hour: number, eventId: string, rest: Partial<TimelineState> = {}): TimelineState => ({
  ...{ agentValue: '<img src=x onerror="window.hacked=1">', startTime: toInstant(startAt(hour * 4)), eventId },
  ...{ activityCode: 'Open', status: 'Open', mapped: true, mediaType: null, ...rest },
});

/** A day with something of everything. */
const mixedDay = (): CoverageReport =>
  reportOf({
    ...{ dates: [date], zone },
    series: [
      { series: hostile, startsMs: starts },
      {
        series: 'QR',
        startsMs: starts.filter((_, index) => index !== 5 && index !== 6),
        emptyMs: new Set([startAt(0)]),
        files: new Map([[startAt(9), { rejectedRowCount: 2 }]]),
        undelivered: [failedStep('QR', toInstant(startAt(7)), 'FAILED')],
      },
    ],
    states: [
      stateAt(8, 'Available'),
      stateAt(9, 'VOICE-INBOUND-CONNECTED', { mediaType: 'voice' }),
      stateAt(10, '<b>Lunch</b>', { mapped: false, activityCode: null }),
      stateAt(11, 'LOGOUT', { activityCode: 'Logoff', status: 'Closed' }),
    ],
  });

describeInBrowser(`the coverage page in Chromium${why}`, () => {
  let folder: string;
  let context: BrowserContext;
  let page: Page;
  const troubles: string[] = [];
  const requests: string[] = [];

  async function open(report: CoverageReport): Promise<string> {
    const file = join(folder, 'page.html');
    await writeFile(file, await toPageHtml(report));
    [troubles, requests].forEach((list) => list.splice(0));
    const address = pathToFileURL(file).href;
    await page.goto(address);
    return address;
  }
  const detail = () => page.locator('#detail').innerText();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coverage-page-'));
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: executablePath!,
      headless: true,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync'],
      ],
      viewport: { width: 1360, height: 900 },
    });
    page = await context.newPage();
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
  });
  afterAll(async () => {
    await context.close();
    await rm(folder, { recursive: true });
  });

  it('loads nothing, runs nothing but its own script, and reports no error', async () => {
    const address = await open(mixedDay());
    expect(requests).toEqual([address]);
    expect(troubles).toEqual([]);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.locator('.grid .series').first().innerText()).toContain('<script>window.hacked=1</script>');
    expect(await page.locator('main img, main b').count()).toBe(0);
  });

  it.each([
    ['2026-03-29', 92],
    [date, 96],
    ['2026-10-25', 100],
  ])('shows %s with %i columns, each under a time of its own', async (day, count) => {
    await open(reportOf({ dates: [day], zone, series: [{ series: 'QR', startsMs: startsOf(day, zone) }] }));
    const cells = page.locator('.grid tr[data-row="0"] .cell');
    expect(await cells.count()).toBe(count);
    const times = await page.locator('.grid .quarter').allTextContents();
    expect(new Set(times.slice(0, count)).size).toBe(count);
    const [first, last] = [await cells.first().boundingBox(), await cells.last().boundingBox()];
    expect(first!.width).toBeGreaterThan(7);
    expect(Math.abs(first!.width - last!.width)).toBeLessThan(1.5);
  });

  it('moves by the arrow keys with one stop of the tabulator, and leads to what needs attention', async () => {
    await open(mixedDay());
    const grid = page.locator('.grid').first();
    expect(await grid.locator('[tabindex="0"]').count()).toBe(1);
    await grid.locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    expect(await detail()).toMatch(/^QR · 2026-11-21 00:00–00:15 · Present and empty/);
    await page.keyboard.press('n');
    expect(await detail()).toMatch(/^QR · 2026-11-21 01:15–01:30 · Missing/);
    await page.keyboard.press('n');
    expect(await detail()).toMatch(/^QR · 2026-11-21 01:30–01:45 · Failed[^]*HubUnavailableError: the hub said no/);
    await page.keyboard.press('n');
    expect(await detail()).toMatch(/Rejected\s*2[^]*Queue: <b>no<\/b>/);
    await page.keyboard.press('End');
    expect(await detail()).toContain('23:45–24:00');
    await page.keyboard.press('ArrowRight');
    expect(await detail()).toContain('23:45–24:00');
    expect(await grid.locator('[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await page.locator('#detail').isHidden()).toBe(true);
    expect(troubles).toEqual([]);
  });

  it('shows the details of what the pointer is on', async () => {
    await open(mixedDay());
    await page.locator('.cell.missing').hover();
    const text = await detail();
    expect(text).toContain('WFM has no figures of it');
    expect(text).toContain(toInstant(startAt(5)).replace('.000Z', 'Z'));
  });

  it('walks through the states of an agent', async () => {
    await open(mixedDay());
    await page.locator('.bar').focus();
    expect(await detail()).toMatch(/Available[^]*2026-11-21 08:00:00[^]*1 h 0 min/);
    await page.keyboard.press('ArrowRight');
    expect(await detail()).toMatch(/VOICE-INBOUND-CONNECTED[^]*On a contact/);
    await page.keyboard.press('ArrowRight');
    expect(await detail()).toMatch(/<b>Lunch<\/b>[^]*Unmapped/);
    expect(await page.locator('.bar rect').count()).toBe(4);
  });

  it('reads as a table with names of rows, columns and states', async () => {
    await open(mixedDay());
    const tree = await page.locator('.grid').first().ariaSnapshot();
    expect(tree).toContain('grid "Reports of 2026-11-21, 96 intervals"');
    expect(tree).toContain('rowheader "QR"');
    expect(tree).toContain('columnheader "02:15"');
    expect(tree).toContain('gridcell "Missing"');
  });

  it('is dark where the reader prefers it, and white on paper with a sign in every cell that is in', async () => {
    await open(mixedDay());
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const sign = () => page.evaluate(`getComputedStyle(document.querySelector('.cell.delivered'), '::before').content`);
    expect(await paper()).toBe('rgb(251, 250, 248)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).toBe('rgb(21, 24, 28)');
    await page.locator('.cell').first().hover();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
    expect(await sign()).toContain('✓');
    expect(await page.locator('#detail').isVisible()).toBe(false);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: null, colorScheme: null });
  });

  it('holds a week of thirty series and still follows the keys', async () => {
    const dates = Array.from({ length: 7 }, (_, index) => `2026-11-${15 + index}`);
    const startsMs = dates.flatMap((day) => startsOf(day, zone));
    const series = Array.from({ length: 30 }, (_, index) => ({ series: `QR-${index}`, startsMs }));
    await open(reportOf({ dates, zone, series }));
    expect(await page.locator('.grid .cell').count()).toBe(7 * 30 * 96);
    await page.locator('.grid [tabindex="0"]').last().focus();
    await page.keyboard.press('Control+End');
    expect(await detail()).toMatch(/^QR-29 · 2026-11-21 23:45–24:00 · Delivered/);
    expect(troubles).toEqual([]);
  });
});
