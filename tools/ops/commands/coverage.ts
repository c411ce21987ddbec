// acdhub coverage: which intervals of some days are in, as a page for planners, a grid in the terminal, or JSON.
import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Colors } from '../../local/run/colors.ts';
import { buildReport } from '../coverage-page/build-report.ts';
import { readAgentStates, readCoverageFacts } from '../coverage-page/coverage-reader.ts';
import type { CoverageReport } from '../coverage-page/coverage-report.ts';
import { createLocalClock, listDates, toLocalDay } from '../coverage-page/local-day.ts';
import { toPageHtml } from '../coverage-page/page-html.ts';
import { toCoverageLines } from '../coverage-page/terminal-grid.ts';
import { openStores, type Deployment } from '../deployment.ts';
import { AccessError, exitCodes } from '../ops-errors.ts';
import { parseCount } from '../options.ts';
import { withTarget, type AddCommand, type TargetFlags } from '../session.ts';

interface Flags extends TargetFlags {
  readonly day: string;
  readonly to?: string;
  readonly zone: string;
  readonly html?: string;
  readonly maxAgents: number;
}

interface ShownCoverage extends CoverageReport {
  /** The page that was written; null without --html. */
  readonly htmlFile: string | null;
}

const maxDays = 31;

const examples = `
Examples:
  npx acdhub coverage --stage acme --day 2026-11-21                                      a grid in the terminal
  npx acdhub coverage --stage acme --day 2026-11-21 --zone Europe/Berlin --html day.html    a page to send to a planner
  npx acdhub coverage --stage acme --day 2026-11-16 --to 2026-11-22 --html week.html
  npx acdhub coverage --local --day 2026-11-21 --json | jq '.findings'

The page names agents and shows what they did: send it to those who may see that, or leave them out with --max-agents 0.
Exit code 1 when an interval is missing, failed or quarantined.`;

/** Reads and judges the days from --day to --to. */
export async function readCoverage(
  deployment: Deployment,
  { day, to = day, zone, maxAgents }: Pick<Flags, 'day' | 'to' | 'zone' | 'maxAgents'>,
  nowMs: number,
): Promise<CoverageReport> {
  const toLocalTime = createLocalClock(zone);
  const days = listDates(day, to, maxDays).map((date) => toLocalDay(date, toLocalTime));
  const span = { fromMs: days[0]?.startMs ?? 0, untilMs: days.at(-1)?.endMs ?? 0 };
  const { settings, label, target } = deployment;
  const facts = await readCoverageFacts(deployment, span, nowMs);
  const agentStates =
    settings.agentStates.timelineDays === 0 || maxAgents === 0
      ? { states: [], emptyDates: new Set<string>() }
      : await readAgentStates(openStores(deployment), span);
  return buildReport(
    {
      ...{ acdName: settings.acd.name, deployment: label, target, zone, nowMs, maxAgents },
      ...{ rules: settings, agentStates: settings.agentStates },
    },
    days,
    facts,
    agentStates,
  );
}

async function writePage(file: string, report: CoverageReport): Promise<void> {
  const html = await toPageHtml(report);
  try {
    await writeFile(file, html);
  } catch (error) {
    throw new AccessError(`The page cannot be written: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function toLines(shown: ShownCoverage, colors: Colors): string[] {
  const lines = toCoverageLines(shown, colors);
  return shown.htmlFile === null ? lines : [...lines.slice(-1), `The page is in ${shown.htmlFile}`];
}

export const addCoverage: AddCommand = (program, session) => {
  withTarget(program.command('coverage'))
    .summary('which intervals of a day are in, as a page for planners')
    .description('Shows each interval of each report series: delivered, empty, late, missing, and why; and the agents.')
    .requiredOption('--day <date>', 'the day, or the first one, e.g. 2026-11-21')
    .option('--to <date>', `the last day; at most ${maxDays} in all`)
    .option('--zone <zone>', 'time zone of the days, e.g. Europe/Berlin', 'UTC')
    .option('--html <file>', 'writes one self-contained page; a file of this name is replaced')
    .addOption(
      new Option('--max-agents <count>', 'timelines of so many agents a day; 0 leaves them out')
        .argParser(parseCount(0, 5000))
        .default(200),
    )
    .addHelpText('after', examples)
    .action((flags: Flags) =>
      session.onDeployment('coverage', flags, async (deployment) => {
        const report = await readCoverage(deployment, flags, session.nowMs());
        if (flags.html !== undefined) await writePage(flags.html, report);
        const { missing, failed, quarantined } = report.counts.states;
        return {
          data: { ...report, htmlFile: flags.html ?? null },
          toLines,
          exitCode: missing + failed + quarantined === 0 ? exitCodes.done : exitCodes.attention,
        };
      }),
    );
};
