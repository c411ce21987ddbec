// The report files of a folder, in the order of their names.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import type { InputFile } from './run-files.ts';

/** Names that are uploaded, by code unit: hidden files and *.jsonl (agent events) are no reports. */
export function selectNames(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith('.') && !/\.jsonl$/i.test(name)).toSorted();
}

/** @throws ConfigError when there is no file to upload */
export async function listInputFiles(folder: string): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const name of selectNames(await readdir(folder))) {
    const path = join(folder, name);
    // A link that leads nowhere is a file that cannot be read: it is reported as such when its turn comes.
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => true,
    );
    if (isFile) files.push({ name, read: () => readFile(path) });
  }
  if (files.length === 0) {
    throw new ConfigError(
      `--input ${folder} holds no files; expected report files such as QR-2026-11-22T12:00:00Z.csv`,
    );
  }
  return files;
}
