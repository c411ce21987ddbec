#!/usr/bin/env node
// Plain JavaScript on purpose: `npx acdhub` finds whatever Node the machine has, and the command needs 24. An older one
// hands over to the Node that comes with the project.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const requiredMajor = 24;
const main = new URL('./acdhub.ts', import.meta.url);
const own = fileURLToPath(
  new URL(`../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url),
);

if (Number(process.versions.node.split('.')[0]) >= requiredMajor) {
  await import(main.href);
} else if (existsSync(own)) {
  const child = spawn(own, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both: the command decides when it is done, and this shell waits for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`acdhub could not be started with ${own}: ${error.message}`);
    process.exitCode = 4;
  });
  child.on('exit', (status, signal) => {
    process.exitCode = status ?? (signal === null ? 4 : 128 + constants.signals[signal]);
  });
} else {
  console.error(
    `acdhub runs on Node ${requiredMajor} or newer, found ${process.version}.\n` +
      'The right one comes with the project: run npm ci, and npm rebuild node if its install script was skipped.',
  );
  process.exitCode = 2;
}
