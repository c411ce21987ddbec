// The Channel column: what the hub takes, what it does not, and what is no channel at all.

export type Channel = 'voice' | 'chat';

const channels = new Map<string, Channel | 'outOfScope' | null>([
  ['VOICE', 'voice'],
  ['CHAT', 'chat'],
  ['TASK', 'outOfScope'],
  ['TASKS', 'outOfScope'],
  ['EMAIL', 'outOfScope'],
  ['', null],
  ['-', null],
]);

/**
 * Reads a cell of the Channel column.
 * @returns null where the cell is blank (as if there were no such column), 'unknown' where it is no channel of Connect's
 * @source docs/inputs.md, What is rejected (inbound voice and chat only)
 */
export function readChannel(cell: string): Channel | 'outOfScope' | 'unknown' | null {
  const channel = channels.get(cell.trim().toUpperCase());
  return channel === undefined ? 'unknown' : channel;
}
