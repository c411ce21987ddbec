// What needs attention, one group a state: what it means and what to do once, then which reports and when.
import { cellLooks } from './cell-looks.ts';
import type { CoverageFinding, CoverageReport } from './coverage-report.ts';
import { escapeHtml, type ToLocalText } from './html-text.ts';

const otherNames = { rejects: 'Rows rejected', watch: 'Watch silent', limit: 'Not everything read' } as const;

const nameOf = ({ state }: CoverageFinding): string =>
  state === 'rejects' || state === 'watch' || state === 'limit' ? otherNames[state] : cellLooks[state].name;

/** The text all findings have; null when they differ. */
function readCommon(findings: readonly CoverageFinding[], read: (finding: CoverageFinding) => string | null) {
  const texts = new Set(findings.map(read));
  return texts.size === 1 ? ([...texts][0] ?? null) : null;
}

const toCode = (command: string | null): string => (command === null ? '' : ` <code>${escapeHtml(command)}</code>`);

function toGroup(findings: readonly CoverageFinding[], toLocalText: ToLocalText): string {
  const [first] = findings;
  if (first === undefined) return '';
  const meaning = readCommon(findings, (finding) => finding.meaning);
  const next = readCommon(findings, (finding) => finding.next);
  const command = readCommon(findings, (finding) => finding.command);
  const count = findings.reduce((sum, { intervalCount }) => sum + intervalCount, 0);
  const sum = count === 0 ? '' : ` <span class="soft">${count}</span>`;
  const shared = `${escapeHtml(meaning ?? '')} ${escapeHtml(next ?? '')}${toCode(command)}`;
  const rows = findings.map((finding) => {
    const { series, when, since } = finding;
    const own = [meaning === null ? finding.meaning : '', next === null ? finding.next : ''].filter(
      (text) => text !== '',
    );
    const detail = `${escapeHtml(own.join(' '))}${command === null ? toCode(finding.command) : ''}`;
    return `<tr><th scope="row"><bdi>${escapeHtml(series ?? '')}</bdi></th><td>${escapeHtml(when)}</td><td class="since">${since === null ? '' : `since ${toLocalText(since)}`}</td><td>${detail}</td></tr>`;
  });
  const isAboutReports = findings.some(({ series }) => series !== null);
  return `<tbody><tr><th class="what" colspan="4" scope="rowgroup"><span class="sample ${first.state}"></span>${nameOf(first)}${sum}<p>${shared}</p></th></tr>
${isAboutReports || meaning === null ? rows.join('\n') : ''}</tbody>`;
}

/** Nothing when all is well. */
export function toFindings({ findings }: CoverageReport, toLocalText: ToLocalText): string {
  if (findings.length === 0) return '';
  const groups = [...Map.groupBy(findings, ({ state }) => state).values()];
  return `<section class="card"><h2>What needs attention</h2><div class="scroll"><table class="findings">
<thead class="aside"><tr>${['Report', 'When', 'Known', 'Details'].map((heading) => `<th scope="col">${heading}</th>`).join('')}</tr></thead>
${groups.map((group) => toGroup(group, toLocalText)).join('\n')}</table></div></section>`;
}
