// The command line of `npm start`.
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../../../functions/lib/domain/errors.ts';

export interface StartOptions {
  /** Folder with report files and agent events; without it the demonstration day is played. */
  readonly input?: string;
  /** Folder of the keys in the bucket, without a slash at either end. */
  readonly prefix: string;
  readonly hub?: string;
  readonly settings?: string;
  readonly json?: string;
}

interface Flags {
  readonly input?: string;
  readonly prefix?: string;
  readonly hub?: string;
  readonly settings?: string;
  readonly json?: string;
}

const presetPrefix = 'connect/demo/Reports';

const examples = `
Examples:
  npm start                                        a day of a small contact centre, with everything that can go wrong
  npm start -- --input ./reports                   your own report files, into a hub that runs in this process
  npm start -- --input ./reports --json run.json   the same, with every execution in run.json
  npm start -- --input ./reports --settings customers/acme.yml
  HUB_ACCESS_KEY_ID=… HUB_ACCESS_KEY_SECRET=… npm start -- --input ./reports --hub https://hub.example.com

Files are uploaded in the order of their names; those of one report run one after another. Then the lines of *.jsonl,
one agent event each, go through the stream as they are. Hidden files and folders are left alone. Nothing leaves this
machine unless --hub names an address that does.

Exit code: 0 every file was delivered, or skipped as delivered before, overtaken or ignored, and every agent event came
to its end; without --input: the day ended as designed. 1 a file was quarantined or failed, or an agent event was
dead-lettered or not delivered. 2 wrong usage.`;

function createCommand(): Command {
  return new Command('npm start --')
    .description(
      'Runs report files and agent events through the real state machine and the real functions, on this machine.',
    )
    .usage('[--input DIR] [options]')
    .option('--input <dir>', 'folder with report files and agent events, *.jsonl (default: a bundled day)')
    .option('--prefix <prefix>', `folder of the reports in the bucket (default: ${presetPrefix})`)
    .option('--hub <url>', 'hub to deliver to (default: a hub in this process)')
    .option('--settings <file>', 'settings of the connector, YAML or JSON; its hub address counts only with --hub')
    .option('--json <file>', 'write what became of every file and agent event')
    .addHelpText('after', examples)
    .exitOverride();
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * Reads the arguments behind the script's name.
 * @throws CommanderError for an unknown flag, and for --help with exit code 0; commander has printed the text then
 * @throws ConfigError when the flags contradict each other or name what is not there
 */
export async function parseStartOptions(args: readonly string[]): Promise<StartOptions> {
  const flags = createCommand()
    .parse([...args], { from: 'user' })
    .opts<Flags>();
  if (flags.input === undefined) {
    const alone = (['prefix', 'hub', 'settings'] as const).filter((name) => flags[name] !== undefined);
    if (alone.length > 0) {
      throw new ConfigError(
        `${alone.map((name) => `--${name}`).join(', ')} needs --input DIR: the bundled day has its own`,
      );
    }
  } else if (!(await isFolder(flags.input))) {
    throw new ConfigError(
      `--input ${flags.input} is no folder; expected one with report files (*.csv, *.csv.gz) or agent events (*.jsonl)`,
    );
  }
  if (flags.settings !== undefined && !(await isFile(flags.settings))) {
    throw new ConfigError(`--settings ${flags.settings} is no file; expected the connector's settings in YAML or JSON`);
  }
  if (flags.json !== undefined && (!(await isFolder(dirname(flags.json))) || (await isFolder(flags.json)))) {
    throw new ConfigError(`--json ${flags.json} cannot be written: expected a file name in a folder that is there`);
  }
  return { ...flags, prefix: (flags.prefix ?? presetPrefix).replaceAll(/^\/+|\/+$/g, '') };
}
