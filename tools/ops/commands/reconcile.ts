// acdhub reconcile: is what the files say what the hub has, queue by queue, for one day.
import type { Colors } from '../../local/run/colors.ts';
import type { EntityTotal } from '../analysis/day-comparison.ts';
import { listReconcileFindings, listRemarks } from '../analysis/reconcile-findings.ts';
import { reconcileDay, type Reconciliation } from '../analysis/reconcile.ts';
import { entityNouns } from '../analysis/record-figures.ts';
import { createLocalClock, listDates, toLocalDay } from '../coverage-page/local-day.ts';
import { openStores } from '../deployment.ts';
import { shorten, toCountText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes, UsageError } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import { withTarget, type AddCommand, type TargetFlags } from '../session.ts';
import type { Finding } from '../status-findings.ts';

interface Flags extends TargetFlags {
  readonly day?: string;
  readonly zone: string;
  readonly tolerance: number;
}

interface Shown extends Reconciliation {
  /** What needs attention, most urgent first; empty when files and hub agree and the day is whole. */
  readonly findings: readonly Finding[];
  readonly remarks: readonly string[];
}

const examples = `
Examples:
  npx acdhub reconcile --stage acme                                        yesterday, in UTC
  npx acdhub reconcile --stage acme --day 2026-11-22 --zone Europe/Berlin
  npx acdhub reconcile --local --day 2026-11-22 --json

"Files" are the newest figures of the files in the bucket, by the rules of the connector and its settings as they are now;
"hub" is what the hub has acknowledged, less what it refused. Staged data is read, no request goes to the hub.
Agents' sums may differ from their queue's figure by one contact, 15 s, or --tolerance percent.
Exit code 1 when something differs, is missing, was refused or rejected, or a file nears the cell limit.`;

const dayMs = 86_400_000;
const longestName = 40;
const differencesShown = 20;
const listShown = 10;

/** The figures shown in the table; --json has all. */
const shownFigures: Readonly<Record<EntityTotal['kind'], readonly string[]>> = {
  QR: ['contactsReceived', 'contactsHandled', 'contactsAbandoned', 'handleTimeSeconds'],
  AQR: ['contactsHandled', 'handleTimeSeconds', 'workTimeSeconds'],
  ASPR: ['readyTimeSeconds', 'notReadyTimeSeconds', 'loginTimeSeconds'],
};
/** Above so many lines only those that differ are shown, and the sum. */
const longestTable = 40;

const countDiffering = (totals: readonly EntityTotal[]): number =>
  totals.reduce((sum, { differingRecordCount }) => sum + differingRecordCount, 0);

function toFigureCell({ figures }: EntityTotal, figure: string, colors: Colors): string {
  const total = figures.find((one) => one.figure === figure);
  if (total === undefined) return '–';
  if (total.difference === 0) return String(total.files);
  return colors.red(`${total.files} → ${total.hub} (${total.difference > 0 ? '+' : ''}${total.difference})`);
}

function toTotalLines(totals: readonly EntityTotal[], colors: Colors): string[] {
  return [...Map.groupBy(totals, ({ kind }) => kind)].flatMap(([kind, ofKind]) => {
    const shown = ofKind.length <= longestTable ? ofKind : ofKind.filter((total) => total.differingRecordCount > 0);
    const figures = shownFigures[kind];
    const rows = shown
      .slice(0, longestTable)
      .map((total) => [
        shorten(total.entity, longestName),
        total.fileRecordCount === total.hubRecordCount
          ? String(total.fileRecordCount)
          : colors.red(`${total.fileRecordCount} → ${total.hubRecordCount}`),
        ...figures.map((figure) => toFigureCell(total, figure, colors)),
        total.differingRecordCount === 0 ? colors.green('0') : colors.red(String(total.differingRecordCount)),
      ]);
    const noun = entityNouns[kind];
    const hidden = ofKind.length - rows.length;
    return [
      '',
      colors.bold(`${kind}: ${toCountText(ofKind.length, noun)}, files → hub where they differ`),
      ...toTableLines([noun, 'Records', ...figures, 'Differing'], rows),
      ...(hidden === 0 ? [] : [` ${toCountText(hidden, `more ${noun}`)}, in --json`]),
    ];
  });
}

function toSeriesLines(series: Reconciliation['series'], colors: Colors): string[] {
  const rows = series.map(({ kind, series: name, expectedCount, completeCount, open }) => [
    kind,
    shorten(name, longestName),
    completeCount === expectedCount
      ? colors.green(`${completeCount} of ${expectedCount}`)
      : colors.red(`${completeCount} of ${expectedCount}`),
    open
      .slice(0, 3)
      .map(({ intervalStart, state }) => `${toTimeText(intervalStart)} ${state}`)
      .join(', ') + (open.length > 3 ? ' …' : ''),
  ]);
  return rows.length === 0
    ? []
    : ['', colors.bold('Intervals'), ...toTableLines(['Kind', 'Series', 'Complete', 'Open'], rows)];
}

function toDifferenceLines({ differences, totals }: Reconciliation, colors: Colors): string[] {
  const rows = differences
    .slice(0, differencesShown)
    .map(({ kind, entity, agent, intervalStart, cause, reason, fields }) => [
      kind,
      toTimeText(intervalStart),
      shorten(agent === null || agent === entity ? entity : `${entity} / ${agent}`, longestName),
      cause,
      reason ?? shorten(fields.map(({ field, files, hub }) => `${field} ${files} → ${hub}`).join(', '), 80),
    ]);
  if (rows.length === 0) return [];
  return [
    '',
    colors.bold(`Records that differ (${rows.length} of ${countDiffering(totals)})`),
    ...toTableLines(['Kind', 'Interval', 'Queue / agent', 'Cause', 'What'], rows),
  ];
}

function toListLines(title: string, lines: readonly string[], colors: Colors): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > listShown ? [` … and ${lines.length - listShown} more, in --json`] : [];
  return ['', colors.bold(title), ...lines.slice(0, listShown).map((line) => ` - ${line}`), ...more];
}

function toDetailLines(shown: Shown, colors: Colors): string[] {
  return [
    ...toListLines(
      'Files not delivered',
      shown.openFiles.map(
        ({ key, progress, error, message }) =>
          `${key}: ${progress}${error === null ? '' : `, ${error}: ${message ?? ''}`}`,
      ),
      colors,
    ),
    ...toListLines(
      'Refused by the hub',
      shown.hubRefusals.map(
        ({ kind, entity, reason, recordCount }) => `${kind} ${entity}: ${reason} (${recordCount} times)`,
      ),
      colors,
    ),
    ...toListLines(
      'Rejected rows',
      shown.rejectedRows.map(
        ({ rule, rowCount, key, lineNumber, reason }) =>
          `${rule}: ${rowCount} times, first in line ${lineNumber} of ${key}: ${reason}`,
      ),
      colors,
    ),
    ...toListLines(
      'Agents against queue',
      shown.agentSums.differences.map(
        ({ queue, intervalStart, figure, queueReport, agentQueueReport }) =>
          `${queue}, ${toTimeText(intervalStart)}: ${figure} ${queueReport} in the queue report, ${agentQueueReport} by its agents`,
      ),
      colors,
    ),
    ...toListLines(
      'Near the cell limit',
      shown.fullFiles.map(({ key, cellCount, cellPercent }) => `${key}: ${cellCount} cells, ${cellPercent} %`),
      colors,
    ),
    ...toListLines('Remarks', shown.remarks, colors),
  ];
}

function toLines(shown: Shown, colors: Colors): string[] {
  const { day, zone, intervalCount, fileCount, findings, totals, series } = shown;
  const [first] = findings;
  const differing = countDiffering(totals);
  return [
    colors.bold(`${day} in ${zone}: ${intervalCount} intervals, ${toCountText(fileCount, 'file')}`),
    ...toTotalLines(totals, colors),
    ...toSeriesLines(series, colors),
    ...toDifferenceLines(shown, colors),
    ...toDetailLines(shown, colors),
    '',
    ...findings.map(({ finding }) => colors.yellow(` ! ${finding}`)),
    differing === 0
      ? colors.green('Difference 0: the hub has what the files say.')
      : colors.red(`Difference: ${toCountText(differing, 'record')}.`),
    ...(first === undefined ? [] : [`First: ${first.next}`]),
  ];
}

/** @throws UsageError for a day nothing is known of any more, or not yet */
function checkRemembered(startMs: number, nowMs: number, keepDays: number): void {
  if (startMs > nowMs) throw new UsageError('That day has not begun yet');
  if (startMs >= nowMs - keepDays * dayMs) return;
  throw new UsageError(
    `That day is too long ago: what was delivered is kept for ${keepDays} days (keep.checkpointDays)`,
  );
}

export const addReconcile: AddCommand = (program, session) => {
  withTarget(program.command('reconcile'))
    .summary('files against hub, for one day')
    .description(
      'Compares the figures of the files in the bucket with those delivered to the hub, and checks them as a planner would.',
    )
    .option('--day <day>', 'a day such as 2026-11-22 (default: yesterday)')
    .option('--zone <zone>', "the customer's time zone, e.g. Europe/Berlin", 'UTC')
    .option(
      '--tolerance <percent>',
      "by which agents' sums may differ from their queue's figure",
      parseCount(0, 100),
      2,
    )
    .addHelpText('after', examples)
    .action((flags: Flags) =>
      session.onDeployment('reconcile', flags, async (deployment) => {
        const { names, settings, target } = deployment;
        const nowMs = session.nowMs();
        const clock = createLocalClock(flags.zone);
        const date = flags.day ?? clock(toLocalDay(clock(nowMs).date, clock).startMs - 1).date;
        listDates(date, date, 1);
        const day = toLocalDay(date, clock);
        checkRemembered(day.startMs, nowMs, settings.keep.checkpointDays);
        const parts = { stores: openStores(deployment), names, settings, nowMs, session };
        const reconciliation = await reconcileDay(parts, { day, zone: flags.zone, tolerancePercent: flags.tolerance });
        const findings = listReconcileFindings(reconciliation, target);
        const data: Shown = { ...reconciliation, findings, remarks: listRemarks(reconciliation) };
        return { data, toLines, exitCode: findings.length === 0 ? exitCodes.done : exitCodes.attention };
      }),
    );
};
