// `npm run local`: the local stack and a hub, up until Ctrl-C; for trying reports with the AWS CLI.
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { parse as parseYaml } from 'yaml';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import type { HubAccessKey } from './aws/secrets.ts';
import { createHandlers } from './functions.ts';
import { outagePath } from './hub/hub-outage.ts';
import { startReferenceHub, type ReferenceHub } from './hub/reference-hub.ts';
import { chooseColors } from './run/colors.ts';
import { toPrintable } from './run/run-report.ts';
import { loadLocalSettings, removeSettingsFile, writeSettingsFile } from './settings.ts';
import { removeStackFile, toStackFile, writeStackFile } from './stack-file.ts';
import { startLocalStack, type LocalStack } from './stack.ts';
import type { ExecutionDescription } from './workflow/workflow-store.ts';

const definitionFile = new URL('../../statemachines/report-ingest.asl.yml', import.meta.url);
const presetPrefix = 'connect/local/Reports/';
const longestCauseLength = 200;
const exitCodeForUsage = 2;
const pc = chooseColors(process.stdout.isTTY, process.env);

const colourOfStatus: Readonly<Record<string, (text: string) => string>> = { SUCCEEDED: pc.green, FAILED: pc.red };

function readCause(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    const hasMessage = typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed;
    return hasMessage ? String(parsed.errorMessage) : cause;
  } catch {
    return cause;
  }
}

function toEndLine(execution: ExecutionDescription): string {
  const colour = colourOfStatus[execution.status] ?? pc.yellow;
  const redriven = execution.redriveCount > 0 ? ` (redrive ${execution.redriveCount})` : '';
  const reason =
    execution.error === undefined
      ? ''
      : `  ${execution.error}: ${toPrintable(readCause(execution.cause ?? '').slice(0, longestCauseLength))}`;
  return `${new Date().toISOString()}  ${colour(execution.status)}${redriven}  ${execution.name}${reason}`;
}

function toAgentEventGuide({ agentEvents }: LocalStack): readonly string[] {
  if (agentEvents === undefined) return [];
  return [
    '',
    pc.bold('Send an agent event, one JSON object in a file:'),
    `aws kinesis put-record --stream-name ${agentEvents.streamName} --partition-key '<AgentARN>' --data fileb://agent-event.json`,
  ];
}

/** Only the reference hub can be told to fail. */
function toOutageGuide(hub: ReferenceHub | undefined): readonly string[] {
  if (hub === undefined) return [];
  return [
    '',
    pc.bold('Rehearse an outage of the hub (docs/runbook/hub-unavailable.md); {"status": null} ends it:'),
    `curl -d '{"status": 503, "forSeconds": 1800}' ${hub.url}${outagePath}`,
  ];
}

function printGuide(
  stack: LocalStack,
  { hub, hubUrl, prefix }: { hub: ReferenceHub | undefined; hubUrl: string; prefix: string },
): void {
  const { environment, cliEnvironment, workflows } = stack;
  const bucket = environment['SOURCE_BUCKET'] ?? '';
  const lines = [
    pc.bold('The local stack is up. In another terminal:'),
    '',
    ...Object.entries(cliEnvironment).map(([name, value]) => `export ${name}='${value}'`),
    '',
    pc.bold('Upload a report, then look at its execution:'),
    `aws s3 cp ./QR-2026-11-22T12:00:00Z.csv 's3://${bucket}/${prefix}QR-2026-11-22T12:00:00Z.csv'`,
    `aws stepfunctions list-executions --state-machine-arn ${workflows.stateMachineArn}`,
    'aws stepfunctions get-execution-history --execution-arn <executionArn of the list>',
    '',
    pc.bold("Or with the operators' command:"),
    'npx acdhub status --local',
    ...toAgentEventGuide(stack),
    ...toOutageGuide(hub),
    '',
    `Hub              ${hubUrl}`,
    `Source bucket    ${bucket}, keys below '${prefix}'`,
    `Staging bucket   ${environment['STAGING_BUCKET'] ?? ''}`,
    `Checkpoints      ${environment['CHECKPOINT_TABLE'] ?? ''}`,
    `Quarantine       ${environment['QUARANTINE_QUEUE_URL'] ?? ''}`,
    `Failed           ${environment['FAILED_EXECUTIONS_QUEUE_URL'] ?? ''}`,
    `Agent states     ${environment['AGENT_STATE_TABLE'] ?? ''}`,
    `Agent event DLQ  ${environment['AGENT_EVENT_DLQ_URL'] ?? ''}`,
    `Discarded        ${environment['AGENT_EVENT_DISCARDS'] ?? ''}, agent events that were too old`,
    `                 (version 1 of the CLI reads no endpoint for SQS: aws sqs --endpoint-url ${environment['AWS_ENDPOINT_URL_SQS'] ?? ''} …)`,
    '',
    'A line for each execution as it ends; Ctrl-C stops everything.',
  ];
  console.log(lines.join('\n'));
}

function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}

const scheduledFunctions = ['report-feed-health', 'watch-intervals'] as const;
const scheduledEveryMs = 60_000;

/** Runs the scheduled functions once a minute, as the schedules do in AWS, until they are stopped. */
function startSchedule(environment: Record<string, string>): { stop(): Promise<void> } {
  const handlers = createHandlers(environment);
  let inFlight: Promise<unknown> = Promise.resolve();
  const run = async (name: (typeof scheduledFunctions)[number]): Promise<void> => {
    try {
      await handlers[name]?.({});
    } catch (error) {
      console.error(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const timer = setInterval(() => {
    inFlight = inFlight.then(() => Promise.all(scheduledFunctions.map(run)));
  }, scheduledEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await inFlight;
    },
  };
}

interface Flags {
  readonly settings?: string;
  readonly hub?: string;
  readonly prefix: string;
}

/** @throws ConfigError when a hub of the user's is named without its access key */
function readHubAccessKey(environment: NodeJS.ProcessEnv): HubAccessKey {
  const { HUB_ACCESS_KEY_ID: accessKeyId = '', HUB_ACCESS_KEY_SECRET: accessKeySecret = '' } = environment;
  if (accessKeyId !== '' && accessKeySecret !== '') return { accessKeyId, accessKeySecret };
  throw new ConfigError('--hub needs the access key of that hub: set HUB_ACCESS_KEY_ID and HUB_ACCESS_KEY_SECRET');
}

async function runLocal(flags: Flags): Promise<void> {
  const stopped = waitForSignal();
  const prefix = flags.prefix === '' || flags.prefix.endsWith('/') ? flags.prefix : `${flags.prefix}/`;
  const { acd } = await loadLocalSettings(flags.settings);
  const userKey = flags.hub === undefined ? undefined : readHubAccessKey(process.env);
  const referenceHub = flags.hub === undefined ? await startReferenceHub({ acdName: acd.name }) : undefined;
  try {
    const hubUrl = flags.hub ?? referenceHub?.url ?? '';
    const settings = await loadLocalSettings(flags.settings, { hubUrl });
    const definition: unknown = parseYaml(await readFile(definitionFile, 'utf8'), { merge: true });
    const settingsFile = await writeSettingsFile(settings);
    try {
      const stack = await startLocalStack({
        definition,
        createHandlers,
        prefix,
        hubAccessKey: userKey ?? referenceHub?.credentials ?? { accessKeyId: '', accessKeySecret: '' },
        settingsFile,
        onExecutionEnd: (execution) => {
          console.log(toEndLine(execution));
        },
      });
      const schedule = startSchedule(stack.environment);
      const stackFile = toStackFile(stack, { prefix, hubUrl, settings });
      try {
        await writeStackFile(stackFile, process.env['ACDHUB_LOCAL_STACK_FILE']);
        printGuide(stack, { hub: referenceHub, hubUrl, prefix });
        await stopped;
        console.log('Stopping.');
      } finally {
        await removeStackFile(stackFile, process.env['ACDHUB_LOCAL_STACK_FILE']);
        await schedule.stop();
        await stack.close();
      }
    } finally {
      await removeSettingsFile(settingsFile);
    }
  } finally {
    await referenceHub?.close();
  }
}

const program = new Command('npm run local --')
  .description(
    'Runs the local stack until Ctrl-C: S3, SQS, DynamoDB, Secrets Manager, Step Functions, Kinesis and a hub.',
  )
  .option('--settings <file>', "settings of the connector, YAML or JSON (default: the product's)")
  .option(
    '--hub <url>',
    'deliver to this hub instead of the reference hub; its key: HUB_ACCESS_KEY_ID, HUB_ACCESS_KEY_SECRET',
  )
  .option('--prefix <prefix>', 'reports are the keys below this prefix', presetPrefix)
  .allowExcessArguments(false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodeForUsage))
  .action(async (flags: Flags) => {
    try {
      await runLocal(flags);
    } catch (error) {
      console.error(error instanceof ConfigError ? error.message : error);
      process.exitCode = error instanceof ConfigError ? exitCodeForUsage : 1;
    }
  });

await program.parseAsync();
