// Settings for a local run: the user's file, if there is one, with what the local stack knows better filled in.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { parseSettings } from '../../functions/lib/runtime/settings.ts';
import type { Settings } from '../../schemas/settings.ts';

export interface LocalSettingsOverrides {
  /** Address of the hub to deliver to; wins over the file's. */
  readonly hubUrl?: string;
}

const localDefaults = { acd: { name: 'local-acd' }, hub: { url: 'http://127.0.0.1' } };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readSettingsFile(file: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(`The settings file ${file} cannot be read as YAML or JSON: ${String(error)}`, {
      cause: error,
    });
  }
  if (!isRecord(value)) throw new ConfigError(`The settings file ${file} holds no settings; see docs/configuration.md`);
  return value;
}

/**
 * The settings of a local run. Only the hub's address and the ACD name have local defaults; every other setting is the product's.
 * @throws {ConfigError} when the file cannot be read or holds a mistake
 */
export async function loadLocalSettings(file?: string, overrides: LocalSettingsOverrides = {}): Promise<Settings> {
  const given = file === undefined ? {} : await readSettingsFile(file);
  const hub = { ...localDefaults.hub, ...(isRecord(given['hub']) ? given['hub'] : {}) };
  if (overrides.hubUrl !== undefined) hub.url = overrides.hubUrl;
  return parseSettings({ ...localDefaults, ...given, hub }, file ?? 'the local defaults');
}

/** Writes settings where the functions look for them; the answer is the file's path, to be removed with `removeSettingsFile`. */
export async function writeSettingsFile(settings: Settings): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'acdhub-settings-')), 'settings.json');
  await writeFile(file, JSON.stringify(settings));
  return file;
}

export async function removeSettingsFile(file: string): Promise<void> {
  await rm(dirname(file), { recursive: true });
}
