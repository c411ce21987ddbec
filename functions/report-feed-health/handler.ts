// report-feed-health: scheduled; a heartbeat to the hub, so that WFM can tell a silent contact centre from a failed connector.
import { createAgentStateRules } from '../lib/domain/agent-states/agent-state-rules.ts';
import { openAgentStates } from '../lib/runtime/agent-states.ts';
import type { Environment } from '../lib/runtime/environment.ts';
import { openHub } from '../lib/runtime/hub.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { openTables } from '../lib/runtime/tables.ts';
import { countMetrics } from '../lib/runtime/telemetry.ts';
import { reportFeedHealth, type FeedHealthDeps } from './report-feed-health.ts';

export const createHandler = (deps: FeedHealthDeps) => () => reportFeedHealth(deps);

export const fromEnvironment = (environment: Environment) => {
  const settings = loadSettings(environment);
  const { acd, agentStates, agents } = settings;
  return createHandler({
    ledger: openTables(environment, settings).ledger,
    store: openAgentStates(environment, settings),
    hub: openHub(environment, settings),
    rules: createAgentStateRules(agentStates, agents),
    acdName: acd.name,
    nowMs: Date.now,
    countMetrics,
  });
};

export const handler = toLambdaHandler('report-feed-health', fromEnvironment);
