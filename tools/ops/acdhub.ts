// `npx acdhub`: the operators' command. acdhub.mjs beside it starts this file on the right Node.
import '../local/quiet-telemetry.ts';
import { loadCustomer, pickSettings } from '../deploy/customer.ts';
import { openLocalDeployment } from './local-deployment.ts';
import { runAcdhub } from './program.ts';
import { openStageDeployment } from './stage-deployment.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort();
  });
}
// A reader that has seen enough (`| head`) is no mistake of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runAcdhub(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  signal: stop.signal,
  nowMs: Date.now,
  openStage: (stage) =>
    openStageDeployment(stage, async (name) => {
      const customer = await loadCustomer(name);
      return { region: customer.region, hubSecretArn: customer.HubSecretArn, settings: pickSettings(customer) };
    }),
  openLocal: () => openLocalDeployment(process.env['ACDHUB_LOCAL_STACK_FILE']),
});
