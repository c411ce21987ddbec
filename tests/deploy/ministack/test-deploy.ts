// `npm run test:deploy`: the packaged template of an example customer, deployed in an AWS written by others, brings a report
// and agent events to a hub on loopback, is updated and deleted. Skipped where Python or its package index is missing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCustomer } from '../../../tools/deploy/customer.ts';
import { startReferenceHub } from '../../../tools/local/hub/reference-hub.ts';
import { startEmulator } from './emulator.ts';
import { MissingToolError, openPythonEnvironment } from './python-environment.ts';
import { showDeployment } from './show-deployment.ts';

/** The example with the most in it: VPC, alarms, keys of its own. */
const stage = 'larkfield-bank';
const timeoutMs = 300_000;
const startedAtMs = Date.now();

function say(fact: string): void {
  process.stdout.write(`${String(Math.round((Date.now() - startedAtMs) / 1000)).padStart(4)} s  ${fact}\n`);
}

async function testDeploy(): Promise<void> {
  const python = await openPythonEnvironment();
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (let step = closing.pop(); step !== undefined; step = closing.pop()) await step();
  };
  const stop = (): void => {
    void close().finally(() => process.exit(130));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  // Told at the race below, however early the time is up.
  timeout.catch(() => undefined);
  const timer = setTimeout(() => {
    reject(new Error(`The test took longer than ${timeoutMs / 1000} s.`));
  }, timeoutMs);
  closing.push(() => {
    clearTimeout(timer);
    return Promise.resolve();
  });
  try {
    const folder = await mkdtemp(join(tmpdir(), 'test-deploy-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const customer = await loadCustomer(stage);
    const hub = await startReferenceHub({ acdName: customer.acd.name });
    closing.push(() => hub.close());
    const emulator = await startEmulator(python, folder);
    closing.push(() => emulator.close());
    say(`MiniStack answers at ${emulator.url}`);
    await Promise.race([timeout, showDeployment({ stage, customer, folder, python, hub, emulator, say })]).catch(
      async (error: unknown) => {
        process.stderr.write(`\nMiniStack's log ends with:\n${await emulator.readLog()}\n\n`);
        throw error;
      },
    );
  } finally {
    await close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

try {
  await testDeploy();
  say('everything holds');
} catch (error) {
  if (error instanceof MissingToolError) process.stdout.write(`skipped: ${error.message}\n`);
  else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}
