// The deployed functions, with the middy stack they have in AWS, built on the local stack's environment.
import './quiet-telemetry.ts';
import type { Context } from 'aws-lambda';
import { fromEnvironment as agentEvents } from '../../functions/agent-events/handler.ts';
import { fromEnvironment as claimCheckpoint } from '../../functions/claim-checkpoint/handler.ts';
import { fromEnvironment as classifyReport } from '../../functions/classify-report/handler.ts';
import { fromEnvironment as completeReport } from '../../functions/complete-report/handler.ts';
import { fromEnvironment as deliverBatch } from '../../functions/deliver-batch/handler.ts';
import type { Environment } from '../../functions/lib/runtime/environment.ts';
import { toLambdaHandler } from '../../functions/lib/runtime/lambda.ts';
import { fromEnvironment as quarantineReport } from '../../functions/quarantine-report/handler.ts';
import { fromEnvironment as reportFeedHealth } from '../../functions/report-feed-health/handler.ts';
import { fromEnvironment as startIngest } from '../../functions/start-ingest/handler.ts';
import { fromEnvironment as transformRows } from '../../functions/transform-rows/handler.ts';
import { fromEnvironment as validateSpacing } from '../../functions/validate-spacing/handler.ts';
import { fromEnvironment as watchIntervals } from '../../functions/watch-intervals/handler.ts';
import type { StepHandler } from './workflow/function-call.ts';

const functions = {
  'start-ingest': startIngest,
  'classify-report': classifyReport,
  'claim-checkpoint': claimCheckpoint,
  'validate-spacing': validateSpacing,
  'transform-rows': transformRows,
  'deliver-batch': deliverBatch,
  'complete-report': completeReport,
  'quarantine-report': quarantineReport,
  'report-feed-health': reportFeedHealth,
  'watch-intervals': watchIntervals,
} as const;

/** Stands in for what Lambda passes beside the event; the functions read names from it for their logs only. */
function toContext(functionName: string): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '1024',
    awsRequestId: 'local',
    logGroupName: 'local',
    logStreamName: 'local',
    getRemainingTimeInMillis: () => 300_000,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the type still asks for the three callbacks
    done: () => undefined,
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    fail: () => undefined,
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    succeed: () => undefined,
  };
}

/**
 * Every function by its key. `environment` is what the deployed ones find in theirs.
 * @param openAgentEvents another way to build agent-events; null leaves it out, and with it the stream
 */
export function createHandlers(
  environment: Record<string, string>,
  openAgentEvents: ((environment: Environment) => StepHandler) | null = agentEvents,
): Record<string, StepHandler> {
  const opened = { ...functions, ...(openAgentEvents && { 'agent-events': openAgentEvents }) };
  return Object.fromEntries(
    Object.entries(opened).map(([name, fromEnvironment]) => {
      const handler = toLambdaHandler(name, fromEnvironment, environment);
      return [name, (input: unknown) => handler(input, toContext(name))];
    }),
  );
}
