// The columns of Amazon Connect's reports that this connector reads: headings, units, and which kind needs which.
import type { ReportKind } from '../../../../schemas/report-kind.ts';

/** Column, unit, headings in order of preference; the first heading is the one to name in a message. */
export const reportColumns = [
  ['queue', 'text', ['Queue']],
  ['agent', 'text', ['Agent']],
  ['startInterval', 'instant', ['StartInterval']],
  ['endInterval', 'instant', ['EndInterval']],
  ['routingProfile', 'text', ['Routing Profile']],
  ['channel', 'text', ['Channel']],
  ['phoneNumber', 'text', ['Phone Number']],
  ['hierarchyLevelOne', 'text', ['Agent Hierarchy Level One']],
  ['hierarchyLevelTwo', 'text', ['Agent Hierarchy Level Two']],
  ['hierarchyLevelThree', 'text', ['Agent Hierarchy Level Three']],
  ['hierarchyLevelFour', 'text', ['Agent Hierarchy Level Four']],
  ['hierarchyLevelFive', 'text', ['Agent Hierarchy Level Five']],
  ['contactsQueued', 'count', ['Contacts queued']],
  ['contactsHandled', 'count', ['Contacts handled']],
  ['handledIncoming', 'count', ['Contacts handled incoming']],
  ['handledOutbound', 'count', ['Contacts handled outbound']],
  ['handledCallback', 'count', ['Callback contacts handled', 'Callback contacts']],
  ['handledApi', 'count', ['API contacts handled', 'API contacts']],
  ['contactsAbandoned', 'count', ['Contacts abandoned']],
  ['contactsPutOnHold', 'count', ['Contacts put on hold']],
  // These two carry the queue's service level in their heading; heading.ts reads them by pattern.
  ['answeredInTime', 'count', ['Contacts answered in X seconds']],
  ['abandonedInTime', 'count', ['Contacts abandoned in X seconds']],
  ['averageAnswerTime', 'seconds', ['Average queue answer time']],
  ['contactHandleTime', 'seconds', ['Contact handle time']],
  ['interactionTime', 'seconds', ['Agent interaction time']],
  ['holdTime', 'seconds', ['Customer hold time']],
  ['afterContactWorkTime', 'seconds', ['After contact work time']],
  // Over held contacts only; the next one is over all handled contacts.
  ['averageHoldTime', 'seconds', ['Average customer hold time']],
  ['averageHoldTimeAllContacts', 'seconds', ['Average customer hold time all contacts']],
  ['averageAfterContactWorkTime', 'seconds', ['Average after contact work time']],
  ['averageOutboundInteractionTime', 'seconds', ['Average outbound agent interaction time']],
  ['averageOutboundAfterContactWorkTime', 'seconds', ['Average outbound after contact work time']],
  ['onlineTime', 'seconds', ['Online time']],
  ['nonproductiveTime', 'seconds', ['Nonproductive time']],
  ['idleTime', 'seconds', ['Agent idle time']],
  ['onContactTime', 'seconds', ['Agent on contact time']],
] as const satisfies readonly (readonly [string, 'text' | 'instant' | 'count' | 'seconds', readonly string[]])[];

type Entry = (typeof reportColumns)[number];
type ColumnOf<Unit> = Extract<Entry, readonly [string, Unit, unknown]>[0];

export type ReportColumn = Entry[0];
export type SecondsColumn = ColumnOf<'seconds'>;
export type FigureColumn = ColumnOf<'count'> | SecondsColumn;

const agentQueueColumns = [
  'contactsHandled',
  'handledIncoming',
  'handledOutbound',
  'handledCallback',
  'handledApi',
  'contactsPutOnHold',
  'contactHandleTime',
  'interactionTime',
  'holdTime',
  'afterContactWorkTime',
  'averageHoldTime',
  'averageHoldTimeAllContacts',
  'averageAfterContactWorkTime',
  'averageOutboundInteractionTime',
  'averageOutboundAfterContactWorkTime',
] as const satisfies readonly FigureColumn[];

/** The columns whose cells are read and checked, by kind; a cell of any other column cannot spoil its row. */
export const figureColumns: Readonly<Record<ReportKind, readonly FigureColumn[]>> = {
  QR: [
    'contactsQueued',
    'contactsAbandoned',
    'answeredInTime',
    'abandonedInTime',
    'averageAnswerTime',
    ...agentQueueColumns,
  ],
  AQR: agentQueueColumns,
  ASPR: ['onlineTime', 'nonproductiveTime', 'idleTime', 'onContactTime'],
};

const handledColumns = ['contactsHandled', 'handledIncoming'] as const;

/** What a report must hold, by kind: of each inner list at least one column. A queue report also needs its two service level columns. */
export const mandatoryColumns: Readonly<Record<ReportKind, readonly (readonly ReportColumn[])[]>> = {
  QR: [['queue'], ['startInterval'], ['endInterval'], handledColumns, ['contactsAbandoned']],
  AQR: [
    ['agent'],
    ['queue'],
    ['startInterval'],
    ['endInterval'],
    [...handledColumns, 'contactHandleTime', 'interactionTime', 'holdTime', 'afterContactWorkTime'],
  ],
  ASPR: [['agent'], ['startInterval'], ['endInterval'], ['onlineTime'], ['nonproductiveTime'], ['idleTime']],
};

const columnByName = new Map<ReportColumn, Entry>(reportColumns.map((entry) => [entry[0], entry]));

/** The English heading to name where the report lacks the column. */
export function englishHeading(column: ReportColumn): string {
  return columnByName.get(column)?.[2][0] ?? column;
}

/** Tells times from counts, which must be whole numbers. */
export function isSecondsColumn(column: FigureColumn): column is SecondsColumn {
  return columnByName.get(column)?.[1] === 'seconds';
}
