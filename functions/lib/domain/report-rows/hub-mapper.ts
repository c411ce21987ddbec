// From the rows of one interval to a record of the report's kind, or to the reason there is none.
import type { HubRecord } from '../../../../schemas/hub-records.ts';
import type { Settings } from '../../../../schemas/settings.ts';
import { createAgentIds } from '../agent-states/agent-identity.ts';
import { toAgentQueueRecord } from './aqr-to-hub.ts';
import { checkActivity, toAgentSystemRecord } from './aspr-to-hub.ts';
import type { FigureSums } from './figure-sums.ts';
import type { IntervalRows } from './hub-mapping.ts';
import { findIntervalFault, mixedDirectionRule } from './interval-fault.ts';
import { createMediaTypes } from './media-type.ts';
import type { NoteList } from './notes.ts';
import { toQueueRecord } from './qr-to-hub.ts';
import type { RowFault } from './rejected-row.ts';
import type { ReportHeader } from './report-header.ts';
import type { ReportRow } from './report-row.ts';

export interface HubMapperOptions extends Pick<Settings, 'figures' | 'queues' | 'agents'> {
  readonly header: ReportHeader;
  readonly sums: FigureSums;
  readonly notes: NoteList;
  /** All accepted rows of the file: a queue's media type is decided by all of them. */
  readonly rows: Iterable<ReportRow>;
}

export type MappedInterval = { readonly record: HubRecord } | { readonly fault: RowFault };

/** Prepares the mapping of one report; call it in the order in which notes are to appear. */
export function createHubMapper(
  options: HubMapperOptions,
): (interval: IntervalRows, partialLine: number | undefined) => MappedInterval {
  const { header, figures, queues, agents, notes, sums, rows } = options;
  const mediaTypeOf =
    header.kind === 'ASPR'
      ? () => 'voice' as const
      : createMediaTypes(rows, queues, sums, notes, header.positions.has('channel'));
  const shared = { sums, figures, notes, agentIdOf: createAgentIds(agents) };
  const mappings = {
    voice: { ...shared, mediaType: 'voice' },
    chat: { ...shared, mediaType: 'chat' },
  } as const;

  const toRecord = (interval: IntervalRows): MappedInterval => {
    if (header.kind === 'ASPR') {
      const record = toAgentSystemRecord(interval, shared);
      const fault = checkActivity(record, figures.activityToleranceSeconds);
      return fault ? { fault } : { record };
    }
    const [firstRow] = interval.rows;
    const mapping = mappings[firstRow ? mediaTypeOf(firstRow) : 'voice'];
    return {
      record:
        header.kind === 'QR'
          ? toQueueRecord(interval, header.serviceLevelSeconds, mapping)
          : toAgentQueueRecord(interval, mapping),
    };
  };

  return (interval, partialLine) => {
    const fault = findIntervalFault(interval, partialLine, mediaTypeOf, { header, sums, figures });
    if (fault === null) {
      noteMergedQueues(interval, notes);
      return toRecord(interval);
    }
    if (fault.rule === mixedDirectionRule) {
      notes.add(
        mixedDirectionRule,
        `Queue "${interval.queueValue}" has outbound or callback contacts: its rows with them are rejected.`,
      );
    }
    return { fault };
  };
}

// The settings refuse two queues with one name at the hub, but a queue they do not list can bear that name itself.
function noteMergedQueues({ rows, queueValue }: IntervalRows, notes: NoteList): void {
  if (rows.length < 2 || new Set(rows.map(({ subject }) => subject.queue)).size < 2 || queueValue === '') return;
  notes.add(
    'queues-merged',
    `Several queues are sent as "${queueValue}" and added up: another queue is mapped to this name by its hubQueue setting.`,
  );
}
