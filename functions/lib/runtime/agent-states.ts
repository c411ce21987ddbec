// What is kept of the agents, opened by what the environment and the settings name.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Settings } from '../../../schemas/settings.ts';
import { createAgentStateStore, type AgentStateStore } from '../io/agent-state-store.ts';
import { toClientOptions } from './clients.ts';
import { requireVariable, type Environment } from './environment.ts';

/** @throws {ConfigError} when the table's name is missing */
export function openAgentStates(
  environment: Environment,
  { acd, agentStates, keep }: Pick<Settings, 'acd' | 'agentStates' | 'keep'>,
): AgentStateStore {
  return createAgentStateStore(new DynamoDBClient(toClientOptions(environment, 'DYNAMODB')), {
    tableName: requireVariable(environment, 'AGENT_STATE_TABLE'),
    acdName: acd.name,
    keepDays: keep.checkpointDays,
    timelineDays: agentStates.timelineDays,
  });
}
