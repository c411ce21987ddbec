// What of a reconciliation needs attention, most urgent first, and what a planner should merely know.
import { toCountText } from '../lines.ts';
import type { Finding } from '../status-findings.ts';
import { differenceCauses, type DifferenceCause } from './day-comparison.ts';
import type { Reconciliation } from './reconcile.ts';

const causeWords: Readonly<Record<DifferenceCause, readonly [one: string, many: string]>> = {
  notDelivered: ['record of a file that is not delivered', 'records of files that are not delivered'],
  refused: ['record the hub refused', 'records the hub refused'],
  notAtHub: ['record that was not sent', 'records that were not sent'],
  notInFiles: ['record at the hub that the files do not have', 'records at the hub that the files do not have'],
  otherFigures: ['record with other figures at the hub', 'records with other figures at the hub'],
};

const causeCures: Readonly<Record<DifferenceCause, string>> = {
  notDelivered: 'npx acdhub status',
  refused: 'docs/runbook/rejected-rows.md',
  notAtHub: 'docs/runbook/reload.md (were settings changed since?)',
  notInFiles: 'npx acdhub drift (rows that vanished; or the files were deleted from the bucket)',
  otherFigures: 'docs/runbook/reload.md (were settings changed since, or is a queue in two series?)',
};

/** What needs attention; empty when files and hub agree and the day is whole. `target` is `--stage acme`. */
export function listReconcileFindings(reconciliation: Reconciliation, target: string): Finding[] {
  const { openFiles, series, hubRefusals, rejectedRows, agentSums, fullFiles, differenceCounts } = reconciliation;
  const findings: Finding[] = [];
  const add = (count: number, finding: string, next: string): void => {
    if (count > 0) findings.push({ finding, next });
  };
  const openIntervals = series.flatMap(({ open }) => open);
  const refusedCount = hubRefusals.reduce((sum, { recordCount }) => sum + recordCount, 0);
  const rejectedCount = rejectedRows.reduce((sum, { rowCount }) => sum + rowCount, 0);

  add(series.length === 0 ? 1 : 0, 'No report has ever come', 'docs/install.md');
  add(
    openFiles.length,
    `${toCountText(openFiles.length, 'file')} not delivered`,
    `npx acdhub executions --failed ${target}`,
  );
  add(
    openIntervals.length,
    `${toCountText(openIntervals.length, 'interval')} not complete`,
    `npx acdhub coverage --day ${reconciliation.day} ${target}`,
  );
  for (const cause of differenceCauses) {
    const count = differenceCounts[cause] ?? 0;
    add(count, toCountText(count, ...causeWords[cause]), causeCures[cause]);
  }
  // Refused in one file and taken from a later one is no difference, and still worth a look.
  if (differenceCounts.refused === undefined) {
    add(refusedCount, `${toCountText(refusedCount, 'record')} refused by the hub`, causeCures.refused);
  }
  add(
    rejectedCount,
    `${toCountText(rejectedCount, 'row')} rejected in the files of the day`,
    'docs/runbook/rejected-rows.md',
  );
  add(
    agentSums.differences.length,
    `${toCountText(agentSums.differences.length, 'figure')} of a queue that its agents do not add up to`,
    'docs/figures.md',
  );
  add(
    fullFiles.length,
    `${toCountText(fullFiles.length, 'file')} near the cell limit: above 200,000 cells Amazon Connect writes none, and says nothing`,
    'docs/runbook/missing-reports.md',
  );
  return findings;
}

/** Worth knowing, and nobody's fault. */
export function listRemarks({ serviceLevels, received, agentSums }: Reconciliation): string[] {
  const levels = serviceLevels.filter(({ differingCount }) => differingCount > 0);
  return [
    ...levels.map(({ queue, differingCount, comparedCount, widest }) => {
      const worst =
        widest === null ? '' : `, at most ${widest.derivedPercent} % sent and ${widest.statedPercent} % stated`;
      return `${queue}: the service level differs from the report's own column in ${differingCount} of ${comparedCount} intervals${worst} (figures.serviceLevel)`;
    }),
    ...received.map(
      ({ queue, received: count, handledAndAbandoned, difference }) =>
        `${queue}: ${count} contacts received, ${handledAndAbandoned} handled or abandoned; ${difference} left the queue otherwise`,
    ),
    ...(agentSums.notComparableCount > 0
      ? [
          `${toCountText(agentSums.notComparableCount, 'figure', 'figures')} of queues could not be compared with agents: no agent queue report of the interval`,
        ]
      : []),
  ];
}
