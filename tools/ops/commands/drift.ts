// acdhub drift: what has changed about queues, agents and states without anybody saying so.
import { toInstant } from '../../../functions/lib/domain/interval.ts';
import type { Colors } from '../../local/run/colors.ts';
import { findDrift, type Drift, type DriftKind } from '../analysis/drift.ts';
import { readEntities } from '../analysis/entity-reader.ts';
import { openStores } from '../deployment.ts';
import { parseDurationMs, shorten, toCountText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes, UsageError } from '../ops-errors.ts';
import { withTarget, type AddCommand, type TargetFlags } from '../session.ts';

interface Flags extends TargetFlags {
  readonly since: string;
  readonly within: string;
}

interface Shown extends Drift {
  readonly since: string;
}

const examples = `
Examples:
  npx acdhub drift --stage acme
  npx acdhub drift --stage acme --since 14d --within 3d    new: not seen in the 11 days before the last 3
  npx acdhub drift --stage acme --json | jq '.findings[] | select(.drift == "queueAppeared")'

Everything staged since then is read: some seconds, or minutes for a large centre. "Appeared" and "vanished" are measured
from the newest figures, so that an outage makes nobody vanish. Exit code 1 when something was found.`;

const words: Readonly<Record<DriftKind, string>> = {
  queueAppeared: 'Queues that appeared: create them in WFM (docs/runbook/add-a-queue.md)',
  queueVanished: 'Queues that vanished: renamed, or closed (docs/runbook/rename-a-queue.md)',
  queueInSeveralSeries: 'Queues in several series: their figures overwrite each other; leave each in one report',
  queueWithSeveralServiceLevels: 'Queues with several service levels: one queue has one (docs/install.md)',
  queueWithSeveralMedia:
    'Queues that were voice and chat: set queues[].mediaType (docs/runbook/another-media-channel.md)',
  mixedDirection: 'Queues with mixed directions: these rows were not sent (docs/runbook/mixed-direction.md)',
  stateUnmapped: 'Agent states no table knows (docs/runbook/new-agent-status.md)',
  rowsVanished: 'Rows that vanished from re-sent intervals',
  agentAppeared: 'Logins that appeared (docs/runbook/agent-ids-changed.md)',
  agentVanished: 'Logins that vanished (docs/runbook/agent-ids-changed.md)',
};
const longestName = 48;
const rowsShown = 40;

function toLines({ findings, reports, reportCount, since, statesSince, limits }: Shown, colors: Colors): string[] {
  const range = reports === null ? 'none' : `${toTimeText(reports.firstSeen)} to ${toTimeText(reports.lastSeen)}`;
  return [
    `${toCountText(reportCount, 'report')} staged since ${toTimeText(since)}; intervals ${range}; agent states since ${statesSince === null ? '–' : toTimeText(statesSince)}`,
    ...[...Map.groupBy(findings, ({ drift }) => drift)].flatMap(([drift, found]) => [
      '',
      colors.bold(words[drift]),
      ...toTableLines(
        ['Name', 'First seen', 'Last seen', ''],
        found
          .slice(0, rowsShown)
          .map(({ name, firstSeen, lastSeen, detail }) => [
            ...[shorten(name, longestName), toTimeText(firstSeen), toTimeText(lastSeen), detail],
          ]),
      ),
      ...(found.length > rowsShown ? [` … and ${found.length - rowsShown} more, in --json`] : []),
    ]),
    '',
    ...limits.map((limit) => ` - ${limit}`),
    findings.length === 0 ? colors.green('No drift.') : colors.yellow(toCountText(findings.length, 'finding')),
  ];
}

/** How far back, in ms. @throws UsageError where nothing is kept that long */
export function parseSince(text: string, keepDays: number): number {
  const sinceMs = parseDurationMs(text);
  if (sinceMs <= keepDays * 86_400_000) return sinceMs;
  throw new UsageError(`--since ${text}: what was staged is kept for ${keepDays} days (keep.checkpointDays)`);
}

export const addDrift: AddCommand = (program, session) => {
  withTarget(program.command('drift'))
    .summary('what changed about queues, agents and states')
    .description(
      'Lists queues and logins that appeared or vanished, unmapped agent states, mixed directions and the like.',
    )
    .option('--since <span>', 'how far back, e.g. 14d, 30d', '30d')
    .option('--within <span>', 'appeared or vanished within the last days', '7d')
    .addHelpText('after', examples)
    .action((flags: Flags) =>
      session.onDeployment('drift', flags, async (deployment) => {
        const { names, settings } = deployment;
        const nowMs = session.nowMs();
        const sinceMs = nowMs - parseSince(flags.since, settings.keep.checkpointDays);
        const withinMs = parseDurationMs(flags.within);
        if (nowMs - withinMs <= sinceMs) throw new UsageError('--within must be shorter than --since');
        const parts = { stores: openStores(deployment), names, settings, nowMs, session };
        const drift = findDrift(await readEntities(parts, sinceMs), { settings, withinMs });
        const data: Shown = { since: toInstant(sinceMs), ...drift };
        return { data, toLines, exitCode: drift.findings.length === 0 ? exitCodes.done : exitCodes.attention };
      }),
    );
};
