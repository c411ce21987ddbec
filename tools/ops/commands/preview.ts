// acdhub preview: what a report file would send, offline.
import { Option } from 'commander';
import { ConfigError } from '../../../functions/lib/domain/errors.ts';
import { toInstant } from '../../../functions/lib/domain/interval.ts';
import type { Settings } from '../../../schemas/settings.ts';
import { loadCustomer, pickSettings } from '../../deploy/customer.ts';
import type { Colors } from '../../local/run/colors.ts';
import { loadLocalSettings } from '../../local/settings.ts';
import { toCsvLines, type CsvCell } from '../analysis/csv-lines.ts';
import { previewFile, type Preview } from '../analysis/preview.ts';
import { cellWarningPercent } from '../analysis/report-reading.ts';
import { findCure } from '../executions/error-cures.ts';
import { parseInstantMs, shorten, toCountText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes, UsageError } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import { jsonOption, type AddCommand } from '../session.ts';

interface Flags {
  readonly stage?: string;
  readonly settings?: string;
  readonly uploaded?: string;
  readonly rows: number;
  readonly csv?: true;
  readonly json?: true;
}

const examples = `
Examples:
  npx acdhub preview QR-2026-11-22T12:00:00Z.csv                 with the product's settings
  npx acdhub preview QR-2026-11-22T12:00:00Z.csv.gz --stage acme with those of customers/acme.yml
  npx acdhub preview 'AQR-reload-november.csv' --csv > records.csv

Nothing is sent and no deployment is asked. Whether the hub has some of it already cannot be told offline. Ages are measured
from now, as if the file were uploaded now; --uploaded gives another instant.
Exit code 1 when the file would be refused, or a row of it rejected.`;

const longestCell = 60;

/** @throws UsageError */
async function loadSettings({ stage, settings }: Flags): Promise<Settings> {
  try {
    return stage === undefined ? await loadLocalSettings(settings) : pickSettings(await loadCustomer(stage));
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function toFactLines(preview: Preview, colors: Colors): string[] {
  const { kind, series, runTime, isReloadFile, serviceLevelSeconds, intervals, cellCount, cellPercent } = preview;
  const [first] = intervals;
  const last = intervals.at(-1);
  const range =
    first === undefined || last === undefined
      ? 'none'
      : `${intervals.length}, ${toTimeText(first.intervalStart)} to ${toTimeText(last.intervalStart)}`;
  const isNearlyFull = cellPercent >= cellWarningPercent;
  const cells = `${cellCount}, ${cellPercent} % of what Amazon Connect writes${isNearlyFull ? ': split the report' : ''}`;
  const counts = [
    toCountText(preview.rowCount, 'row'),
    toCountText(preview.recordCount, 'record'),
    `${preview.rejectedRowCount} rejected`,
    `${preview.summedRowCount} added up`,
    `${preview.outOfScopeRowCount} out of scope`,
  ];
  return [
    ` File       ${preview.file}`,
    ` Report     ${kind ?? '–'}, ${isReloadFile ? 'a reload file' : `series ${series ?? '–'}`}${serviceLevelSeconds === null ? '' : `, service level ${serviceLevelSeconds} s`}`,
    ` Run time   ${runTime === null ? '–' : toTimeText(runTime)}`,
    ` Counts     ${counts.join(', ')}`,
    ` Intervals  ${range}`,
    ` Cells      ${isNearlyFull ? colors.yellow(cells) : cells}`,
  ];
}

function toRecordRows(records: Preview['records']): { headings: string[]; rows: CsvCell[][] } {
  const headings = Object.keys(records[0] ?? {});
  const rows = records.map((record) => {
    const values = new Map<string, CsvCell>(Object.entries(record));
    return headings.map((heading) => values.get(heading) ?? null);
  });
  return { headings, rows };
}

/** Fields no record of the file has are left out: they are null because Connect's reports cannot supply them. */
function toRecordLines(records: Preview['records'], rowsShown: number, colors: Colors): string[] {
  const { headings, rows } = toRecordRows(records);
  const shown = headings
    .map((heading, at) => ({ heading, at }))
    .filter(({ at }) => rows.some((row) => row[at] !== null));
  const cells = rows
    .slice(0, rowsShown)
    .map((row) => shown.map(({ at }) => shorten(String(row[at] ?? '–'), longestCell)));
  if (cells.length === 0) return [];
  return [
    '',
    colors.bold(`Records (${cells.length} of ${records.length})`),
    ...toTableLines(
      shown.map(({ heading }) => heading),
      cells,
    ),
  ];
}

function toEndLines({ outcome, refusal, recordCount, rejectedRowCount }: Preview, colors: Colors): string[] {
  if (refusal !== null) {
    return [`${colors.red(refusal.error)}: ${refusal.message}`, `${colors.bold('Do')} ${findCure(refusal.error).cure}`];
  }
  if (outcome === 'IGNORED') return ['The file is none of our reports, and reports.unknownReports says to ignore it.'];
  const sent = `${toCountText(recordCount, 'record')} would be sent`;
  if (rejectedRowCount === 0) return [colors.green(`${sent}.`)];
  return [colors.yellow(`${sent}, ${toCountText(rejectedRowCount, 'row')} rejected.`)];
}

function toLines(preview: Preview, colors: Colors, rowsShown: number): string[] {
  const rejects = preview.rejects.map(({ lineNumber, column, value, reason }) => [
    String(lineNumber),
    column ?? '–',
    value === null ? '–' : shorten(value, longestCell),
    reason,
  ]);
  return [
    ...toFactLines(preview, colors),
    ...toRecordLines(preview.records, rowsShown, colors),
    ...(rejects.length === 0 ? [] : ['', colors.bold(`Rejects (${rejects.length})`)]),
    ...toTableLines(['Line', 'Column', 'Value', 'Reason'], rejects),
    ...(preview.notes.length === 0 ? [] : ['', colors.bold('Notes')]),
    ...preview.notes.map(({ message, count }) => ` - ${message}${count > 1 ? ` (${count} times)` : ''}`),
    '',
    ...toEndLines(preview, colors),
  ];
}

export const addPreview: AddCommand = (program, session) => {
  program
    .command('preview')
    .summary('what a report file would send, offline')
    .description('Shows what a report file of this machine would send: records, notes, rejects. Nothing is sent.')
    .argument('<file>', 'a report under the name it has in the bucket, .csv or .csv.gz')
    .option('--stage <customer>', 'with the settings of customers/<customer>.yml; it need not be deployed')
    .addOption(new Option('--settings <file>', 'with the settings of a file, YAML or JSON').conflicts('stage'))
    .option('--uploaded <instant>', 'as if uploaded then, e.g. 2026-11-22T12:16:00Z')
    .option('--rows <count>', 'so many records are shown', parseCount(0, 1_000_000), 20)
    .addOption(new Option('--csv', 'the records as CSV on standard output, and nothing else').conflicts('json'))
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action((path: string, flags: Flags) =>
      session.offline('preview', flags, async () => {
        const uploadedMs = flags.uploaded === undefined ? session.nowMs() : parseInstantMs(flags.uploaded, 'begin');
        const settings = await loadSettings(flags);
        const data = await previewFile({ path, settings, uploadedAt: toInstant(uploadedMs) });
        if (flags.csv === true && data.refusal !== null) session.say(`${data.refusal.error}: ${data.refusal.message}`);
        const isClean = data.outcome !== 'REFUSED' && data.rejectedRowCount === 0;
        return {
          data,
          toLines: (shown: Preview, colors: Colors) => {
            if (flags.csv !== true) return toLines(shown, colors, flags.rows);
            const { headings, rows } = toRecordRows(shown.records);
            return toCsvLines(headings, rows);
          },
          exitCode: isClean ? exitCodes.done : exitCodes.attention,
        };
      }),
    );
};
