// A small state machine with everything report-ingest has: Task, Choice, inline Map, Catch to a Fail, Succeed.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { StepHandler } from '../../../../../tools/local/workflow/function-call.ts';
import { readWorkflow } from '../../../../../tools/local/workflow/workflow-definition.ts';
import {
  createWorkflowStore,
  type ExecutionDescription,
  type WorkflowStore,
} from '../../../../../tools/local/workflow/workflow-store.ts';

const retry = [
  { ErrorEquals: ['HubUnavailableError'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 5 },
];

export const fakeDefinition = {
  StartAt: 'ReadReport',
  States: {
    ReadReport: {
      Type: 'Task',
      Resource: '#{ReadReportLambdaFunction.Arn}',
      TimeoutSeconds: 30,
      ResultPath: '$.report',
      Retry: retry,
      Catch: [{ ErrorEquals: ['ReportFormatError'], ResultPath: '$.error', Next: 'SetAside' }],
      Next: 'IsKnown',
    },
    IsKnown: {
      Type: 'Choice',
      Choices: [{ Variable: '$.report.status', StringEquals: 'IGNORED', Next: 'ReportIgnored' }],
      Default: 'SendBatches',
    },
    SendBatches: {
      Type: 'Map',
      ItemsPath: '$.report.batches',
      ItemSelector: {
        'batch.$': '$$.Map.Item.Value',
        'index.$': '$$.Map.Item.Index',
        'execution.$': '$$.Execution.Name',
        'file.$': '$.file',
      },
      MaxConcurrency: 2,
      ResultPath: null,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'SendBatch',
        States: {
          SendBatch: {
            Type: 'Task',
            Resource: { 'Fn::GetAtt': ['SendDashbatchLambdaFunction', 'Arn'] },
            TimeoutSeconds: 30,
            Retry: retry,
            End: true,
          },
        },
      },
      Next: 'ReportSent',
    },
    SetAside: {
      Type: 'Fail',
      ErrorPath: '$.error.Error',
      CausePath: '$.error.Cause',
    },
    ReportIgnored: { Type: 'Succeed' },
    ReportSent: { Type: 'Succeed' },
  },
};

export class HubUnavailableError extends Error {
  override readonly name = 'HubUnavailableError';
}
export class ReportFormatError extends Error {
  override readonly name = 'ReportFormatError';
}

export interface FakeStore {
  readonly store: WorkflowStore;
  readonly calls: { step: string; input: unknown }[];
  readonly ended: ExecutionDescription[];
  readonly run: (input: unknown, name?: string) => Promise<ExecutionDescription>;
}

/** Calls are kept by function key in the order in which they began. */
export function createFakeStore(
  handlers: Record<string, StepHandler>,
  definition: unknown = fakeDefinition,
  fastRetries = true,
): FakeStore {
  const calls: FakeStore['calls'] = [];
  const ended: ExecutionDescription[] = [];
  const recorded = Object.entries(handlers).map(([step, handler]): [string, StepHandler] => [
    step,
    (input) => {
      calls.push({ step, input });
      return handler(input);
    },
  ]);
  const store = createWorkflowStore({
    stateMachineName: 'fake',
    workflow: readWorkflow(definition),
    handlers: Object.fromEntries(recorded),
    retryWaitMs: fastRetries ? 10 : undefined,
    onEvent: () => undefined,
    onEnd: (execution) => ended.push(execution),
  });
  return {
    store,
    calls,
    ended,
    run: (input, name) =>
      store.finished(
        store.start({ input: JSON.stringify(input), ...(name === undefined ? {} : { name }) }).executionArn,
      ),
  };
}

export function listTypes(events: readonly HistoryEvent[]): string[] {
  return events.map(({ type }) => type ?? '');
}

/** A handler that works through the given answers, errors thrown, and repeats the last one. */
export function answering(...answers: unknown[]): StepHandler {
  let next = 0;
  return () => {
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
}
