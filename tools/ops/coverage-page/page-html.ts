// The page: one file, nothing loaded, nothing run but its own script, every name in it only ever text.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import { toPlainText } from '../plain-text.ts';
import { toAgentTable } from './agent-html.ts';
import { cellLooks, statesInOrder, toPercentText } from './cell-looks.ts';
import { openStates } from './coverage-cells.ts';
import type { CoverageCounts, CoverageDay, CoverageReport, CoverageRow } from './coverage-report.ts';
import { toFindings } from './findings-html.ts';
import { createLocalText, escapeHtml, toHourCells, toQuarterCells, type ToLocalText } from './html-text.ts';
import { toPageData } from './page-data.ts';

const kindNames: Readonly<Record<ReportKind, string>> = {
  QR: 'Queue reports (QR)',
  AQR: 'Agent queue reports (AQR)',
  ASPR: 'Agent system performance reports (ASPR)',
};

const toHash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function toIntroduction(
  { acdName, deployment, zone, days, checkedAt }: CoverageReport,
  toLocalText: ToLocalText,
): string {
  const [first, last] = [days[0]?.date ?? '', days.at(-1)?.date ?? ''];
  const period = first === last ? `${days[0]?.weekday ?? ''}, ${first}` : `${first} to ${last}`;
  return `<header>
<h1>Coverage of ${escapeHtml(period)}</h1>
<p class="soft">ACD <bdi>${escapeHtml(acdName)}</bdi> (${escapeHtml(deployment)}) · times of ${escapeHtml(zone)} · as of ${toLocalText(checkedAt)}</p>
</header>`;
}

function toSentence({ counts, days }: CoverageReport): string {
  const { dueCount, coveredCount } = counts;
  if (days.every(({ rows }) => rows.length === 0)) return 'No series of reports was expected in this time.';
  if (dueCount === 0) return 'No report is due yet.';
  const open = dueCount - coveredCount;
  if (open === 0) return `All ${dueCount} intervals that are due by now are in.`;
  return `${coveredCount} of ${dueCount} intervals that are due by now are in; ${open} ${open === 1 ? 'is' : 'are'} not.`;
}

function toCountCells({ dueCount, coveredCount, states }: CoverageCounts): string {
  const open = openStates.map((state) => {
    const count = states[state];
    return `<td${count === 0 ? '' : ' class="bad"'}>${count}</td>`;
  });
  return `<td>${toPercentText(coveredCount, dueCount)}</td><td>${coveredCount} of ${dueCount}</td>${open.join('')}`;
}

function toSummary(report: CoverageReport): string {
  const { counts, countsByKind } = report;
  const isWhole = counts.dueCount === counts.coveredCount;
  const rows = countsByKind.map(
    (ofKind) => `<tr><th scope="row">${kindNames[ofKind.kind]}</th>${toCountCells(ofKind)}</tr>`,
  );
  const headings = ['In', 'Intervals', ...openStates.map((state) => cellLooks[state].name)];
  return `<section class="card summary" aria-label="Summary">
<div><p class="figure ${isWhole ? 'whole' : 'holes'}">${toPercentText(counts.coveredCount, counts.dueCount)}</p>
<p>${toSentence(report)}</p></div>
<table><thead><tr><th scope="col">Reports</th>${headings.map((heading) => `<th scope="col">${heading}</th>`).join('')}</tr></thead>
<tbody>${rows.join('')}</tbody></table>
</section>`;
}

function toLegend({ counts }: CoverageReport): string {
  const items = statesInOrder
    .filter((state) => counts.states[state] > 0 && state !== 'notExpected')
    .map(
      (state) =>
        `<li><span class="sample ${state}"></span><span title="${escapeHtml(cellLooks[state].meaning)}">${cellLooks[state].name} <span class="soft">${counts.states[state]}</span></span></li>`,
    );
  return `<ul class="legend">${items.join('')}<li><span class="sample cell marked"></span>Rows rejected</li></ul>
<p class="soft screen">Point at an interval for its details, or move with the arrow keys; n and p lead to the next and the previous one that needs attention, Escape closes the details.</p>`;
}

function toCells({ cells }: CoverageRow, firsts: ReadonlySet<number>): string {
  return cells
    .map(({ state, file }, index) => {
      const marked = (file?.rejectedRowCount ?? 0) > 0 ? ' marked' : '';
      return `<td class="cell ${state}${marked}${firsts.has(index) ? ' first' : ''}">${cellLooks[state].name}</td>`;
    })
    .join('');
}

function toTotal({ cells }: CoverageRow): string {
  const due = cells.filter(({ state }) => !['notDue', 'notExpected', 'ended'].includes(state)).length;
  const open = cells.filter(({ state }) => openStates.some((one) => one === state)).length;
  return due === 0 ? '' : `${due - open}/${due}`;
}

function toGrid(day: CoverageDay, dayIndex: number): string {
  if (day.rows.length === 0) return '<p class="soft">No report was expected.</p>';
  const starts = new Set(day.hours.map(({ intervals: [first] }) => first?.startMs));
  const firsts = new Set(day.intervals.flatMap(({ startMs }, index) => (starts.has(startMs) ? [index] : [])));
  const columns = day.intervals.length;
  const lines = day.rows.map((row, index) => {
    const isFirstOfKind = day.rows[index - 1]?.kind !== row.kind;
    const heading = `<tr><th class="kind" colspan="${columns + 2}" scope="colgroup">${kindNames[row.kind]}</th></tr>`;
    const name = row.series ?? `${row.kind} reload files`;
    return `${isFirstOfKind ? heading : ''}<tr data-row="${index}"><th class="series" scope="row" title="${escapeHtml(name)}"><bdi>${escapeHtml(name)}</bdi></th>${toCells(row, firsts)}<td class="total">${toTotal(row)}</td></tr>`;
  });
  return `<div class="scroll"><table class="grid" role="grid" aria-label="Reports of ${day.date}, ${columns} intervals" data-day="${dayIndex}">
<colgroup><col class="name"><col span="${columns}"><col class="sum"></colgroup>
<thead><tr><td></td>${toHourCells(day)}<td></td></tr><tr><td></td>${toQuarterCells(day, firsts)}<th class="quarter" scope="col">intervals in</th></tr></thead>
<tbody>${lines.join('\n')}</tbody></table></div>`;
}

function toDaySection(day: CoverageDay, index: number): string {
  const change = day.clockChange === null ? '' : `<p><strong>${escapeHtml(day.clockChange)}</strong></p>`;
  return `<section class="card day"><h2>${day.weekday}, ${day.date}</h2>${change}
${toGrid(day, index)}
<h3>Agents</h3>
${toAgentTable(day, index)}
</section>`;
}

const howItIsJudged = `<footer><p>An interval is in when a delivered report covers it: the report of the run time at its end, any report with rows of it, or a report that looks back as far. It is missing when none does although its report was due: 15 minutes after its run time, and the tolerance of the watch later. This page, the watch and its alarm judge by one rule. What Amazon Connect does not report (no activity of a queue or an agent) is no zero and no hole.</p></footer>`;

/** Browsers hash a script with plain line ends, whatever the checkout made of them. */
async function readPart(name: string): Promise<string> {
  return (await readFile(new URL(name, import.meta.url), 'utf8')).replaceAll('\r\n', '\n');
}

/** The whole page. Its script and styles are the two files beside this one, and the policy lets nothing else in. */
export async function toPageHtml(report: CoverageReport): Promise<string> {
  const [css, script] = await Promise.all([readPart('page.css'), readPart('page-script.js')]);
  const policy = `default-src 'none'; style-src ${toHash(css)}; script-src ${toHash(script)}; base-uri 'none'; form-action 'none'`;
  const toLocalText = createLocalText(report.zone);
  const title = `Coverage of ${report.days[0]?.date ?? ''}, ${toPlainText(report.acdName)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
</head>
<body>
${toIntroduction(report, toLocalText)}
<main>
${toSummary(report)}
${toFindings(report, toLocalText)}
<section class="card" aria-label="Legend">${toLegend(report)}</section>
${report.days.map(toDaySection).join('\n')}
</main>
${howItIsJudged}
<aside id="detail" hidden><strong id="detail-heading" dir="auto"></strong><p id="detail-meaning"></p><dl id="detail-facts"></dl></aside>
<script type="application/json" id="data">${toPageData(report)}</script>
<script>${script}</script>
</body>
</html>
`;
}
