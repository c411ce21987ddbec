// The files of a folder, in the order of their names: reports, and agent events (*.jsonl).
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../../functions/lib/domain/errors.ts';
import { splitEventLines, type EventLine } from './event-lines.ts';
import type { InputFile } from './run-files.ts';

export interface InputFolder {
  readonly reports: readonly InputFile[];
  /** Of all files one after another. */
  readonly eventLines: readonly EventLine[];
}

const isEventName = (name: string): boolean => /\.jsonl$/i.test(name);

/** Names that are read, by code unit; hidden files are not. */
export function selectNames(names: readonly string[]): { reports: string[]; events: string[] } {
  const shown = names.filter((name) => !name.startsWith('.')).toSorted();
  return { reports: shown.filter((name) => !isEventName(name)), events: shown.filter(isEventName) };
}

async function listFiles(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(folder)) {
    // A link that leads nowhere is a file that cannot be read: it is reported as such when its turn comes.
    const isFile = await stat(join(folder, name)).then(
      (found) => found.isFile(),
      () => true,
    );
    if (isFile) names.push(name);
  }
  return names;
}

async function readEvents(folder: string, name: string): Promise<EventLine[]> {
  try {
    return splitEventLines(name, await readFile(join(folder, name)));
  } catch (error) {
    throw new ConfigError(`The agent events in ${join(folder, name)} cannot be read: ${String(error)}`, {
      cause: error,
    });
  }
}

/** Agent events are read at once, reports when their turn has come. @throws ConfigError when there is no file, or agent events cannot be read */
export async function readInputFolder(folder: string): Promise<InputFolder> {
  const { reports, events } = selectNames(await listFiles(folder));
  if (reports.length + events.length === 0) {
    throw new ConfigError(
      `--input ${folder} holds no files; expected report files such as QR-2026-11-22T12:00:00Z.csv, or agent events in *.jsonl`,
    );
  }
  const eventLines: EventLine[] = [];
  for (const name of events) {
    for (const line of await readEvents(folder, name)) eventLines.push(line);
  }
  return { reports: reports.map((name) => ({ name, read: () => readFile(join(folder, name)) })), eventLines };
}
