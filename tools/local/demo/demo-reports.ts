// The demonstration's figures as Amazon Connect writes them: headings, units and spellings of its scheduled reports.
import { stringify } from 'csv-stringify/sync';
import { intervalMs, toInstant } from '../../../functions/lib/domain/interval.ts';
import {
  demoAgents,
  demoQueues,
  listActivities,
  listContacts,
  type DemoChannel,
  type DemoContact,
  type DemoQueue,
} from './demo-traffic.ts';

export interface ReportRequest {
  /** Start of the day whose interval 0 the report counts from. */
  readonly dayStartMs: number;
  /** Number of the first and of the last interval, both in the report; below 0: the day before, when nobody worked. */
  readonly firstInterval: number;
  readonly lastInterval: number;
  /** A report that ran late has the contacts the punctual one could not have yet. */
  readonly isComplete: boolean;
}

export interface WrittenReport {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const textOf = (count: number): string => String(count);
const average = (seconds: readonly number[]): string =>
  seconds.length === 0 ? '' : (sum(seconds) / seconds.length).toFixed(2);

function listIntervals({ firstInterval, lastInterval }: ReportRequest): number[] {
  return Array.from({ length: lastInterval - firstInterval + 1 }, (_, index) => firstInterval + index);
}

function toBounds({ dayStartMs }: ReportRequest, interval: number): [string, string] {
  const startMs = dayStartMs + interval * intervalMs;
  return [toInstant(startMs), toInstant(startMs + intervalMs)];
}

/** Contacts a report of this run knows: those of its last interval may still be open. */
function listReported(request: ReportRequest, interval: number): DemoContact[] {
  const isOpen = (contact: DemoContact): boolean =>
    contact.isLateInReport && !request.isComplete && interval === request.lastInterval;
  return listContacts(interval).filter((contact) => !isOpen(contact));
}

function toContactTimes(contacts: readonly DemoContact[]): string[] {
  const talk = sum(contacts.map(({ talkSeconds }) => talkSeconds));
  const hold = sum(contacts.map(({ holdSeconds }) => holdSeconds));
  const work = sum(contacts.map(({ workSeconds }) => workSeconds));
  return [talk + hold + work, talk, hold, work].map(textOf);
}

/** Handled, incoming, outbound, callback, API: new chats come in by API and are not "incoming". */
function toDirections(handledCount: number, channel: DemoChannel): string[] {
  return (channel === 'VOICE' ? [handledCount, handledCount, 0, 0, 0] : [handledCount, 0, 0, 0, handledCount]).map(
    textOf,
  );
}

const directionHeadings = [
  'Contacts handled',
  'Contacts handled incoming',
  'Contacts handled outbound',
  'Callback contacts handled',
  'API contacts handled',
];
const timeHeadings = ['Contact handle time', 'Agent interaction time', 'Customer hold time', 'After contact work time'];

// The headings state it; a report has exactly one, for all its queues.
const serviceLevelSeconds = 20;

export function writeQueueReport(request: ReportRequest): WrittenReport {
  const headings = [
    ...['Queue', 'Channel', 'StartInterval', 'EndInterval', 'Contacts queued'],
    ...directionHeadings,
    'Contacts abandoned',
    `Contacts abandoned in ${serviceLevelSeconds} seconds`,
    `Contacts answered in ${serviceLevelSeconds} seconds`,
    `Service level ${serviceLevelSeconds} seconds`,
    'Average queue answer time',
    ...timeHeadings,
  ];
  const toRow = (interval: number, { name, channel }: DemoQueue): readonly string[][] => {
    const contacts = listReported(request, interval).filter(({ queue }) => queue.name === name);
    if (contacts.length === 0) return [];
    const handled = contacts.filter(({ agent }) => agent !== null);
    const abandoned = contacts.filter(({ agent }) => agent === null);
    const countInTime = (some: readonly DemoContact[]): number =>
      some.filter(({ waitSeconds }) => waitSeconds <= serviceLevelSeconds).length;
    const answeredInTime = countInTime(handled);
    return [
      [
        ...[name, channel, ...toBounds(request, interval), textOf(contacts.length)],
        ...toDirections(handled.length, channel),
        ...[abandoned.length, countInTime(abandoned), answeredInTime].map(textOf),
        `${((answeredInTime / contacts.length) * 100).toFixed(2)}%`,
        average(handled.map(({ waitSeconds }) => waitSeconds)),
        ...toContactTimes(handled),
      ],
    ];
  };
  const rows = listIntervals(request).flatMap((interval) => demoQueues.flatMap((queue) => toRow(interval, queue)));
  return { headings, rows };
}

export function writeAgentQueueReport(request: ReportRequest): WrittenReport {
  const headings = [
    ...['Agent', 'Agent name', 'Queue', 'Channel', 'StartInterval', 'EndInterval'],
    ...directionHeadings,
    ...timeHeadings,
  ];
  const rows = listIntervals(request).flatMap((interval) => {
    const reported = listReported(request, interval);
    return demoAgents.flatMap(({ login, name }) =>
      demoQueues.flatMap((queue) => {
        const contacts = reported.filter((contact) => contact.agent === login && contact.queue === queue);
        if (contacts.length === 0) return [];
        const { channel } = queue;
        return [
          [
            ...[login, name, queue.name, channel, ...toBounds(request, interval)],
            ...toDirections(contacts.length, channel),
            ...toContactTimes(contacts),
          ],
        ];
      }),
    );
  });
  return { headings, rows };
}

export function writeAgentSystemReport(request: ReportRequest): WrittenReport {
  const headings = [
    ...['Agent', 'Agent name', 'StartInterval', 'EndInterval'],
    ...['Online time', 'Nonproductive time', 'Agent on contact time', 'Agent idle time', 'Error status time'],
  ];
  const names = new Map(demoAgents.map(({ login, name }) => [login, name]));
  const rows = listIntervals(request).flatMap((interval) =>
    listActivities(interval).map((activity) => [
      ...[activity.agent, names.get(activity.agent) ?? '', ...toBounds(request, interval)],
      ...[
        activity.onlineSeconds,
        activity.nonproductiveSeconds,
        activity.onContactSeconds,
        activity.idleSeconds,
        0,
      ].map(textOf),
    ]),
  );
  return { headings, rows };
}

/** One cell changed; the report is the same otherwise. @throws Error when there is no such heading */
export function replaceCell(report: WrittenReport, rowIndex: number, heading: string, text: string): WrittenReport {
  const position = report.headings.indexOf(heading);
  if (position < 0) throw new Error(`The report has no heading ${heading}`);
  return { ...report, rows: report.rows.map((row, index) => (index === rowIndex ? row.with(position, text) : row)) };
}

export function toCsv({ headings, rows }: WrittenReport): string {
  return stringify([headings, ...rows]);
}
