// acdhub status: is everything well, and if not, what first.
import type { Colors } from '../../local/run/colors.ts';
import { shorten, toDurationText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes } from '../ops-errors.ts';
import { withTarget, type AddCommand, type TargetFlags } from '../session.ts';
import { listFindings, type Finding } from '../status-findings.ts';
import { readStatus, type SeriesStatus, type Status } from '../status-reader.ts';

export interface ShownStatus extends Status {
  readonly checkedAt: string;
  /** What needs attention, most urgent first; empty when all is well. */
  readonly findings: readonly Finding[];
}

const examples = `
Examples:
  npx acdhub status --stage acme
  npx acdhub status --stage acme --json | jq '.findings[].finding'

Missing intervals are those the watch has found (every quarter of an hour). Exit code 1 when something needs attention;
the last line is what to do first.`;

const failedShown = 5;
const missingShown = 3;

function toAge(instant: string | null, nowMs: number): string {
  return instant === null ? 'never' : `${toTimeText(instant)}, ${toDurationText(nowMs - Date.parse(instant))} ago`;
}

function toMissingText({ missing }: SeriesStatus, colors: Colors): string {
  if (missing.length === 0) return '0';
  const shown = missing.slice(0, missingShown).map(toTimeText).join(', ');
  return colors.red(`${missing.length}: ${shown}${missing.length > missingShown ? ' …' : ''}`);
}

function toFactLines(status: ShownStatus, colors: Colors): string[] {
  const { queues, failedExecutions, waitingUploadCount, lastAgentEventAt, watchedAt, alarms } = status;
  const nowMs = Date.parse(status.checkedAt);
  const red = (count: number, text = String(count)): string => (count === 0 ? text : colors.red(text));
  const depths = queues.map(({ queue, messageCount }) => `${queue} ${red(messageCount)}`).join(' · ');
  const failed = failedExecutions.slice(0, failedShown).map(({ name, error }) => `            ${name}  ${error ?? ''}`);
  const hiddenCount = failedExecutions.length - failed.length;
  return [
    ` Failed     ${red(failedExecutions.length)}`,
    ...failed,
    ...(hiddenCount === 0 ? [] : [`            … and ${hiddenCount} more`]),
    ` Queues     ${depths}`,
    ` Waiting    ${waitingUploadCount} uploads to be started`,
    ` Agents     last event ${toAge(lastAgentEventAt, nowMs)}`,
    ` Watch      last run ${toAge(watchedAt, nowMs)}`,
    ...(alarms === null
      ? [' Alarms     none here']
      : [
          ` Alarms     ${alarms.ringing.length === 0 ? 'none ringing' : colors.red(alarms.ringing.map(({ name }) => name).join(', '))}`,
          ` Addresses  ${alarms.unconfirmedEmails.length === 0 ? 'all confirmed' : colors.red(`not confirmed: ${alarms.unconfirmedEmails.join(', ')}`)}`,
        ]),
  ];
}

function toLines(status: ShownStatus, colors: Colors): string[] {
  const { series, findings, acdName, checkedAt } = status;
  const nowMs = Date.parse(checkedAt);
  const rows = series.map((one) => [
    one.kind,
    shorten(one.series, 48),
    toAge(one.lastDeliveredInterval, nowMs),
    toMissingText(one, colors),
  ]);
  const [first] = findings;
  return [
    colors.bold(`ACD ${acdName}, ${toTimeText(checkedAt)}`),
    ...(rows.length === 0
      ? [' No report has come yet.']
      : toTableLines(['Kind', 'Series', 'Last interval delivered', 'Missing'], rows)),
    '',
    ...toFactLines(status, colors),
    '',
    ...findings.map(({ finding }) => colors.yellow(` ! ${finding}`)),
    first === undefined ? colors.green('All is well.') : `First: ${first.next}`,
  ];
}

export const addStatus: AddCommand = (program, session) => {
  withTarget(program.command('status'))
    .summary('is everything well, and if not, what first')
    .description('Shows the last interval of each series, what is missing, what failed, what waits, and the alarms.')
    .addHelpText('after', examples)
    .action((flags: TargetFlags) =>
      session.onDeployment('status', flags, async (deployment) => {
        const nowMs = session.nowMs();
        const status = await readStatus(deployment, nowMs);
        const { target, settings } = deployment;
        const findings = listFindings(status, { target, nowMs, agentStates: settings.agentStates });
        const data: ShownStatus = { checkedAt: new Date(nowMs).toISOString(), ...status, findings };
        return { data, toLines, exitCode: findings.length === 0 ? exitCodes.done : exitCodes.attention };
      }),
    );
};
