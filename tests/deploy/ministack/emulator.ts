// MiniStack as a process of its own on 127.0.0.1: an AWS written by others, with the functions as Node processes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from './wait-for.ts';

/** Region and account of the example customers. */
export const region = 'eu-central-1' as const;
export const accountId = '111122223333';
/** MiniStack's root user. Functions get keys of their own roles. */
export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface Emulator {
  readonly url: string;
  /** What it and the functions have written, its last lines. */
  readLog(): Promise<string>;
  close(): Promise<void>;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}

/** Starts it with all its files below `folder`. IAM is enforced: what a role does not allow is refused. */
export async function startEmulator(python: string, folder: string): Promise<Emulator> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(folder, 'ministack.log');
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: folder,
    // A group of its own, so that the functions it has started end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // The functions run on the first `node` in PATH: the one that runs this.
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      TMPDIR: temporary,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_REGION: region,
      MINISTACK_ACCOUNT_ID: accountId,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AUTH: 'true',
      LAMBDA_EXECUTOR: 'local',
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
    },
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = once(child, 'close').catch(() => undefined);
  const readLog = async (): Promise<string> => (await readFile(logFile, 'utf8')).split('\n').slice(-60).join('\n');

  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The whole group has ended already.
    }
  };
  const emulator: Emulator = {
    url,
    readLog,
    async close() {
      signalGroup('SIGTERM');
      await Promise.race([ended, delay(5_000)]);
      signalGroup('SIGKILL');
      await ended;
      log.end();
    },
  };
  try {
    await waitFor('answer of MiniStack', 60, async () => {
      if (child.exitCode !== null) throw new Error(`MiniStack ended with code ${child.exitCode}:\n${await readLog()}`);
      return fetch(`${url}/_ministack/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await emulator.close();
    throw error;
  }
  return emulator;
}
