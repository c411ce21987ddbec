// acdhub entities: every queue, login and agent state seen, as the list to enter in WFM.
import { Option } from 'commander';
import { toInstant } from '../../../functions/lib/domain/interval.ts';
import type { Colors } from '../../local/run/colors.ts';
import { toCsvLines } from '../analysis/csv-lines.ts';
import { listEntities, type Entity } from '../analysis/entity-list.ts';
import { readEntities } from '../analysis/entity-reader.ts';
import { openStores } from '../deployment.ts';
import { shorten, toCountText, toTableLines, toTimeText } from '../lines.ts';
import { exitCodes } from '../ops-errors.ts';
import { withTarget, type AddCommand, type TargetFlags } from '../session.ts';
import { parseSince } from './drift.ts';

interface Flags extends TargetFlags {
  readonly since: string;
  readonly csv?: true;
}

interface Entities {
  readonly since: string;
  /** Agent states are kept for fewer days than reports; null: only those standing now are known. */
  readonly statesSince: string | null;
  readonly entities: readonly Entity[];
}

const examples = `
Examples:
  npx acdhub entities --stage acme
  npx acdhub entities --csv --stage acme > entities.csv
  npx acdhub entities --csv --stage acme | grep 'Web chat'

hubName is what WFM has to know: the queue's name, the agent's ID, the state's activity code and status. Queues and logins
that nothing is set for go by their own name. Agent states are known for agentStates.timelineDays.
Exit code 1 when an agent state is unmapped.`;

const headings = [
  ...['type', 'name', 'hubName', 'mapped', 'mapping', 'mediaType', 'serviceLevelSeconds', 'seenIn'],
  ...['firstSeen', 'lastSeen'],
];
const longestName = 40;

function toCells(entity: Entity): string[] {
  const { type, name, hubName, mapping, mediaTypes, serviceLevelSeconds, seenIn, firstSeen, lastSeen } = entity;
  return [
    ...[type, name, hubName, mapping === 'unmapped' ? 'no' : 'yes', mapping],
    ...[
      mediaTypes.join(' '),
      serviceLevelSeconds.join(' '),
      seenIn.join('; '),
      toTimeText(firstSeen),
      toTimeText(lastSeen),
    ],
  ];
}

function toLines({ entities, since, statesSince }: Entities, colors: Colors): string[] {
  const unmappedCount = entities.filter(({ mapping }) => mapping === 'unmapped').length;
  const rows = entities.map((entity) =>
    toCells(entity).map((cell) => {
      const text = shorten(cell, longestName);
      return entity.mapping === 'unmapped' ? colors.yellow(text) : text;
    }),
  );
  return [
    ...toTableLines(headings, rows),
    '',
    `${toCountText(entities.length, 'entity', 'entities')} seen since ${toTimeText(since)}, agent states since ${statesSince === null ? 'now' : toTimeText(statesSince)}; ${unmappedCount} unmapped`,
  ];
}

export const addEntities: AddCommand = (program, session) => {
  withTarget(program.command('entities'))
    .summary('every queue, login and agent state seen')
    .description('Lists every queue (medium, service level), login and agent state seen: the list to enter in WFM.')
    .option('--since <span>', 'how far back, e.g. 14d, 30d', '30d')
    .addOption(new Option('--csv', 'as CSV on standard output').conflicts('json'))
    .addHelpText('after', examples)
    .action((flags: Flags) =>
      session.onDeployment('entities', flags, async (deployment) => {
        const { names, settings } = deployment;
        const nowMs = session.nowMs();
        const sinceMs = nowMs - parseSince(flags.since, settings.keep.checkpointDays);
        const parts = { stores: openStores(deployment), names, settings, nowMs, session };
        const { seen, statesSince } = await readEntities(parts, sinceMs);
        const data: Entities = { since: toInstant(sinceMs), statesSince, entities: listEntities(seen, settings) };
        return {
          data,
          toLines: (shown: Entities, colors: Colors) =>
            flags.csv === true ? toCsvLines(headings, shown.entities.map(toCells)) : toLines(shown, colors),
          exitCode: data.entities.some(({ mapping }) => mapping === 'unmapped') ? exitCodes.attention : exitCodes.done,
        };
      }),
    );
};
