// The outputs of a stack under the names the commands use. They stand in serverless.yml under `Outputs`.
import type { DeploymentNames } from './deployment.ts';
import { AccessError } from './ops-errors.ts';

/**
 * @param stack its name, for the message
 * @throws AccessError listing the outputs that are missing
 */
export function toDeploymentNames(
  outputs: Readonly<Record<string, string | undefined>>,
  hubSecretArn: string,
  stack: string,
): DeploymentNames {
  const missing: string[] = [];
  const read = (output: string): string => {
    const value = outputs[output];
    if (value === undefined || value === '') missing.push(output);
    return value ?? '';
  };
  const names: DeploymentNames = {
    stateMachineArn: read('StateMachineArn'),
    sourceBucket: read('SourceBucketName'),
    sourcePrefix: outputs['SourcePrefix'] ?? '',
    stagingBucket: read('StagingBucketName'),
    checkpointTable: read('CheckpointTableName'),
    agentStateTable: read('AgentStateTableName'),
    historicalQueueUrl: read('HistoricalQueueUrl'),
    historicalDlqUrl: read('HistoricalDlqUrl'),
    agentEventDlqUrl: read('AgentEventDlqUrl'),
    agentEventDiscardsQueueUrl: read('AgentEventDiscardsQueueUrl'),
    failedExecutionsQueueUrl: read('FailedExecutionsQueueUrl'),
    quarantineQueueUrl: read('QuarantineQueueUrl'),
    alarmTopicArn: outputs['AlarmTopicArn'] ?? null,
    hubSecretArn,
  };
  if (missing.length === 0) return names;
  throw new AccessError(
    `The stack ${stack} has no output ${missing.join(', ')}: it was deployed by another release. Deploy it again with this one`,
  );
}
