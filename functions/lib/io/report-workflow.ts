// Starting the state machine report-ingest.
import { StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionStart } from '../domain/report-file/report-identity.ts';
import { readAwsError, translateAwsError } from './aws-errors.ts';

export interface ReportWorkflow {
  /** `already-started`: the same upload has had its execution; nothing to do. */
  start(start: ExecutionStart): Promise<'started' | 'already-started'>;
}

/** @throws {WorkflowUnavailableError} {AccessDeniedError} {ConfigError} */
export function createReportWorkflow(sfn: SFNClient, stateMachineArn: string): ReportWorkflow {
  return {
    async start({ executionName, input }) {
      try {
        await sfn.send(
          new StartExecutionCommand({ stateMachineArn, name: executionName, input: JSON.stringify(input) }),
        );
        return 'started';
      } catch (error) {
        if (readAwsError(error)?.name === 'ExecutionAlreadyExists') return 'already-started';
        throw translateAwsError(error, 'workflow', `start the execution ${executionName}`);
      }
    },
  };
}
