// What `npx serverless package` makes of a customer file, made ready for MiniStack.
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Settings } from '../../../schemas/settings.ts';
import { templatePatches, type PatchFacts, type Template } from './template-patches.ts';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const replaceInZip = fileURLToPath(new URL('replace-in-zip.py', import.meta.url));

export interface PackagedCustomer {
  readonly folder: string;
  readonly template: Template;
  /** As the functions of the package find them. */
  readonly settings: Settings;
  /** Their name in each zip. */
  readonly settingsFile: string;
}

/** One deployment of the package: the template to send, and the zips it names, by key. */
export interface StackVersion {
  readonly template: Template;
  readonly zips: ReadonlyMap<string, string>;
}

/** Packages as an administrator does, without AWS credentials and beside any earlier package. */
export async function packageCustomer(stage: string, folder: string): Promise<PackagedCustomer> {
  const serverless = join(checkout, 'node_modules', '.bin', 'serverless');
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  await run(process.execPath, [serverless, 'package', '--stage', stage, '--package', folder], {
    cwd: checkout,
    env: { PATH: path, HOME: folder, SLS_TELEMETRY_DISABLED: '1' },
    timeout: 120_000,
  }).catch((error: unknown) => {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`serverless package --stage ${stage} failed:\n${stdout}${stderr}`);
  });
  const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
  const template = (await readJson(join(folder, 'cloudformation-template-update-stack.json'))) as Template;
  const settingsFile = listSettingsFiles(template)[0];
  if (settingsFile === undefined) throw new Error('No function of the package is told of a settings file.');
  const settings = (await readJson(join(checkout, settingsFile))) as Settings;
  return { folder, template, settings, settingsFile };
}

function listSettingsFiles(template: Template): string[] {
  return Object.values(template.Resources)
    .map(({ Properties }) => Properties?.Environment?.Variables?.['CONNECTOR_SETTINGS_FILE'])
    .filter((file) => typeof file === 'string');
}

/** The package with other settings in its zips, and with a template that MiniStack takes. `name` tells versions apart. */
export async function prepareVersion(
  packaged: PackagedCustomer,
  name: string,
  settings: Settings,
  facts: PatchFacts & { readonly python: string },
): Promise<StackVersion> {
  const template = structuredClone(packaged.template);
  for (const { apply } of templatePatches) apply(template, facts);
  const folder = join(packaged.folder, name);
  await mkdir(folder);
  const newSettings = join(folder, 'settings.json');
  await writeFile(newSettings, JSON.stringify(settings));
  const zips = new Map<string, string>();
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function' || Properties?.Code === undefined) continue;
    const zip = basename(Properties.Code.S3Key);
    const source = join(packaged.folder, zip);
    const hasSettings = Properties.Environment?.Variables?.['CONNECTOR_SETTINGS_FILE'] !== undefined;
    const target = hasSettings ? join(folder, zip) : source;
    if (hasSettings) await run(facts.python, [replaceInZip, source, target, packaged.settingsFile, newSettings]);
    Properties.Code.S3Key = `${name}/${zip}`;
    zips.set(Properties.Code.S3Key, target);
  }
  return { template, zips };
}
