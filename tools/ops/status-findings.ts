// What in a status needs attention, most urgent first, each with the command or the page to go on with.
import type { Settings } from '../../schemas/settings.ts';
import { toCountText, toDurationText } from './lines.ts';
import type { Status } from './status-reader.ts';

export interface Finding {
  readonly finding: string;
  /** What to type or read next. */
  readonly next: string;
}

/** Two turns of the watch, and some: its schedule is at most every quarter of an hour. */
const watchSilentMs = 45 * 60_000;

export interface FindingRules {
  /** `--stage acme`. */
  readonly target: string;
  readonly nowMs: number;
  readonly agentStates: Pick<Settings['agentStates'], 'staleAfterSeconds'>;
}

/** In the order in which they should be dealt with. */
export function listFindings(status: Status, { target, nowMs, agentStates }: FindingRules): Finding[] {
  const { series, watchedAt, failedExecutions, isFailedCut, queues, lastAgentEventAt, alarms } = status;
  const findings: Finding[] = [];
  const add = (isTrue: boolean, finding: string, next: string): void => {
    if (isTrue) findings.push({ finding, next });
  };
  const depthOf = new Map(queues.map(({ queue, messageCount }) => [queue, messageCount]));
  const missingCount = series.reduce((sum, { missing }) => sum + missing.length, 0);
  const quietMs = lastAgentEventAt === null ? 0 : nowMs - Date.parse(lastAgentEventAt);

  const { length: failedCount } = failedExecutions;
  const have = failedCount === 1 ? 'has' : 'have';
  add(
    failedCount > 0,
    `${toCountText(failedCount, 'execution')} ${have} failed`,
    `npx acdhub redrive --all-failed ${target}`,
  );
  add(
    isFailedCut,
    'so many executions were quarantined or failed that the older ones were not looked at',
    `npx acdhub redrive --all-failed ${target}`,
  );
  for (const [queue, what] of [
    ['quarantine', 'quarantined file'],
    ['historical-dlq', 'upload event'],
    ['agent-event-dlq', 'agent event'],
    ['agent-event-discards', 'batch of agent events'],
  ] as const) {
    const count = depthOf.get(queue) ?? 0;
    const many = queue === 'agent-event-discards' ? 'batches of agent events' : `${what}s`;
    add(count > 0, `${toCountText(count, what, many)} in ${queue}`, `npx acdhub dlq list ${queue} ${target}`);
  }
  add(missingCount > 0, `${toCountText(missingCount, 'interval')} missing`, 'docs/runbook/missing-reports.md');
  const isWatched = watchedAt !== null && nowMs - Date.parse(watchedAt) <= watchSilentMs;
  const silence = watchedAt === null ? 'has never run' : `ran ${toDurationText(nowMs - Date.parse(watchedAt))} ago`;
  add(!isWatched, `the watch ${silence}: nobody looks for missing intervals`, 'docs/runbook/watch-silent.md');
  const quiet = `no agent event for ${toDurationText(quietMs)}`;
  add(quietMs > agentStates.staleAfterSeconds * 1000, quiet, 'docs/runbook/agent-events-iterator-age.md');
  const unconfirmed = alarms?.unconfirmedEmails ?? [];
  const theirs = toCountText(unconfirmed.length, 'alarm address', 'alarm addresses');
  add(unconfirmed.length > 0, `${theirs} not confirmed`, `click the link AWS has mailed to ${unconfirmed.join(', ')}`);
  for (const { name, runbook } of alarms?.ringing ?? [])
    add(true, `alarm ${name}`, runbook ?? 'docs/runbook/README.md');
  return findings;
}
