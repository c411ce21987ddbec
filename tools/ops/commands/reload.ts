// acdhub reload: sends files that lie in the bucket once more.
import { Option } from 'commander';
import { reportKinds, type ReportKind } from '../../../schemas/report-kind.ts';
import { findNearestWord } from '../../deploy/nearest-word.ts';
import type { Colors } from '../../local/run/colors.ts';
import { openStores } from '../deployment.ts';
import { createExecutionReader } from '../executions/execution-reader.ts';
import { parseInstantMs, toCountText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes, UsageError } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import { listReloadFiles, type ReloadFile, type ReloadListing, type ReloadRange } from '../reload-plan.ts';
import { splitQuarantined, type QuarantinedFile } from '../reload-quarantine.ts';
import { runReload, type ReloadResult } from '../reload-run.ts';
import { withTarget, type AddCommand, type TargetFlags } from '../session.ts';
import { colorOutcome } from './executions.ts';

interface Flags extends TargetFlags {
  readonly from?: string;
  readonly to?: string;
  readonly intraday?: true;
  readonly kind?: ReportKind;
  readonly series?: string;
  readonly yes?: true;
  readonly wait: boolean;
  readonly waitMinutes: number;
  readonly atOnce: number;
  readonly resume?: string;
  readonly includeQuarantined?: true;
}

export interface Reload {
  readonly isDone: boolean;
  /** Start of the first interval and end of the last one. */
  readonly from: string;
  readonly to: string;
  /** Null: every kind, every series. */
  readonly kind: ReportKind | null;
  readonly series: string | null;
  /** Without execution and outcome where it was cut short before them. */
  readonly files: readonly (ReloadFile | ReloadResult)[];
  /** Left out: they would end there again. */
  readonly quarantined: readonly QuarantinedFile[];
  /** The revision of every execution; names them for --resume. null for a plan. */
  readonly reloadedAt: string | null;
  readonly notice: string;
  /** What to type next, or to go on where it was cut short; null when there is nothing to do. */
  readonly nextCommand: string | null;
}

const dayMs = 86_400_000;
const notice = 'WFM takes reloaded data in after about 3 hours: do not reload again before then.';

const examples = `
Examples:
  npx acdhub reload --stage acme --from 2026-11-20 --to 2026-11-20          shows which files would be sent again
  npx acdhub reload --stage acme --from 2026-11-20 --to 2026-11-20 --yes    does it; a day is 00:00 to 24:00 UTC
  npx acdhub reload --stage acme --intraday --kind QR --yes                 the last 24 hours
  npx acdhub reload --stage acme --from 2026-11-20T08:00:00Z --to 2026-11-20T12:00:00Z --series QR-EMEA --yes

A reload is a re-send: every record of a file goes out again, and a newer file keeps its precedence; so the order does not
matter, and figures never get older. Live files go first. It reaches back as far as reports.reloadWindowDays (30 days).
Uploading the files again does the same. WFM takes reloaded data in after about 3 hours.
Quarantined files are left out, as they would end there again; where a setting or the hub was at fault and is mended, and
not the file: --include-quarantined.

Exit code: 0 all came through, or there is nothing to reload · 1 a plan with files, or not all came through · 2 no report of
that --series is in the bucket. What is left out does not count: it is listed with its cure.`;

/** @throws UsageError when the range is none, too long ago or in the future */
function toRange(flags: Flags, nowMs: number, windowDays: number): ReloadRange {
  const { from, to, intraday, kind, series } = flags;
  if ((from === undefined) === (intraday === undefined)) {
    throw new UsageError('Which range? Say --from and --to, or --intraday for the last 24 hours');
  }
  if (intraday === true) return { fromMs: nowMs - dayMs, toMs: nowMs, kind, series };
  const fromMs = parseInstantMs(from ?? '', 'begin');
  const toMs = to === undefined ? nowMs : Math.min(nowMs, parseInstantMs(to, 'end'));
  if (fromMs >= toMs) throw new UsageError(`--from ${from ?? ''} does not lie before the end of the range`);
  const ageDays = (nowMs - fromMs) / dayMs;
  // A day is meant as a whole: the thirtieth one may have begun a little longer ago.
  if (ageDays > windowDays + 1) {
    throw new UsageError(
      `--from ${from ?? ''} lies ${Math.floor(ageDays)} days back: WFM takes at most ${windowDays} days (reports.reloadWindowDays)`,
    );
  }
  return { fromMs, toMs, kind, series };
}

function toCommand({ from, to, intraday, kind, series, includeQuarantined }: Flags, target: string): string {
  const range = intraday === true ? '--intraday' : `--from ${from ?? ''}${to === undefined ? '' : ` --to ${to}`}`;
  const only = `${kind === undefined ? '' : ` --kind ${kind}`}${series === undefined ? '' : ` --series '${series.replaceAll("'", String.raw`'\''`)}'`}`;
  const all = includeQuarantined === true ? ' --include-quarantined' : '';
  return `npx acdhub reload ${target} ${range}${only}${all} --yes`;
}

const isResult = (file: ReloadFile | ReloadResult): file is ReloadResult => 'outcome' in file;

function toPlanRows(files: readonly ReloadFile[]): string[][] {
  const bySeries = Map.groupBy(files, ({ kind, series }) => `${kind}\n${series}`);
  return [...bySeries.values()].map((of) => [
    of[0]?.series ?? '',
    String(of.length),
    toTimeText(of[0]?.runTime ?? ''),
    toTimeText(of.at(-1)?.runTime ?? ''),
  ]);
}

/** @throws UsageError when no report of the series is in the bucket, whatever its run time, but others are */
function checkSeries({ kind, series }: ReloadRange, { knownSeries }: ReloadListing): void {
  if (series === undefined || knownSeries.length === 0 || knownSeries.includes(series)) return;
  const nearest = findNearestWord(series, knownSeries);
  throw new UsageError(
    `No ${kind ?? 'report'} file in the bucket is of the series "${series}"` +
      `${nearest === undefined ? '' : `; did you mean ${nearest}?`} There are: ${knownSeries.join(', ')}`,
  );
}

function toQuarantinedLines(quarantined: readonly QuarantinedFile[]): string[] {
  if (quarantined.length === 0) return [];
  const cures = new Set(quarantined.map(({ error, cure }) => `${error ?? 'unknown'}: ${cure}`));
  const them = quarantined.length === 1 ? 'it' : 'them';
  return [
    '',
    ...toTableLines(
      ['Left out', 'Quarantined with'],
      quarantined.map(({ key, error }) => [key, error ?? '']),
    ),
    ...[...cures].map((cure) => ` - ${cure}`),
    `${toCountText(quarantined.length, 'quarantined file')} left out; to send ${them} nevertheless: --include-quarantined`,
  ];
}

function toNoFileLine({ from, to, kind, series, quarantined }: Reload): string {
  const only = `${kind === null ? '' : ` of kind ${kind}`}${series === null ? '' : ` of series ${series}`}`;
  const range = `${toTimeText(from)} to ${toTimeText(to)}`;
  if (quarantined.length > 0) return `Every report file in the bucket${only} that covers ${range} is quarantined.`;
  return `No report file in the bucket${only} covers ${range}.`;
}

function toNextLabel(isDone: boolean, nextCommand: string): string {
  if (!isDone) return 'To do it';
  return nextCommand.includes(' --resume ') ? 'To go on' : 'When the cause is gone';
}

function toLines(reload: Reload, colors: Colors): string[] {
  const { isDone, from, to, files, quarantined, nextCommand } = reload;
  const range = `${toTimeText(from)} to ${toTimeText(to)}`;
  if (files.length === 0) return [toNoFileLine(reload), ...toQuarantinedLines(quarantined)];
  const results = files.filter(isResult);
  const counts = Map.groupBy(results, ({ outcome }) => outcome);
  const leftCount = files.length - results.length;
  const sum = [
    ...[...counts].map(([outcome, { length }]) => `${length} ${colorOutcome(outcome, colors)}`),
    ...(leftCount === 0 ? [] : [`${leftCount} not known to have been started`]),
  ].join(', ');
  const bad = results.filter(({ outcome }) => ['FAILED', 'QUARANTINED', 'GONE'].includes(outcome));
  return [
    ...toTableLines(['Series', 'Files', 'First run time', 'Last run time'], toPlanRows(files)),
    '',
    ...toTableLines(
      ['Not come through', 'Outcome', 'Error'],
      bad.map(({ key, outcome, error }) => [key, colorOutcome(outcome, colors), error ?? '']),
    ),
    isDone
      ? `${toCountText(files.length, 'file')} of ${range}: ${sum}.`
      : `${toCountText(files.length, 'file')} of ${range} would be sent again. Nothing was done yet.`,
    ...toQuarantinedLines(quarantined),
    notice,
    ...(nextCommand === null ? [] : [`${toNextLabel(isDone, nextCommand)}: ${nextCommand}`]),
  ];
}

function toReloadedAt(resume: string | undefined, nowMs: number): string {
  const reloadedMs = resume === undefined ? nowMs : parseInstantMs(resume, 'begin');
  if (reloadedMs > nowMs) throw new UsageError(`--resume ${resume ?? ''} lies in the future`);
  return new Date(reloadedMs).toISOString();
}

export const addReload: AddCommand = (program, session) => {
  withTarget(program.command('reload'))
    .summary('send files that lie in the bucket once more')
    .description('Starts executions again for report files in the bucket, as a re-send. Shows the files first.')
    .option('--from <time>', 'start of the first interval: a day in UTC, or an instant')
    .option('--to <time>', 'end of the last interval: a day (its end), or an instant; default: now')
    .addOption(new Option('--intraday', 'the last 24 hours').conflicts(['from', 'to']))
    .addOption(new Option('--kind <kind>', 'only one report kind').choices(reportKinds))
    .option('--series <name>', 'only one report, by its name in Amazon Connect')
    .option('--yes', 'do it')
    .option('--no-wait', 'do not wait for the outcome of each file')
    .option('--wait-minutes <count>', 'longest wait for one file', parseCount(1, 720), 60)
    .option('--at-once <count>', 'files on their way at a time', parseCount(1, 20), 4)
    .option('--include-quarantined', 'files too that are known to be quarantined')
    .option('--resume <instant>', 'go on with a reload that was cut short, by the instant it named')
    .addHelpText('after', examples)
    .action((flags: Flags) =>
      session.onDeployment('reload', flags, async (deployment) => {
        const { clients, names, settings, target } = deployment;
        const nowMs = session.nowMs();
        const range = toRange(flags, nowMs, settings.reports.reloadWindowDays);
        const isDone = flags.yes === true;
        const reloadedAt = isDone ? toReloadedAt(flags.resume, nowMs) : null;
        const place = { bucket: names.sourceBucket, prefix: names.sourcePrefix };
        const stores = openStores(deployment);
        const check = (): void => {
          session.checkInterrupted();
        };
        const listing = await listReloadFiles(clients.s3, place, range, check);
        checkSeries(range, listing);
        const { files, quarantined } =
          flags.includeQuarantined === true
            ? { files: listing.listed.map(({ file }) => file), quarantined: [] }
            : await splitQuarantined(listing.listed, names.sourceBucket, stores.checkpoints, check);
        const data: Reload = {
          ...{ isDone, reloadedAt, notice, files, quarantined },
          ...{ kind: range.kind ?? null, series: range.series ?? null },
          ...{ from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() },
          nextCommand: isDone || files.length === 0 ? null : toCommand(flags, target),
        };
        if (reloadedAt === null || files.length === 0) {
          return { data, toLines, exitCode: files.length === 0 ? exitCodes.done : exitCodes.attention };
        }
        session.say(`Sending ${toCountText(files.length, 'file')} again; if this is cut short: --resume ${reloadedAt}`);
        const progress = session.startProgress(files.length, 'files');
        try {
          const reader = createExecutionReader(clients.sfn, names.stateMachineArn);
          const parts = { deployment, stores, reader, session, progress };
          const maxWaitMs = flags.wait ? flags.waitMinutes * 60_000 : 0;
          const options = { reloadedAt, atOnceCount: flags.atOnce, maxWaitMs };
          const { results, stoppedBy } = await runReload(files, parts, options);
          const known = files.map((file, index) => results[index] ?? file);
          const outcomes = results.map((result) => result?.outcome ?? 'GONE');
          const isWhole = outcomes.every((outcome) => !['FAILED', 'QUARANTINED', 'GONE'].includes(outcome));
          const exitCode = isWhole ? exitCodes.done : exitCodes.attention;
          const redrive = outcomes.includes('FAILED') ? `npx acdhub redrive --all-failed ${target}` : null;
          const nextCommand = stoppedBy === undefined ? redrive : `${toCommand(flags, target)} --resume ${reloadedAt}`;
          return { data: { ...data, files: known, nextCommand }, toLines, exitCode, stoppedBy };
        } finally {
          progress.stop();
        }
      }),
    );
};
