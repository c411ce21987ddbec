// Voice or chat: one media type per queue, since the hub knows no other.
import type { Settings } from '../../../../schemas/settings.ts';
import type { Channel } from './channel.ts';
import type { FigureSums } from './figure-sums.ts';
import type { NoteList } from './notes.ts';
import type { ReportRow } from './report-row.ts';

export type MediaType = Channel;

/**
 * Decides the media type of every queue by the whole file: settings; else the Channel column; else chat when contacts
 * came in by API (new chats do), with a note; else voice. A queue with voice and chat rows goes by each row's channel.
 * @param hasChannel the report has the column Channel
 * @source docs/figures.md, Media type
 */
export function createMediaTypes(
  rows: Iterable<ReportRow>,
  queues: Settings['queues'],
  sums: FigureSums,
  notes: NoteList,
  hasChannel: boolean,
): (row: ReportRow) => MediaType {
  const configured = new Map<string, MediaType>();
  for (const { name, mediaType } of queues) {
    if (mediaType !== undefined) configured.set(name, mediaType);
  }
  const canTellChat = hasChannel || sums.has('handledApi') || hasDirections(sums);
  const seen = new Map<string, { channel: Channel | null; hasApiContacts: boolean }>();
  // Reading every row once more is for reports that can tell chat from voice at all.
  for (const row of canTellChat ? rows : []) {
    const name = row.subject.queue;
    if (configured.has(name)) continue;
    const queue = seen.get(name) ?? { channel: null, hasApiContacts: false };
    queue.channel ??= channelOf(row);
    queue.hasApiContacts ||= hasApiContacts(row, sums);
    seen.set(name, queue);
  }
  for (const [name, { channel, hasApiContacts }] of seen) {
    if (channel !== null || !hasApiContacts) continue;
    notes.add(
      'taken-for-chat',
      `Queue "${name}" is taken for chat because it handled API contacts: list it in the settings under queues with its mediaType.`,
    );
  }
  return (row) => {
    const name = row.subject.queue;
    const found = configured.get(name) ?? channelOf(row) ?? seen.get(name)?.channel;
    return found ?? (seen.get(name)?.hasApiContacts ? 'chat' : 'voice');
  };
}

/** The channel of an accepted row: voice, chat, or null where the report does not say. */
export function channelOf({ subject: { channel } }: ReportRow): Channel | null {
  return channel === 'voice' || channel === 'chat' ? channel : null;
}

const directions = ['handledIncoming', 'handledOutbound', 'handledCallback'] as const;

/** Whether contacts of no direction can be told from the others. */
function hasDirections(sums: FigureSums): boolean {
  return sums.has('contactsHandled') && directions.every((column) => sums.has(column));
}

/** New chats count as API contacts: handled, but neither incoming nor outbound nor callback. */
function hasApiContacts(row: ReportRow, sums: FigureSums): boolean {
  if ((sums.of(row, 'handledApi') ?? 0) > 0) return true;
  if (!hasDirections(sums)) return false;
  const other = directions.reduce((count, column) => count + (sums.of(row, column) ?? 0), 0);
  return (sums.of(row, 'contactsHandled') ?? 0) > other;
}
